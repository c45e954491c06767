//! Texts of cells into values, and what is said where a text is none.
//!
//! Functions here know neither rows nor places: [`super::build`](fn@super::build) adds them.

use super::sheet::Field;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Period, Program};
use crate::source::{Span, moves_text, visible};
use crate::value::{self, Date, Heads, HostKind, Type, Value, VersionLine, are_digits, is_in_thousands};
use rust_decimal::Decimal;

/// The most heads, units or cores that a cell may give, and the highest price: ten thousand million. So sums and products of
/// them stay exact. A table's text is below 4 GiB and a holding takes at least 19 bytes of it, so all units owned come to less
/// than 2.3 * 10^18, of which a `u64` holds eight times as many.
pub(super) const MOST: u64 = 10_000_000_000;

/// The longest text that a cell may hold, in bytes.
const LONGEST: usize = 65_536;

/// Why a text is no value.
#[derive(Debug)]
pub(super) enum Wrong {
    /// It is not what was expected; with help where the writer's intention is plain.
    Expected(String, Option<String>),
    /// It is past a limit; with what to do about it.
    TooLarge(String, &'static str),
}

/// What a cell comes to.
pub(super) type Read<T> = Result<T, Wrong>;

fn expected<T>(what: &str) -> Read<T> {
    Err(Wrong::Expected(what.to_owned(), None))
}

impl Field<'_> {
    /// The diagnostic of a cell that could not be read.
    pub fn wrong(&self, wrong: Wrong) -> Diagnostic {
        wrong_at(self.text, self.column, self.span, wrong)
    }
}

/// The diagnostic of a value of a column or key that could not be read.
pub(super) fn wrong_at(text: &str, column: &str, span: Span, wrong: Wrong) -> Diagnostic {
    match wrong {
        Wrong::Expected(what, help) => {
            let error = Diagnostic::error(Code::WrongCell, format!("`{}` is no value for `{column}`", short(text)));
            let error = error.at(span, format!("expected {what}"));
            help.into_iter().fold(error, Diagnostic::help)
        }
        Wrong::TooLarge(limit, help) => {
            let message = format!("`{}` in `{column}` is past what an estate can hold", short(text));
            Diagnostic::error(Code::TooLargeCell, message).at(span, limit).help(help)
        }
    }
}

/// A text or an id, which must not be longer than any sensible one, nor move what stands around it in a report.
pub(super) fn text(text: &str) -> Read<&str> {
    if text.contains(moves_text) {
        let help = "it holds a line end, or a sign that is not shown: leave that out";
        return Err(Wrong::Expected("a text on one line".to_owned(), Some(help.to_owned())));
    }
    if text.len() > LONGEST {
        let limit = format!("{} bytes; a cell holds at most {LONGEST}", text.len());
        return Err(Wrong::TooLarge(limit, "shorten it, or look for a quote that is closed too late"));
    }
    Ok(text)
}

/// The reference of a document. An answer is none, nor is a number or a day alone: whoever writes `no` or `tbd` has no document.
pub(super) fn reference(reference: &str) -> Read<&str> {
    let lower = reference.to_lowercase();
    let is_answer = NO_DOCUMENTS.contains(&lower.as_str());
    let is_measure = reference.parse::<f64>().is_ok() || date(reference).is_ok();
    if is_answer || is_measure || !reference.contains(char::is_alphanumeric) {
        let help = "name the document, or leave the entry out where there is none";
        return Err(Wrong::Expected("the reference of a document".to_owned(), Some(help.to_owned())));
    }
    text(reference)
}

/// What people write where they have no document, in small letters. The page of [`Code::WrongCell`] lists it.
const NO_DOCUMENTS: [&str; 37] = [
    "yes", "no", "y", "n", "true", "false", "on", "off", "ok", "ja", "nein", "oui", "non", "si", "sí", "sim", "não",
    "wahr", "falsch", "vrai", "faux", "none", "nil", "null", "n/a", "n.a.", "na", "tba", "tbc", "tbd", "todo",
    "pending", "missing", "maybe", "perhaps", "unknown", "x",
];

