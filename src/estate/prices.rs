//! The price list, and which of its rows is in force.

use super::columns::Table;
use super::rows::{Price, PriceRow};
use crate::program::{LicenseId, Program};
use crate::value::{Date, Metric, Rank};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Index;

/// The rows of `prices`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    rows: Table<PriceRow, Price>,
    by_license: BTreeMap<LicenseId, Vec<PriceRow>>,
    /// Prices supposed instead of those of the list, the latest last.
    supposed: Vec<PriceRow>,
}

impl Prices {
    pub(super) fn new(rows: impl IntoIterator<Item = Price>) -> Self {
        let rows: Table<PriceRow, Price> = Table::new(rows, BTreeMap::new());
        let mut by_license: BTreeMap<LicenseId, Vec<PriceRow>> = BTreeMap::new();
        for (row, price) in rows.iter() {
            by_license.entry(price.license).or_default().push(row);
        }
        Prices { rows, by_license, supposed: Vec::new() }
    }

    /// Supposes a price: whatever it matches has it, on every day and whatever the list says.
    pub(super) fn suppose(&mut self, price: Price) {
        let span = price.span;
        self.supposed.push(self.rows.push(price, [], span));
    }

    /// Whether there are no price rows at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Every row, in the order of the table.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (PriceRow, &Price)> + ExactSizeIterator {
        self.rows.iter()
    }

    /// The price in force of a version of a licence in a metric on a day: of the rows that match, the one that fills
    /// most cells (semantics, section 4). `None` where no row matches.
    pub fn in_force(&self, license: LicenseId, version: Rank, metric: Metric, day: Date) -> Option<PriceRow> {
        let supposed = self.supposed.iter().rev().copied();
        let mut supposed = supposed.filter(|row| self.rows[*row].license == license);
        if let Some(row) = supposed.find(|row| self.rows[*row].matches(version, metric)) {
            return Some(row);
        }
        let rows = self.by_license.get(&license)?.iter().copied();
        let matching = rows.filter(|row| {
            let price = &self.rows[*row];
            price.matches(version, metric) && price.period.contains(day)
        });
        matching.max_by_key(|row| self.rows[*row].filled())
    }

    /// Pairs of rows that are equally specific for one thing on one day, with nothing more specific that day: each
    /// pair once, in the order of the table.
    pub(super) fn ties(&self, program: &Program) -> BTreeSet<(PriceRow, PriceRow)> {
        let mut ties = BTreeSet::new();
        for (license, rows) in &self.by_license {
            let license = &program.licenses[*license];
            for version in &license.versions {
                for metric in &license.metrics {
                    let matching = rows.iter().filter(|row| self.rows[**row].matches(version.rank, *metric));
                    ties.extend(self.ties_among(matching.copied()));
                }
            }
        }
        ties
    }

    /// The ties among rows that price one thing: days are walked through from each change of the price list to the
    /// next, with the rows in force ordered by how specific they are.
    fn ties_among(&self, rows: impl Iterator<Item = PriceRow>) -> Vec<(PriceRow, PriceRow)> {
        let mut changes: Vec<(Option<Date>, bool, PriceRow)> = Vec::new();
        for row in rows {
            let period = self.rows[row].period;
            changes.push((period.from, true, row));
            changes.extend(period.until.map(|until| (Some(until), false, row)));
        }
        changes.sort();
        let (mut in_force, mut ties) = (BTreeSet::new(), Vec::new());
        for day in changes.chunk_by(|one, next| one.0 == next.0) {
            for (_, begins, row) in day {
                let entry = (self.rows[*row].filled(), *row);
                if *begins {
                    in_force.insert(entry)
                } else {
                    in_force.remove(&entry)
                };
            }
            let mut best = in_force.iter().rev();
            if let (Some((filled, later)), Some((same, earlier))) = (best.next(), best.next())
                && filled == same
            {
                ties.push((*earlier, *later));
            }
        }
        ties
    }
}

impl Index<PriceRow> for Prices {
    type Output = Price;

    fn index(&self, row: PriceRow) -> &Price {
        &self.rows[row]
    }
}
