//! Which reading of a term applies: sources in force, preference, and who reads what.

use super::{Rules, read};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::conditions::settled;
use crate::evaluate::scope::SettingScope;
use crate::program::{DefinitionId, Program, Reading, SourceId};
use crate::value::{Date, Truth};
use std::collections::{BTreeMap, BTreeSet};

/// Chooses a reading for every definition and notes which definitions are read.
pub(super) fn choose(rules: &mut Rules<'_>) {
    for definition in rules.program.definitions.ids() {
        let (candidates, undecided) = in_force(rules, definition);
        let choice = match rules.setting.readings.get(&definition) {
            Some(source) => by_hand(rules, definition, *source, &candidates),
            None => by_preference(rules, definition, &candidates, &undecided),
        };
        rules.choices.insert(definition, choice);
        rules.candidates.insert(definition, candidates);
    }
    rules.read = read::definitions(rules);
}

/// The readings in force, and those whose source cannot be decided.
fn in_force(rules: &Rules<'_>, definition: DefinitionId) -> (Vec<usize>, Vec<usize>) {
    let (mut yes, mut unknown) = (Vec::new(), Vec::new());
    for (place, reading) in rules.program.definitions[definition].readings.iter().enumerate() {
        match reading_in_force(rules, reading) {
            Truth::Yes => yes.push(place),
            Truth::Unknown => unknown.push(place),
            Truth::No => {}
        }
    }
    (yes, unknown)
}

fn reading_in_force(rules: &Rules<'_>, reading: &Reading) -> Truth {
    let day = rules.setting.as_of;
    if !reading.period.contains(day) {
        return Truth::No;
    }
    reading.source.map_or(Truth::Yes, |source| source_in_force(rules, source))
}

pub(super) fn source_in_force(rules: &Rules<'_>, source: SourceId) -> Truth {
    let (source, day) = (&rules.program.sources[source], rules.setting.as_of);
    match (source.period.contains(day), &source.when) {
        (false, _) => Truth::No,
        (true, None) => Truth::Yes,
        (true, Some(when)) => settled(rules.program, &SettingScope::of(&rules.setting), when),
    }
}

fn by_hand(
    rules: &mut Rules<'_>,
    definition: DefinitionId,
    source: SourceId,
    candidates: &[usize],
) -> Result<usize, Diagnostic> {
    let readings = &rules.program.definitions[definition].readings;
    let Some(place) = readings.iter().position(|reading| reading.source == Some(source)) else {
        return Err(none_in_force(rules, definition));
    };
    if !candidates.contains(&place) {
        rules.notes.push(not_in_force(rules, definition, source, place));
    }
    Ok(place)
}

fn not_in_force(rules: &Rules<'_>, definition: DefinitionId, source: SourceId, place: usize) -> Diagnostic {
    let (definition, source) = (&rules.program.definitions[definition], &rules.program.sources[source]);
    let day = rules.setting.as_of;
    let message = format!(
        "the reading {} of `{}` was chosen by hand and is not in force on {day}",
        source.header.name, definition.header.name
    );
    let note = Diagnostic::note(Code::ReadingNotInForce, message);
    match definition.readings.get(place) {
        Some(reading) => {
            note.at(reading.header.name_span, "this reading").because(source.header.name_span, "its source")
        }
        None => note,
    }
}

fn by_preference(
    rules: &Rules<'_>,
    definition: DefinitionId,
    candidates: &[usize],
    undecided: &[usize],
) -> Result<usize, Diagnostic> {
    if let Some(place) = undecided.first() {
        return Err(source_undecided(rules, definition, *place));
    }
    match best(rules, definition, candidates).as_slice() {
        [one] => Ok(*one),
        [] => Err(none_in_force(rules, definition)),
        [first, second, ..] => Err(tie(rules, definition, *first, *second)),
    }
}

/// Those of the readings in force that no other of them outranks.
pub(super) fn best(rules: &Rules<'_>, definition: DefinitionId, candidates: &[usize]) -> Vec<usize> {
    let readings = &rules.program.definitions[definition].readings;
    let source_of = |place: usize| readings.get(place).and_then(|reading| reading.source);
    let ranks = Ranks::of(rules.program);
    let sources = candidates.iter().filter_map(|place| source_of(*place));
    let outranked: BTreeSet<SourceId> = sources.flat_map(|source| ranks.below(source)).collect();
    let yields = |place: usize| source_of(place).is_some_and(|source| outranked.contains(&source));
    candidates.iter().copied().filter(|place| !yields(*place)).collect()
}

