//! The rules in force for one date, agreement and choice of readings.
//!
//! After this stage nobody asks for dates or sources any more: a [`Rules`] lists what is in force and which reading of each
//! term applies. It knows nothing of an estate's rows.

pub(crate) mod read;
mod readings;

use crate::diagnostic::{Code, Diagnostic};
use crate::program::{
    AdviceId, AgreementId, DefinitionId, EffectKind, Field, LicenseVersion, Program, Provided, Reach, Reading,
    Reassignment, RuleId, SourceId,
};
use crate::source::Span;
use crate::value::{Date, Metric, Truth};
pub use readings::Ranks;
use std::collections::{BTreeMap, BTreeSet};

/// What of the program is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The day of the position.
    pub as_of: Date,
    /// The agreement, if any.
    pub agreement: Option<AgreementId>,
    /// When the agreement was signed; `None` if there is none or it is not stated.
    pub signed: Option<Date>,
    /// Readings chosen by hand.
    pub readings: BTreeMap<DefinitionId, SourceId>,
}

/// The rules in force.
#[derive(Debug, Clone)]
pub struct Rules<'p> {
    /// The program they are of.
    pub program: &'p Program,
    /// What was chosen.
    pub setting: Setting,
    /// Exemptions and prohibitions in force, by name.
    pub rules: Vec<RuleId>,
    /// Advice in force, by name.
    pub advice: Vec<AdviceId>,
    /// Reaches in force.
    pub reaches: Vec<&'p Reach>,
    /// Reassignments in force.
    pub reassignments: Vec<&'p Reassignment>,
    /// The definitions that something in force reads, directly or through another, each with a condition that does.
    pub read: BTreeMap<DefinitionId, Span>,
    /// The reading that applies of each definition, or why none does.
    choices: BTreeMap<DefinitionId, Result<usize, Diagnostic>>,
    /// The readings in force of each definition, the one that applies among them.
    candidates: BTreeMap<DefinitionId, Vec<usize>>,
    /// Notes: readings chosen by hand that are not in force.
    pub notes: Vec<Diagnostic>,
}

/// Selects what is in force.
///
/// # Errors
/// A definition that something in force reads has no reading in force, or several of which none is preferred, or one
/// whose source cannot be decided.
pub fn select(program: &Program, setting: Setting) -> Result<Rules<'_>, Vec<Diagnostic>> {
    let selected = selected(program, setting);
    let problem = |(definition, at): (&DefinitionId, &Span)| {
        let problem = selected.choices.get(definition)?.clone().err()?;
        Some(match problem.code {
            Code::NoReadingInForce => problem.because(*at, "a rule in force reads it here"),
            _ => problem,
        })
    };
    let problems: Vec<Diagnostic> = selected.read.iter().filter_map(problem).collect();
    match problems.is_empty() {
        true => Ok(selected),
        false => Err(problems),
    }
}

/// The readings of a definition that apply: several where none of them is preferred.
pub fn applying(program: &Program, setting: Setting, definition: DefinitionId) -> Vec<&Reading> {
    let rules = selected(program, setting);
    let places = match rules.choices.get(&definition) {
        Some(Ok(chosen)) => vec![*chosen],
        _ => readings::best(&rules, definition, rules.candidates.get(&definition).map_or(&[], Vec::as_slice)),
    };
    let readings = &program.definitions[definition].readings;
    places.into_iter().filter_map(|place| readings.get(place)).collect()
}

fn selected(program: &Program, setting: Setting) -> Rules<'_> {
    let day = setting.as_of;
    let mut rules: Vec<RuleId> =
        program.rules.iter().filter(|(_, rule)| rule.period.contains(day)).map(|(id, _)| id).collect();
    rules.sort_by_key(|id| &program.rules[*id].header.name);
    let mut advice: Vec<AdviceId> =
        program.advice.iter().filter(|(_, advice)| advice.period.contains(day)).map(|(id, _)| id).collect();
    advice.sort_by_key(|id| &program.advice[*id].header.name);
    let mut selected = Rules {
        program,
        rules,
        advice,
        reaches: program.reaches.iter().filter(|reach| reach.period.contains(day)).collect(),
        reassignments: program.reassignments.iter().filter(|reassign| reassign.period.contains(day)).collect(),
        read: BTreeMap::new(),
        choices: BTreeMap::new(),
        candidates: BTreeMap::new(),
        notes: Vec::new(),
        setting,
    };
    readings::choose(&mut selected);
    selected
}

