//! The absences of a user or device on the day, and whether its licences follow them.

use super::Explainer;
use super::reasons::About;
use super::told;
use crate::estate::{AbsenceRow, Holder};
use crate::evaluate::Absence;
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::scope::RowScope;
use crate::evaluate::trace::Recorder;
use crate::program::Reassignment;

impl Explainer<'_> {
    /// The absences in which the heads of a row are away or stand in.
    pub(super) fn absences(&mut self, holder: Holder) -> Vec<told::Absence> {
        let lasting = self.evaluation.absences.iter();
        let own = lasting.filter(|absence| absence.absent == holder || absence.substitute == holder);
        own.map(|absence| self.absence(absence)).collect()
    }

    fn absence(&mut self, absence: &Absence) -> told::Absence {
        let (rules, stated) = (self.rules, &self.estate.absences[absence.row]);
        let following = rules.reassignments_of(absence.absent.metric());
        told::Absence {
            absent: self.estate.id(absence.absent).to_string(),
            heads: absence.heads,
            substitute: self.estate.id(absence.substitute).to_string(),
            from: stated.period.from.map(|day| day.to_string()),
            until: stated.period.until.map(|day| day.to_string()),
            at: self.place(stated.span),
            follows: absence.moves.truth(),
            rules: following.map(|rule| self.following(rule, absence.row, absence.absent)).collect(),
        }
    }

    /// A rule by which licences follow absences, evaluated again with a sink that remembers.
    fn following(&mut self, rule: &Reassignment, row: AbsenceRow, absent: Holder) -> told::Following {
        let rows = RowScope::new(self.rules, self.estate, &self.evaluation.classes).with_holder(absent).in_absence(row);
        let mut evaluator = Evaluator::new(self.rules, self.unknowns, &rows).heard_by(Recorder::default());
        let holds = evaluator.outcome_of(rule.when.as_ref());
        let heard = evaluator.into_sink().traces();
        told::Following {
            rule: rule.header.name.clone(),
            title: rule.header.display().to_owned(),
            answer: holds.truth(),
            because: self.reasons(&heard, About { rows: &rows, unit: None }),
            cites: self.cites(&rule.header),
        }
    }
}