/// `many`, or a whole number of heads.
pub(super) fn heads(text: &str) -> Read<Heads> {
    if text == "many" {
        return Ok(Heads::Many);
    }
    whole(text).map(Heads::Count).map_err(|wrong| match wrong {
        Wrong::Expected(what, _) if text.eq_ignore_ascii_case("many") => {
            Wrong::Expected(format!("{what}, or `many`"), Some("write `many` in small letters".to_owned()))
        }
        Wrong::Expected(what, help) => Wrong::Expected(format!("{what}, or `many`"), help),
        too_large @ Wrong::TooLarge(..) => too_large,
    })
}

/// A whole number of heads, units or cores.
pub(super) fn whole(text: &str) -> Read<u64> {
    const WHAT: &str = "a whole number, 0 or more";
    let number = digits_alone(text, WHAT)?;
    if number.is_sign_negative() && !number.is_zero() || !number.is_integer() {
        let help = "write how many there are, without a sign or decimals: `20`";
        return Err(Wrong::Expected(WHAT.to_owned(), Some(help.to_owned())));
    }
    u64::try_from(number).ok().filter(|number| *number <= MOST).ok_or_else(past_most)
}

/// An amount of money for a unit.
pub(super) fn price(text: &str) -> Read<Decimal> {
    const WHAT: &str = "an amount of money, 0 or more";
    const DECIMALS: u32 = 4;
    let amount = decimal(text, WHAT)?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return expected(WHAT);
    }
    if amount > Decimal::from(MOST) {
        return Err(past_most());
    }
    if amount.normalize().scale() > DECIMALS {
        return Err(Wrong::TooLarge(
            format!("at most {DECIMALS} decimal places"),
            "round it to what an invoice would say",
        ));
    }
    Ok(amount.normalize())
}

fn past_most() -> Wrong {
    Wrong::TooLarge(format!("at most {MOST}"), "look for a digit too many, or for a number in the wrong column")
}

/// A number that is to be whole, and not written as thousands may be.
fn digits_alone(text: &str, what: &str) -> Read<Decimal> {
    if !is_in_thousands(text) {
        return number(text, what);
    }
    let first = text.split('.').next().unwrap_or("");
    let help = format!("`{text}` may be meant as {first} or as thousands: write the digits alone");
    Err(Wrong::Expected(what.to_owned(), Some(help)))
}

/// An exact decimal that is not written as thousands may be.
fn decimal(text: &str, what: &str) -> Read<Decimal> {
    if !is_in_thousands(text) {
        return number(text, what);
    }
    let digits = text.replace('.', "");
    let help = match text.split('.').count() {
        2 => format!("`{text}` may be meant as thousands: write `{digits}` if so, else `{text}0`"),
        _ => format!("write `{digits}`: nothing stands between thousands"),
    };
    Err(Wrong::Expected(what.to_owned(), Some(help)))
}

/// A number that its document holds as one, for a cell: without an exponent, and so that nobody can think that its point
/// parts thousands.
pub(super) fn plainly(written: &str) -> String {
    // Of more digits some would be lost.
    const EXACT: usize = 28;
    let exact = match written.contains(['e', 'E']) {
        true => Decimal::from_scientific(written).ok().filter(|_| written.len() <= EXACT),
        false => Decimal::from_str_exact(written).ok(),
    };
    let mut plain = exact.map_or_else(|| written.to_owned(), |number| number.to_string());
    if is_in_thousands(&plain) {
        plain.push('0');
    }
    plain
}

/// An exact decimal, written plainly.
fn number(text: &str, what: &str) -> Read<Decimal> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if !are_digits(whole) || !are_digits(fraction) {
        return Err(Wrong::Expected(what.to_owned(), plain_number(text)));
    }
    let past = || Wrong::TooLarge("more digits than an exact number has".to_owned(), "write it with fewer digits");
    Decimal::from_str_exact(text).map_err(|_| past())
}

/// How to write a number that was written with separators, a decimal comma or a currency.
fn plain_number(text: &str) -> Option<String> {
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bare = text.trim_matches(|sign: char| !sign.is_ascii_digit() && sign != '-');
    let fits = |sign: char| sign.is_ascii_digit() || matches!(sign, ',' | '.' | '\'' | ' ' | '\u{a0}' | '-');
    if !bare.chars().all(fits) {
        return text.parse::<f64>().is_ok().then(|| "write all its digits, without an exponent".to_owned());
    }
    Some("write the number alone, with `.` before decimals and nothing between thousands".to_owned())
}

