//! Values and their types: what a fact can be and what can be done with it.
//!
//! Operations know no places; whoever calls them adds the span. Numbers and money are exact decimals.

mod heads;

pub use heads::Heads;

use crate::program::{AgreementId, EnumId, FunctionalityId, LicenseId, ProductId};
use num_rational::Ratio;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A place in a list, in four bytes. No list of rows, holders, demands or arcs has 2^32 entries: the text of a table is
/// bounded by less.
pub(crate) fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A calendar day.
pub type Date = jiff::civil::Date;

/// What a licence is assigned to. The order is the one in which equal plans prefer them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the holder that it names")]
pub enum Metric {
    User,
    Device,
    Host,
    Server,
}

impl Metric {
    /// All metrics, in order.
    pub const ALL: [Metric; 4] = [Metric::User, Metric::Device, Metric::Host, Metric::Server];

    /// The word of the language.
    pub fn text(self) -> &'static str {
        match self {
            Metric::User => "user",
            Metric::Device => "device",
            Metric::Host => "host",
            Metric::Server => "server",
        }
    }

    /// Whether units are counted by head; else hosts or servers have them, for all who come.
    pub fn is_by_head(self) -> bool {
        match self {
            Metric::User | Metric::Device => true,
            Metric::Host | Metric::Server => false,
        }
    }

    /// The metric that a word names.
    pub fn of(word: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.text() == word)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// What kind of machine a host is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the kind that it names")]
pub enum HostKind {
    Physical,
    Blade,
    Partition,
}

impl HostKind {
    /// All kinds, in order.
    pub const ALL: [HostKind; 3] = [HostKind::Physical, HostKind::Blade, HostKind::Partition];

    /// The word of the language.
    pub fn text(self) -> &'static str {
        match self {
            HostKind::Physical => "physical",
            HostKind::Blade => "blade",
            HostKind::Partition => "partition",
        }
    }

    /// The kind that a word names.
    pub fn of(word: &str) -> Option<HostKind> {
        HostKind::ALL.into_iter().find(|kind| kind.text() == word)
    }
}

/// A version of one product or suite: its place among the CAL versions, oldest first. Releases of one CAL version
/// (2003 and 2003R2) have one rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rank(pub u32);

/// Whose versions a version type ranges over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VersionLine {
    /// The releases of a product; the licences that grant it share them.
    Product(ProductId),
    /// The versions of a suite.
    Suite(LicenseId),
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the type of the language that it names")]
pub enum Type {
    Bool,
    Int,
    Number,
    Money,
    Date,
    Text,
    Enum(EnumId),
    Version(VersionLine),
    Product,
    License,
    Agreement,
    Functionality,
    Metric,
    HostKind,
    /// A reference to an entity (`access.user`, `server.runs_on`, `server.host`): compared with `none` or with an id.
    Reference,
}

/// A value of one of the types.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each holds a value of the type that it names")]
pub enum Value {
    Bool(bool),
    /// An int, a number or an amount of money.
    Number(Decimal),
    /// More than every number: an uncountable population.
    Many,
    Date(Date),
    /// A text or an id.
    Text(Arc<str>),
    /// A member of an enum, by its place in it.
    Member(u32),
    Version(Rank),
    Product(ProductId),
    License(LicenseId),
    Agreement(AgreementId),
    Functionality(FunctionalityId),
    Metric(Metric),
    HostKind(HostKind),
    /// The absence of an agreement or of a reference.
    None,
}