impl<'p> Rules<'p> {
    /// The reading of a definition that applies.
    ///
    /// # Errors
    /// Why none does. Definitions in [`Rules::read`] always have one.
    pub fn reading(&self, definition: DefinitionId) -> Result<&'p Reading, Diagnostic> {
        let missing = || readings::none_in_force(self, definition);
        match self.choices.get(&definition) {
            Some(Ok(chosen)) => self.program.definitions[definition].readings.get(*chosen).ok_or_else(missing),
            Some(Err(problem)) => Err(problem.clone()),
            None => Err(missing()),
        }
    }

    /// The place of that reading among the definition's readings.
    pub fn place_of_reading(&self, definition: DefinitionId) -> usize {
        self.chosen(definition).unwrap_or_default()
    }

    /// The sources of the other readings of a definition that are in force.
    pub fn other_readings(&self, definition: DefinitionId) -> Vec<SourceId> {
        let readings = &self.program.definitions[definition].readings;
        let chosen = self.chosen(definition);
        let others = self.candidates(definition).filter(|candidate| Some(*candidate) != chosen);
        others.filter_map(|other| readings.get(other)?.source).collect()
    }

    /// Whether the reading of a definition that applies is in force; one chosen by hand need not be.
    pub fn applies_in_force(&self, definition: DefinitionId) -> bool {
        let chosen = self.chosen(definition);
        self.candidates(definition).any(|candidate| Some(candidate) == chosen)
    }

    fn chosen(&self, definition: DefinitionId) -> Option<usize> {
        self.choices.get(&definition).and_then(|choice| choice.as_ref().ok()).copied()
    }

    fn candidates(&self, definition: DefinitionId) -> impl Iterator<Item = usize> {
        self.candidates.get(&definition).into_iter().flatten().copied()
    }

    /// Whether a document is in force; unknown where its condition cannot be decided.
    pub fn in_force(&self, source: SourceId) -> Truth {
        readings::source_in_force(self, source)
    }

    /// The clauses of a licence that are in force.
    pub fn provided(&self, version: &'p LicenseVersion) -> impl Iterator<Item = &'p Provided> + use<'p> {
        let day = self.setting.as_of;
        version.provided.iter().filter(move |clause| clause.period.contains(day))
    }

    /// The fields that something in force reads.
    pub fn fields_read(&self) -> BTreeSet<Field> {
        read::fields(self)
    }

    /// Those of them of which more is read than whether there is anything.
    pub fn fields_told_apart(&self) -> BTreeSet<Field> {
        read::fields_told_apart(self)
    }

    /// Exemptions with a limit, in force, and their limits.
    pub fn quotas(&self) -> impl Iterator<Item = (RuleId, u64)> + '_ {
        self.rules.iter().filter_map(|id| Some((*id, self.program.rules[*id].effect.limit()?)))
    }

    /// Whether a rule is an exemption with a limit.
    pub fn is_quota(&self, rule: RuleId) -> bool {
        self.program.rules[rule].effect.kind() == EffectKind::Quota
    }

    /// Prohibitions in force.
    pub fn prohibitions(&self) -> impl Iterator<Item = RuleId> + '_ {
        self.rules.iter().copied().filter(|id| self.program.rules[*id].effect.kind() == EffectKind::Prohibition)
    }

    /// The reassignments for absences of users or of devices.
    pub fn reassignments_of(&self, metric: Metric) -> impl Iterator<Item = &'p Reassignment> + '_ {
        self.reassignments.iter().copied().filter(move |reassign| reassign.metric == metric)
    }
}
