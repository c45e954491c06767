//! What every reading in force says of a subject.

use super::Explainer;
use super::reasons::About;
use super::told;
use crate::estate::Holder;
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::scope::RowScope;
use crate::evaluate::trace::Recorder;
use crate::program::{Citation, DefinitionId, Program, Reading, SourceId};
use crate::select::{Rules, select};

impl Explainer<'_> {
    /// The definitions read that speak of a row, under every reading in force.
    pub(super) fn definitions(&mut self, holder: Holder) -> Vec<told::Definition> {
        let program = self.rules.program;
        let of_it = |id: &DefinitionId| program.definitions[*id].subject == holder.entity();
        let mut read: Vec<DefinitionId> = self.rules.read.keys().copied().filter(of_it).collect();
        read.sort_by_key(|id| &program.definitions[*id].header.name);
        read.into_iter().map(|id| self.definition(id, holder)).collect()
    }

    /// A definition said of a row, under every reading in force, the one that applies first.
    pub(crate) fn definition(&mut self, id: DefinitionId, holder: Holder) -> told::Definition {
        let header = &self.rules.program.definitions[id].header;
        let mut readings = vec![self.reading(None, id, holder)];
        for source in self.rules.other_readings(id) {
            readings.push(self.reading(Some(source), id, holder));
        }
        told::Definition {
            definition: header.name.clone(),
            title: header.display().to_owned(),
            readings: readings.into_iter().flatten().collect(),
        }
    }

    /// What a reading says; the one that applies, unless another is named.
    fn reading(&mut self, other: Option<SourceId>, id: DefinitionId, holder: Holder) -> Option<told::Reading> {
        let mut setting = self.rules.setting.clone();
        setting.readings.extend(other.map(|source| (id, source)));
        let rules: Rules<'_> = select(self.rules.program, setting).ok()?;
        let reading = rules.reading(id).ok()?;
        let rows = RowScope::new(&rules, self.estate, &self.evaluation.classes).with_holder(holder);
        let mut evaluator = Evaluator::new(&rules, self.unknowns, &rows).heard_by(Recorder::default());
        let holds = evaluator.definition(id);
        let heard = evaluator.into_sink().traces();
        let (because, open) = self.of_reading(reading, &heard, About { rows: &rows, unit: None });
        Some(told::Reading {
            source: reading.source.map(|source| self.rules.program.sources[source].header.name.clone()),
            applies: other.is_none(),
            answer: holds.truth(),
            because,
            open,
            cites: own_place(self.rules.program, reading).into_iter().chain(self.cites(&reading.header)).collect(),
        })
    }
}

/// The place of a reading in its own document: its title is the section.
fn own_place(program: &Program, reading: &Reading) -> Option<String> {
    let (source, section) = (reading.source?, reading.header.title.clone()?);
    Some(program.citation_text(&Citation { source, section: Some(section) }))
}
