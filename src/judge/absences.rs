//! Absences in which nobody takes the place.

use crate::decide::Node;
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::{Estate, Heads};
use crate::evaluate::{Absence, Evaluation};

/// Absences in which no head of the substitute is there: the heads that leave take their accesses along, and somebody must
/// do their work.
pub(super) fn unattended(estate: &Estate, evaluation: &Evaluation) -> Vec<Diagnostic> {
    let following = evaluation.absences.iter().filter(|absence| absence.moves != Node::NO && absence.heads > 0);
    let unattended = following.filter(|absence| {
        let away = evaluation.absences.away(absence.substitute, |moves| moves != Node::NO);
        absence.substitute == absence.absent || Heads::Count(away) >= estate.heads(absence.substitute)
    });
    unattended.map(|absence| nobody_stands_in(estate, absence)).collect()
}

fn nobody_stands_in(estate: &Estate, absence: &Absence) -> Diagnostic {
    let id = estate.id(absence.substitute);
    let message = match absence.substitute == absence.absent {
        true => format!("`{id}` cannot stand in for itself"),
        false => format!("`{id}` should stand in for `{}`, and is away as well", estate.id(absence.absent)),
    };
    Diagnostic::error(Code::NobodyStandsIn, message)
        .at(estate.absences[absence.row].span, "nobody is there to take this place")
        .because(estate.span(absence.substitute), "the substitute, under whatever name")
        .help("name somebody else who takes the place, or take the absence out")
}
