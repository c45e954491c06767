//! The table of absences: whose units serve somebody else for a while.

use super::ids::Ids;
use super::licenses::backwards;
use super::{Building, ticked};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells;
use crate::estate::columns::Table;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Line, Sheets};
use crate::estate::{Absence, AbsenceRow, DeviceRow, Heads, Parties, Population, UserRow};
use crate::program::Id;
use crate::value::Date;
use std::collections::BTreeMap;

/// The ids and rows of a table of populations.
type Populations<'s, I> = (&'s Ids<'s>, &'s Table<I, Population>);

impl<'a> Building<'a> {
    pub(super) fn absences(
        &mut self,
        sheets: &Sheets<'a>,
        users: Populations<'_, UserRow>,
        devices: Populations<'_, DeviceRow>,
    ) -> Table<AbsenceRow, Absence> {
        let mut rows = Vec::new();
        for line in sheets.whole_lines(Kind::Absences) {
            rows.extend(self.absence(line, users, devices));
        }
        let (of_users, of_devices) = (by_absent(&rows, absent_user), by_absent(&rows, absent_device));
        self.too_many(&of_users, users.1);
        self.too_many(&of_devices, devices.1);
        Table::new(rows, self.facts(sheets, Kind::Absences))
    }

    fn absence(
        &mut self,
        line: Line<'_>,
        users: Populations<'_, UserRow>,
        devices: Populations<'_, DeviceRow>,
    ) -> Option<Absence> {
        let [kind, absent, substitute, from, until, count] = line.fields();
        let of_users = self.named(kind, "user or device", &[("user", true), ("device", false)]);
        self.filled(&absent);
        self.filled(&substitute);
        let parties = of_users.and_then(|of_users| {
            if of_users {
                let pair = self.pair(absent, substitute, users.0);
                pair.map(|(absent, substitute)| Parties::Users { absent, substitute })
            } else {
                let pair = self.pair(absent, substitute, devices.0);
                pair.map(|(absent, substitute)| Parties::Devices { absent, substitute })
            }
        });
        let (first, count_given) = (self.required(from, cells::date), !count.text.is_empty());
        let last = self.optional(until, cells::date);
        let count = self.optional(count, cells::whole).or((!count_given).then_some(1));
        let period = cells::period(first, last);
        if period.is_none() {
            self.problems.push(backwards(Code::AbsenceBackwards, "this absence", from, until));
        }
        Some(Absence { parties: parties?, period: period?, count: count?, span: line.span })
    }

    fn pair<R: Id>(&mut self, absent: Field<'_>, substitute: Field<'_>, ids: &Ids<'_>) -> Option<(R, R)> {
        let (absent, substitute) = (self.row(absent, ids), self.row(substitute, ids));
        absent.zip(substitute)
    }

    /// Reports rows of which more heads are away at once than there are.
    fn too_many<I: Id>(&mut self, absences: &BTreeMap<usize, Vec<&Absence>>, table: &Table<I, Population>) {
        let populations: Vec<&Population> = table.iter().map(|(_, row)| row).collect();
        for (row, absences) in absences {
            let Some(population) = populations.get(*row) else { continue };
            if let Heads::Count(heads) = population.count
                && let Some(problem) = overfull(absences, population, heads)
            {
                self.problems.push(problem);
            }
        }
    }
}

fn absent_user(absence: &Absence) -> Option<usize> {
    match absence.parties {
        Parties::Users { absent, .. } => Some(absent.place()),
        Parties::Devices { .. } => None,
    }
}

fn absent_device(absence: &Absence) -> Option<usize> {
    match absence.parties {
        Parties::Devices { absent, .. } => Some(absent.place()),
        Parties::Users { .. } => None,
    }
}

fn by_absent(rows: &[Absence], absent: impl Fn(&Absence) -> Option<usize>) -> BTreeMap<usize, Vec<&Absence>> {
    let mut by_absent: BTreeMap<usize, Vec<&Absence>> = BTreeMap::new();
    for absence in rows {
        if let Some(row) = absent(absence) {
            by_absent.entry(row).or_default().push(absence);
        }
    }
    by_absent
}

/// The first absence with which more heads are away than the row has.
fn overfull(absences: &[&Absence], population: &Population, heads: u64) -> Option<Diagnostic> {
    // Those who come back on a day are back before others leave.
    let mut changes: Vec<(Option<Date>, bool, usize)> = Vec::new();
    for (place, absence) in absences.iter().enumerate() {
        changes.push((absence.period.from, true, place));
        changes.extend(absence.period.until.map(|until| (Some(until), false, place)));
    }
    changes.sort();
    let mut away = 0_u64;
    for (_, leaves, place) in changes {
        let absence = absences.get(place)?;
        away = if leaves { away.saturating_add(absence.count) } else { away.saturating_sub(absence.count) };
        if away > heads {
            return Some(too_many(absence, population, away, heads));
        }
    }
    None
}

fn too_many(absence: &Absence, population: &Population, away: u64, heads: u64) -> Diagnostic {
    let id = ticked(&population.id);
    let message = format!("{away} of {id} are away at once, but the row stands for {heads}");
    Diagnostic::error(Code::TooManyAbsent, message)
        .at(absence.span, "more leave here than are left")
        .because(population.span, format!("a row of {heads}"))
        .help("`count` says how many of the row are away; blank is 1")
}
