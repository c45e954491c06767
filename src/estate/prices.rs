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
    /// most cells (semantics, section 4). `None` where no row matches. Of several that fill as many the last, and the others
    /// are [ties](Self::ties).
    pub fn in_force(&self, license: LicenseId, version: Rank, metric: Metric, day: Date) -> Option<PriceRow> {
        self.most_filled(license, version, metric, day).last().copied()
    }

    /// Pairs of rows between which nothing decides what something costs that can be bought on a day: each pair once, in
    /// the order of the table. On other days, and of what is no longer sold, rows may say as much as each other.
    pub fn ties(&self, program: &Program, day: Date) -> BTreeSet<(PriceRow, PriceRow)> {
        let mut ties = BTreeSet::new();
        for id in self.by_license.keys() {
            let license = &program.licenses[*id];
            for version in license.versions.iter().filter(|version| version.is_sold(day)) {
                for metric in &license.metrics {
                    let rows = self.most_filled(*id, version.rank, *metric, day);
                    ties.extend(rows.windows(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?))));
                }
            }
        }
        ties
    }

    /// The rows in force that fill most cells, in the order of the table; a price supposed is before them all.
    fn most_filled(&self, license: LicenseId, version: Rank, metric: Metric, day: Date) -> Vec<PriceRow> {
        let supposed = self.supposed.iter().rfind(|row| {
            let price = &self.rows[**row];
            price.license == license && price.matches(version, metric)
        });
        if let Some(row) = supposed {
            return vec![*row];
        }
        let rows = self.by_license.get(&license).map_or(&[][..], Vec::as_slice);
        let mut rows: Vec<PriceRow> = rows
            .iter()
            .copied()
            .filter(|row| self.rows[*row].matches(version, metric) && self.rows[*row].period.contains(day))
            .collect();
        let most = rows.iter().map(|row| self.rows[*row].filled()).max();
        rows.retain(|row| Some(self.rows[*row].filled()) == most);
        rows
    }
}

impl Index<PriceRow> for Prices {
    type Output = Price;

    fn index(&self, row: PriceRow) -> &Price {
        &self.rows[row]
    }
}
