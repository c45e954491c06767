//! What the reader should know beside a position.

use super::Case;
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::{Holding, Server};
use crate::evaluate::Absence;
use crate::program::{LicenseId, ProductId};
use crate::value::{Date, Rank, grouped};
use std::collections::BTreeMap;

/// The notes of the rules in force, and those of the estate.
pub(super) fn notes(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut notes = case.rules.notes.clone();
    notes.extend(idle_absences(case));
    notes.extend(not_out_yet(case));
    notes.extend(not_yet_owned(case));
    notes.extend(signing(case));
    notes
}

/// Absences that no rule lets a licence follow.
fn idle_absences(case: &Case<'_>) -> Vec<Diagnostic> {
    let idle = case.evaluation.absences.iter().filter(|absence| absence.moves.known() == Some(false));
    let note = |absence: &Absence| {
        let message = format!(
            "no rule in force lets a licence per {} follow this absence, so it changes nothing",
            absence.absent.metric()
        );
        Diagnostic::note(Code::AbsenceIdle, message)
            .at(case.estate.absences[absence.row].span, "this absence")
            .help("a `reassign` item says where a licence may follow an absence")
    };
    idle.map(note).collect()
}

/// Of each version that is not out on the day the first server that runs it: rules may not mean such a server.
fn not_out_yet<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Diagnostic> + 'c {
    let (program, day) = (case.rules.program, case.rules.setting.as_of);
    let mut early: BTreeMap<(ProductId, Rank), (&Server, Date)> = BTreeMap::new();
    for (_, server) in case.estate.servers.iter() {
        let version = &program.products[server.product].versions[server.version.0 as usize];
        if let Some(from) = version.from.filter(|from| day < *from) {
            early.entry((server.product, server.version)).or_insert((server, from));
        }
    }
    early.into_iter().map(move |((product, _), (server, from))| {
        let product = program.products[product].header.display();
        let message = format!("{product} {} is out from {from}, and the position is of {day}", server.release);
        let note = Diagnostic::note(Code::NotOutYet, message).at(server.span, "this server");
        note.help("correct its version or the day; if it runs before its release, look whether the rules mean that")
    })
}

/// Of each licence the units that are acquired after the day, at the first row of them: they are not counted.
fn not_yet_owned<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Diagnostic> + 'c {
    let (program, day) = (case.rules.program, case.rules.setting.as_of);
    let mut later: BTreeMap<LicenseId, Vec<&Holding>> = BTreeMap::new();
    for (_, holding) in case.estate.holdings.iter().filter(|(_, holding)| !holding.is_owned(day)) {
        later.entry(holding.license).or_default().push(holding);
    }
    later.into_iter().filter_map(move |(license, rows)| {
        let first = *rows.first()?;
        let units: u64 = rows.iter().map(|holding| holding.quantity).sum();
        let from = rows.iter().filter_map(|holding| holding.acquired).min()?;
        let (name, units) = (&program.licenses[license].header.name, grouped(units));
        let message = format!("{name}: {units} acquired from {from} on are not counted, as the position is of {day}");
        let at = if rows.len() == 1 { "acquired later" } else { "the first row that is acquired later" };
        Some(Diagnostic::note(Code::NotYetOwned, message).at(first.span, at).help("correct `acquired`, or the day"))
    })
}

/// A day of signing without an agreement, or after the day of the position.
fn signing(case: &Case<'_>) -> Option<Diagnostic> {
    let (signed, day) = (case.estate.agreement_signed.as_ref()?, case.rules.setting.as_of);
    let (message, help) = match case.rules.setting.agreement {
        None => (
            "the day on which the agreement was signed decides nothing, for no agreement applies".to_owned(),
            "name the agreement with `agreement`, or leave the day out",
        ),
        Some(_) if signed.value > day => (
            format!("the agreement was signed on {}, and the position is of {day}", signed.value),
            "correct one of the two days, or leave the agreement out for a day before it",
        ),
        Some(_) => return None,
    };
    let note = Diagnostic::note(Code::SigningIdle, message).help(help);
    Some(signed.span.into_iter().fold(note, |note, span| note.at(span, "signed")))
}