pub(super) fn none_in_force(rules: &Rules<'_>, definition: DefinitionId) -> Diagnostic {
    let definition = &rules.program.definitions[definition];
    let day = rules.setting.as_of;
    let message = format!("no reading of `{}` is in force on {day}", definition.header.name);
    let mut error = Diagnostic::error(Code::NoReadingInForce, message).at(definition.header.name_span, "this term");
    for reading in &definition.readings {
        error = error.because(reading.header.name_span, why_not(rules, reading));
    }
    let give = "give a reading whose source is in force on that day, or choose one by hand with `--reading`";
    match definition.readings.iter().map(|reading| starts(rules, reading)).min() {
        Some(Some(from)) if day < from => error
            .help(format!("{give}; or, if what reads it holds from the first reading on, write `from {from}` there")),
        Some(_) | None => error.help(give),
    }
}

/// The first day on which a reading and its source are in force; none where they always were.
fn starts(rules: &Rules<'_>, reading: &Reading) -> Option<Date> {
    let of_source = reading.source.and_then(|source| rules.program.sources[source].period.from);
    reading.period.from.max(of_source)
}

fn why_not(rules: &Rules<'_>, reading: &Reading) -> String {
    let day = rules.setting.as_of;
    match reading.source.map(|id| &rules.program.sources[id]) {
        _ if !reading.period.contains(day) => format!("its period does not hold on {day}"),
        Some(source) if !source.period.contains(day) => format!("{} is not in force on {day}", source.header.name),
        Some(source) => format!("{} does not apply under this agreement", source.header.name),
        None => "it does not apply".to_owned(),
    }
}

fn tie(rules: &Rules<'_>, definition: DefinitionId, first: usize, second: usize) -> Diagnostic {
    let definition = &rules.program.definitions[definition];
    let name = |place: usize| definition.readings.get(place).map_or("", |reading| reading.header.name.as_str());
    let message = format!(
        "two readings of `{}` are in force on {} and neither is preferred",
        definition.header.name, rules.setting.as_of
    );
    let mut error = Diagnostic::error(Code::ReadingsTie, message).at(definition.header.name_span, "this term");
    for place in [first, second] {
        if let Some(reading) = definition.readings.get(place) {
            error = error.because(reading.header.name_span, "in force, and nothing in force is preferred to it");
        }
    }
    error.help(format!("write `prefer {} {{ over {} }}`, or the other way round", name(first), name(second)))
}

fn source_undecided(rules: &Rules<'_>, definition: DefinitionId, place: usize) -> Diagnostic {
    let definition = &rules.program.definitions[definition];
    let reading = definition.readings.get(place);
    let source = reading.and_then(|reading| reading.source).map(|id| &rules.program.sources[id]);
    let source_name = source.map_or("", |source| source.header.name.as_str());
    let message = format!(
        "whether {source_name} is in force cannot be told, and a reading of `{}` depends on it: `agreement_signed` is left out",
        definition.header.name
    );
    let mut error = Diagnostic::error(Code::SourceUndecided, message);
    if let Some(reading) = reading {
        error = error.at(reading.header.name_span, "this reading");
    }
    if let Some(when) = source.and_then(|source| source.when.as_ref()) {
        error = error.because(when.span, "this condition reads it");
    }
    error.help("state `agreement_signed = 2024-10-01` (the day of signing) in estate.toml")
}

/// Which sources are preferred to which, to be asked about many of them.
#[derive(Debug)]
pub struct Ranks {
    /// For each source, those that it is preferred to directly.
    over: BTreeMap<SourceId, Vec<SourceId>>,
}

impl Ranks {
    /// The preferences of a program.
    pub fn of(program: &Program) -> Ranks {
        let mut over: BTreeMap<SourceId, Vec<SourceId>> = BTreeMap::new();
        for preference in &program.preferences {
            over.entry(preference.preferred).or_default().push(preference.over);
        }
        Ranks { over }
    }

    /// Every source that one is preferred to, directly or through others.
    pub fn below(&self, preferred: SourceId) -> BTreeSet<SourceId> {
        let (mut below, mut open) = (BTreeSet::new(), vec![preferred]);
        while let Some(source) = open.pop() {
            let over = self.over.get(&source).into_iter().flatten().copied();
            open.extend(over.filter(|source| below.insert(*source)));
        }
        below
    }
}

impl Program {
    /// Whether a source is preferred to another, directly or through others.
    pub fn outranks(&self, preferred: SourceId, over: SourceId) -> bool {
        Ranks::of(self).below(preferred).contains(&over)
    }
}