impl Value {
    /// How two values of one type are ordered, where their type has an order (numbers, dates, versions).
    pub fn order(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Value::Many, Value::Many) => Some(Ordering::Equal),
            (Value::Many, Value::Number(_)) => Some(Ordering::Greater),
            (Value::Number(_), Value::Many) => Some(Ordering::Less),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Version(a), Value::Version(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// An answer that may be missing: what a condition comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the answer that it names")]
pub enum Truth {
    Yes,
    No,
    Unknown,
}

/// A decimal as text without trailing zeros and without an exponent.
pub fn decimal_text(value: Decimal) -> String {
    value.normalize().to_string()
}

/// The decimal that a ratio is; `None` if it has none.
pub fn decimal(ratio: Ratio<i128>) -> Option<Decimal> {
    let (numerator, denominator) = (*ratio.numer(), *ratio.denom());
    if ratio.is_integer() {
        return Decimal::try_from_i128_with_scale(numerator, 0).ok();
    }
    let quotient = Decimal::try_from_i128_with_scale(numerator, 0)
        .ok()?
        .checked_div(Decimal::try_from_i128_with_scale(denominator, 0).ok()?)?;
    let back = Ratio::new(quotient.mantissa(), 10_i128.checked_pow(quotient.scale())?);
    (back == ratio).then_some(quotient)
}

/// The largest whole number that is not above a ratio.
pub fn floor(ratio: &Ratio<i128>) -> Ratio<i128> {
    Ratio::from_integer(ratio.numer().div_euclid(*ratio.denom()))
}

/// The smallest whole number that is not below a ratio.
pub fn ceil(ratio: &Ratio<i128>) -> Ratio<i128> {
    let (numerator, denominator) = (*ratio.numer(), *ratio.denom());
    // The numerator would be outgrown by adding to it; a quotient that leaves a rest is smaller than it.
    Ratio::from_integer(numerator.div_euclid(denominator) + i128::from(numerator.rem_euclid(denominator) != 0))
}

/// The largest decimal that is not above a ratio, of as many digits as decimals have; `None` past all of them.
pub fn decimal_below(ratio: Ratio<i128>) -> Option<Decimal> {
    let (denominator, mut rest) = (*ratio.denom(), ratio.numer().checked_rem_euclid(*ratio.denom())?);
    let mut below = Decimal::try_from_i128_with_scale(ratio.numer().checked_div_euclid(denominator)?, 0).ok()?;
    while below.scale() < Decimal::MAX_SCALE && rest != 0 {
        let tenfold = rest.checked_mul(10)?;
        let mantissa = below.mantissa().checked_mul(10)?.checked_add(tenfold / denominator)?;
        let Ok(next) = Decimal::try_from_i128_with_scale(mantissa, below.scale() + 1) else { break };
        (below, rest) = (next, tenfold % denominator);
    }
    Some(below)
}

/// A ratio as a decimal where it is one, else as a fraction in lowest terms: nothing is rounded.
pub fn ratio_text(ratio: Ratio<i128>) -> String {
    decimal(ratio).map_or_else(|| ratio.to_string(), decimal_text)
}

/// The day of a text in the one way that days are written: `2008-03-11`. `None` for what is none of the calendar.
pub fn day(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| is_written_as_day(text))
}

/// Whether a text is four digits, two and two, with hyphens between them.
pub fn is_written_as_day(text: &str) -> bool {
    let fits = |(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { u8::is_ascii_digit(&byte) };
    text.len() == "2008-03-11".len() && text.bytes().enumerate().all(fits)
}

/// Whether a text is digits alone.
pub fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether points part a number into groups as thousands are parted in some countries: `1.000`.
pub fn is_in_thousands(text: &str) -> bool {
    text.strip_prefix('-').unwrap_or(text).split_once('.').is_some_and(|(first, rest)| {
        let is_first = are_digits(first) && first.len() <= 3 && !first.starts_with('0');
        is_first && rest.split('.').all(|group| are_digits(group) && group.len() == 3)
    })
}

/// A number with its thousands separated; a text that is no number stays as it is.
pub fn grouped(number: impl ToString) -> String {
    let decimal = number.to_string();
    let (whole, rest) = decimal.split_at(decimal.find('.').unwrap_or(decimal.len()));
    let (sign, digits) = whole.split_at(usize::from(whole.starts_with('-')));
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return decimal;
    }
    let mut text = sign.to_owned();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}