/// An ISO date.
pub(super) fn date(text: &str) -> Read<Date> {
    match value::day(text) {
        Some(day) => Ok(day),
        None if value::is_written_as_day(text) => expected("a day of the calendar"),
        None => {
            let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
            let help = match text.get(..10).filter(|start| value::day(start).is_some()) {
                Some(day) => Some(format!("write the day alone: `{day}`")),
                None => has_digits.then(|| "write year, month and day: `2008-03-11`".to_owned()),
            };
            Err(Wrong::Expected("a date".to_owned(), help))
        }
    }
}

/// The period of two cells; a period that is empty is `None`.
pub(super) fn period(from: Option<Date>, until: Option<Date>) -> Option<Period> {
    let backwards = from.zip(until).is_some_and(|(from, until)| until <= from);
    (!backwards).then_some(Period { from, until })
}

/// A type of cells with everything it takes to read them.
pub(super) struct Reader<'a> {
    ty: &'a Type,
    /// The words that stand for values, where the type has words.
    words: Vec<(&'a str, Value)>,
    /// What is expected.
    what: String,
    /// The name of the product or suite whose versions these are, which may stand before a label.
    line: Option<&'a str>,
}

impl<'a> Reader<'a> {
    /// A reader of values of a type.
    pub fn new(ty: &'a Type, program: &'a Program) -> Self {
        let (words, what) = vocabulary(ty, program);
        Reader {
            ty,
            words,
            what,
            line: if let Type::Version(line) = ty { Some(line_name(*line, program)) } else { None },
        }
    }

    /// The value that a text stands for.
    pub fn read(&self, text: &str) -> Read<Value> {
        match self.ty {
            Type::Bool => bool(text).map(Value::Bool),
            Type::Int => int(text).map(Value::Number),
            Type::Number => decimal(text, "a number").map(Value::Number),
            Type::Money => decimal(text, "an amount of money").map(Value::Number),
            Type::Date => date(text).map(Value::Date),
            Type::Text => self::text(text).map(|text| Value::Text(text.into())),
            Type::Enum(_)
            | Type::Version(_)
            | Type::Product
            | Type::License
            | Type::Agreement
            | Type::Functionality
            | Type::Metric
            | Type::HostKind
            | Type::Reference => self.word(text),
        }
    }

    fn word(&self, text: &str) -> Read<Value> {
        let bare = self.line.and_then(|line| text.strip_prefix(line)?.strip_prefix(' ')).unwrap_or(text);
        let found = self.words.iter().find(|(word, _)| *word == bare);
        let words = || self.words.iter().map(|(word, _)| *word);
        let help = || if self.line.is_some() { alike_or_all(bare, words()) } else { nearest_or_all(text, words()) };
        found.map(|(_, value)| value.clone()).ok_or_else(|| Wrong::Expected(self.what.clone(), Some(help())))
    }
}

/// The words of a type, and how the type is called.
fn vocabulary<'a>(ty: &Type, program: &'a Program) -> (Vec<(&'a str, Value)>, String) {
    match ty {
        Type::Enum(id) => {
            let members = (0..).map(Value::Member);
            let declared = &program.enums[*id];
            let words = declared.members.iter().map(String::as_str).zip(members).collect();
            (words, format!("a value of `{}`", declared.header.name))
        }
        Type::Version(line) => (versions(*line, program), format!("a version of `{}`", line_name(*line, program))),
        Type::HostKind => {
            (HostKind::ALL.map(|kind| (kind.text(), Value::HostKind(kind))).into(), "a kind of host".to_owned())
        }
        // The others have no words, or are types of which policies declare no facts.
        Type::Bool
        | Type::Int
        | Type::Number
        | Type::Money
        | Type::Date
        | Type::Text
        | Type::Product
        | Type::License
        | Type::Agreement
        | Type::Functionality
        | Type::Metric
        | Type::Reference => (Vec::new(), "nothing".to_owned()),
    }
}

fn versions(line: VersionLine, program: &Program) -> Vec<(&str, Value)> {
    let labels: Vec<&[String]> = match line {
        VersionLine::Product(id) => {
            program.products[id].versions.iter().map(|version| version.labels.as_slice()).collect()
        }
        VersionLine::Suite(id) => {
            program.licenses[id].versions.iter().map(|version| version.labels.as_slice()).collect()
        }
    };
    let ranked = labels.into_iter().zip((0..).map(crate::value::Rank));
    ranked.flat_map(|(labels, rank)| labels.iter().map(move |label| (label.as_str(), Value::Version(rank)))).collect()
}

fn line_name(line: VersionLine, program: &Program) -> &str {
    match line {
        VersionLine::Product(id) => &program.products[id].header.name,
        VersionLine::Suite(id) => &program.licenses[id].header.name,
    }
}

/// Spreadsheets write TRUE and FALSE, so capitals make no difference.
fn bool(text: &str) -> Read<bool> {
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    match (is(["yes", "true", "1"]), is(["no", "false", "0"])) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        (false, false) => expected("yes or no"),
    }
}

