//! An estate with some holdings or prices supposed otherwise: what a plan would be if.

use super::cells::{self, Read, Wrong};
use super::{Estate, Holding, HoldingRow, Price, Stated};
use crate::diagnostic::Diagnostic;
use crate::program::{Entity, Field, Program};
use crate::source::Span;
use crate::value::Date;
use rust_decimal::Decimal;

/// The price of a unit, within what a cell of `prices` can hold; none where the text is no price.
///
/// # Errors
/// It is past what an estate can hold.
pub fn price(text: &str, span: Span) -> Result<Option<Decimal>, Diagnostic> {
    supposed(cells::price(text), "price", text, span)
}

/// A number of units, within what a cell of `licenses` can hold; none where the text is no such number.
///
/// # Errors
/// As [`price`].
pub fn quantity(text: &str, span: Span) -> Result<Option<u64>, Diagnostic> {
    supposed(cells::whole(text), "quantity", text, span)
}

/// What is supposed is bounded as what is stated is, in the same words.
fn supposed<T>(read: Read<T>, column: &str, text: &str, span: Span) -> Result<Option<T>, Diagnostic> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Wrong::Expected(..)) => Ok(None),
        Err(wrong @ Wrong::TooLarge(..)) => Err(cells::wrong_at(text, column, span, wrong)),
    }
}

impl Estate {
    /// Adds units owned, their facts as declared by default.
    pub fn own(&mut self, program: &Program, holding: Holding) {
        let facts = program.facts.iter().filter(|(_, fact)| fact.entity == Entity::License);
        let stated: Vec<(Field, Stated)> = facts
            .map(|(id, fact)| {
                let stated = fact.default.clone().map_or(Stated::Unknown { blank: true }, Stated::Default);
                (Field::Fact(id), stated)
            })
            .collect();
        let span = holding.span;
        self.holdings.push(holding, stated, span);
    }

    /// Takes units away, of the rows that are held on a day and wanted: those bound to nobody first. Says how many could
    /// be taken.
    pub fn give_back(&mut self, quantity: u64, day: Date, wanted: impl Fn(&Holding) -> bool) -> u64 {
        let held = |holding: &Holding| holding.acquired.is_none_or(|acquired| acquired <= day);
        let rows = self.holdings.iter().filter(|(_, holding)| held(holding) && wanted(holding));
        let mut rows: Vec<(bool, HoldingRow)> =
            rows.map(|(row, holding)| (holding.assigned_to.is_some(), row)).collect();
        rows.sort();
        let mut left = quantity;
        for (_, row) in rows {
            if let Some(holding) = self.holdings.get_mut(row) {
                let taken = holding.quantity.min(left);
                holding.quantity -= taken;
                left -= taken;
            }
        }
        quantity - left
    }

    /// Supposes a price instead of those of the list.
    pub fn suppose_price(&mut self, price: Price) {
        self.prices.suppose(price);
    }
}