fn int(text: &str) -> Read<Decimal> {
    const WHAT: &str = "a whole number";
    let number = digits_alone(text, WHAT)?;
    if number.is_integer() { Ok(number.normalize()) } else { expected(WHAT) }
}

/// The text is the name of none of the things.
pub(super) fn no_such<T>(text: &str, what: &str, things: &[(&str, T)]) -> Wrong {
    let help = match things {
        [] => "the policies declare none".to_owned(),
        things => nearest_or_all(text, things.iter().map(|(name, _)| *name)),
    };
    Wrong::Expected(what.to_owned(), Some(help))
}

/// "did you mean" where a word is near, else all the words there are.
pub(super) fn nearest_or_all<'n>(wrong: &str, words: impl Iterator<Item = &'n str> + Clone) -> String {
    const SHOWN: usize = 12;
    if let Some(near) = crate::diagnostic::nearest(wrong, words.clone()) {
        return format!("did you mean `{near}`?");
    }
    match words.clone().count() {
        1 => format!("the only one is {}", quoted(words)),
        count if count <= SHOWN => format!("write one of {}", quoted(words)),
        count => format!("write one of {} … ({} more)", quoted(words.take(SHOWN)), count - SHOWN),
    }
}

/// Like [`nearest_or_all`] for versions, whose labels are near to each other by nature: only other signs or capitals
/// count as a slip.
pub(super) fn alike_or_all<'n>(wrong: &str, labels: impl Iterator<Item = &'n str> + Clone) -> String {
    let bare = |label: &str| label.chars().filter(|sign| sign.is_alphanumeric()).collect::<String>().to_lowercase();
    match labels.clone().find(|label| bare(label) == bare(wrong)) {
        Some(alike) => format!("did you mean `{alike}`?"),
        None => nearest_or_all("", labels),
    }
}

/// Names in backticks, separated by commas.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// A text as messages show it: on one line, cut where it is long, and with escapes for what would not be seen.
pub(super) fn short(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut shown: String = text.chars().take(SHOWN).flat_map(visible).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{NO_DOCUMENTS, plainly, reference};
    use crate::diagnostic::Code;

    #[test]
    fn what_is_no_document_is_refused_and_listed() {
        let page = Code::WrongCell.page().replace('\n', " ");
        for word in NO_DOCUMENTS {
            assert!(reference(word).is_err() && reference(&word.to_uppercase()).is_err(), "{word}");
            assert!([',', '.'].iter().any(|end| page.contains(&format!(" {word}{end}"))), "{word}");
        }
        for text in ["-", "?", "…", "-1", "0.5", "1e3", "2009", "2009-07-01"] {
            assert!(reference(text).is_err(), "{text}");
        }
        for text in ["letter of 2009-07-01", "4711/2009", "No. 5", "A1", "契約書"] {
            assert!(reference(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_number_is_written_without_exponent_and_never_like_thousands() {
        let shown =
            ["1.999", "-37.125", "0.125", "29.50", "1e2", "2.5E-1", "1.5e+3", ".5", "0.30000000000000004", "1e400"];
        let plain =
            ["1.9990", "-37.1250", "0.125", "29.50", "100", "0.25", "1500", "0.5", "0.30000000000000004", "1e400"];
        assert_eq!(shown.map(plainly), plain);
    }
}
