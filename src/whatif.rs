//! What if: units bought or returned, or another price, on top of what an estate states.
//!
//! `10 WindowsCAL 2003 per user` is bought, `-10 WindowsCAL 2003 per user` is returned, `price WindowsEC = 1500` is another
//! price. A call may suppose several; they are taken one after the other.

use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::estate::{Estate, Holding, Price, suppose};
use crate::program::{LicenseId, Period, Program};
use crate::source::Span;
use crate::value::{Date, Metric, Rank, decimal_text, grouped};
use rust_decimal::Decimal;

/// Something supposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// What.
    pub what: What,
    /// As it was written.
    pub text: String,
    span: Span,
}

/// What is supposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Units are bought: owned on top of the others.
    Bought(u64, Units),
    /// Units are returned.
    Returned(u64, Units),
    /// A unit costs so much.
    Priced(Decimal, Units),
}

/// Units of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// The licence.
    pub license: LicenseId,
    /// Its version; none for all.
    pub version: Option<Rank>,
    /// Its metric; none for all.
    pub metric: Option<Metric>,
}

/// Reads what is supposed; `span` is the place of its text.
///
/// # Errors
/// It is no purchase, return or price, or names something that there is not; the place within the text is labelled.
pub fn parse(program: &Program, text: &str, span: Span) -> Result<WhatIf, Diagnostic> {
    let mut reader = Reader { program, words: words(text, span), next: 0, span };
    let what = reader.what()?;
    match reader.words.get(reader.next) {
        Some((word, span)) => Err(shape(format!("{} is one word too many", quoted(word)), *span)),
        None => Ok(WhatIf { what, text: text.trim().to_owned(), span }),
    }
}

impl WhatIf {
    /// What is supposed, as the middle of a sentence: `10 WindowsCAL 2003 per user are bought, for 290`. The estate is the one
    /// in which all of it is supposed, so that units cost what a price beside them says.
    pub fn told(&self, program: &Program, estate: &Estate, day: Date) -> String {
        match self.what {
            What::Bought(quantity, units) => {
                let (bought, cost) = (if quantity == 1 { "is" } else { "are" }, cost(estate, day, quantity, units));
                let cost = cost.map_or_else(String::new, |cost| format!(", for {}", grouped(decimal_text(cost))));
                format!("{} {} {bought} bought{cost}", grouped(quantity), units.text(program))
            }
            What::Returned(quantity, units) => {
                let returned = if quantity == 1 { "is" } else { "are" };
                format!("{} {} {returned} returned", grouped(quantity), units.text(program))
            }
            What::Priced(price, units) => {
                format!("a {} costs {}", units.text(program), grouped(decimal_text(price)))
            }
        }
    }
}

/// What units cost by the price list; none where they are not on it.
fn cost(estate: &Estate, day: Date, quantity: u64, units: Units) -> Option<Decimal> {
    let row = estate.prices.in_force(units.license, units.version?, units.metric?, day)?;
    estate.prices[row].price.checked_mul(Decimal::from(quantity))
}

impl Units {
    /// `WindowsCAL 2003 per user`, as far as it is said.
    fn text(self, program: &Program) -> String {
        let license = &program.licenses[self.license];
        let named = self.version.map(|version| format!(" {}", program.version_label(license.line, version)));
        let metric = self.metric.map(|metric| format!(" per {metric}"));
        format!("{}{}{}", license.header.name, named.unwrap_or_default(), metric.unwrap_or_default())
    }
}

/// The estate with all of it supposed, one after the other.
///
/// # Errors
/// More is returned than is owned on the day, or a price is supposed where there is no price list.
pub fn suppose(
    program: &Program,
    estate: &Estate,
    day: Option<Date>,
    supposed: &[WhatIf],
) -> Result<Estate, Vec<Diagnostic>> {
    let (mut estate, mut problems) = (estate.clone(), Vec::new());
    let day = day.or(estate.as_of.as_ref().map(|told| told.value)).unwrap_or(Date::MAX);
    for one in supposed {
        problems.extend(apply(program, &mut estate, day, one));
    }
    if problems.is_empty() { Ok(estate) } else { Err(problems) }
}

fn apply(program: &Program, estate: &mut Estate, day: Date, supposed: &WhatIf) -> Option<Diagnostic> {
    let span = supposed.span;
    match supposed.what {
        What::Bought(quantity, Units { license, version, metric }) => {
            let metric = metric?;
            let (assigned_to, sa_until, acquired, document) = (None, None, None, None);
            estate.own(
                program,
                Holding { license, metric, quantity, version, assigned_to, sa_until, acquired, document, span },
            );
            None
        }
        What::Returned(quantity, units) => {
            let wanted = |holding: &Holding| {
                holding.license == units.license
                    && units.metric.is_none_or(|metric| metric == holding.metric)
                    && (units.version.is_none() || units.version == holding.version)
            };
            let taken = estate.give_back(quantity, day, wanted);
            (taken < quantity).then(|| {
                let message = format!("only {taken} such units are owned, and {quantity} would be returned");
                let error = Diagnostic::error(Code::WhatIfImpossible, message).at(span, "more than there are");
                error.help("returned is what the estate's licenses.csv lists: same licence, version and metric")
            })
        }
        What::Priced(price, Units { license, version, metric }) if !estate.prices.is_empty() => {
            let period = Period { from: None, until: None };
            estate.suppose_price(Price { license, price, version, metric, period, span });
            None
        }
        What::Priced(..) => {
            let message = "the estate has no price list, so everything counts as one; one price alone says nothing";
            let error = Diagnostic::error(Code::WhatIfImpossible, message).at(span, "a price");
            Some(error.help("give the estate a prices.csv with what is for sale"))
        }
    }
}

/// The words of a text with their places; `=` is a word wherever it stands.
fn words(text: &str, span: Span) -> Vec<(&str, Span)> {
    let mut words: Vec<(&str, Span)> = Vec::new();
    let mut start = None;
    for (at, sign) in text.char_indices().chain([(text.len(), ' ')]) {
        if sign.is_whitespace() || sign == '=' {
            words.extend(start.take().and_then(|from| word(text, from, at, span)));
        } else {
            start = start.or(Some(at));
        }
        if sign == '=' {
            words.extend(word(text, at, at + 1, span));
        }
    }
    words
}

fn word(text: &str, from: usize, to: usize, span: Span) -> Option<(&str, Span)> {
    let start = span.start as usize;
    Some((text.get(from..to)?, Span::new(span.file, start + from..start + to)))
}

/// Reads word by word.
struct Reader<'r> {
    program: &'r Program,
    words: Vec<(&'r str, Span)>,
    next: usize,
    span: Span,
}

impl<'r> Reader<'r> {
    fn what(&mut self) -> Result<What, Diagnostic> {
        let (word, span) = self.word("a number, or `price`")?;
        if word == "price" {
            let units = self.units()?;
            self.expect("=")?;
            let (amount, at) = self.word("an amount")?;
            return Ok(What::Priced(self.amount(amount, at)?, units));
        }
        let (returned, digits) = match (word.strip_prefix('-'), word.strip_prefix('+')) {
            (Some(digits), _) => (true, digits),
            (None, Some(digits)) => (false, digits),
            (None, None) => (false, word),
        };
        let Some(quantity) = suppose::quantity(digits, span)?.filter(|number| *number > 0) else {
            return Err(shape(format!("{} is neither a number of units nor `price`", quoted(word)), span));
        };
        let units = self.units()?;
        if units.metric.is_none() {
            let metrics = self.metrics(units.license);
            return Err(shape("it does not say per what".to_owned(), self.end()).help(format!("end with {metrics}")));
        }
        match returned {
            true => Ok(What::Returned(quantity, units)),
            false => Ok(What::Bought(quantity, Units { version: Some(self.version_bought(units)?), ..units })),
        }
    }

    /// `LICENSE [VERSION] [per METRIC]`
    fn units(&mut self) -> Result<Units, Diagnostic> {
        let (name, span) = self.word("a licence")?;
        let Some((license, declared)) = self.program.licenses.named(name) else {
            let error = shape(format!("there is no licence called {}", quoted(name)), span);
            return Err(error.suggest(name, self.program.licenses.names()));
        };
        let version = match self.peek() {
            Some("per" | "=") | None => None,
            Some(label) => {
                let (_, span) = self.word("a version")?;
                let named = declared.labelled(label);
                let versions = || self.versions(license);
                Some(named.map(|version| version.rank).ok_or_else(|| {
                    let error = shape(format!("{name} has no version {}", quoted(label)), span);
                    match self.words.first() {
                        Some(("price", _)) if label.parse::<Decimal>().is_ok() => {
                            error.help(format!("a price stands behind `=`: `price {name} = {label}`"))
                        }
                        _ => error.help(format!("there are {}", versions())),
                    }
                })?)
            }
        };
        let metric = match self.peek() {
            Some("per") => {
                self.next += 1;
                let (word, span) = self.word("user, device, host or server")?;
                let metric = Metric::of(word).filter(|metric| declared.metrics.contains(metric));
                Some(metric.ok_or_else(|| {
                    shape(format!("{name} is not sold per {word}"), span)
                        .help(format!("it is, {}", self.metrics(license)))
                })?)
            }
            _ => None,
        };
        Ok(Units { license, version, metric })
    }

    /// The version of units that are bought: the one named, or the only one that there is.
    fn version_bought(&self, units: Units) -> Result<Rank, Diagnostic> {
        let declared = &self.program.licenses[units.license].versions;
        match (units.version, declared.as_slice()) {
            (Some(version), _) => Ok(version),
            (None, [only]) => Ok(only.rank),
            (None, _) => {
                let error = shape("it does not say which version".to_owned(), self.span);
                Err(error.help(format!("name one after the licence: {}", self.versions(units.license))))
            }
        }
    }

    fn versions(&self, license: LicenseId) -> String {
        let versions = self.program.licenses[license].versions.iter();
        versions.filter_map(|version| version.labels.first().cloned()).collect::<Vec<_>>().join(", ")
    }

    /// `per user or per device`
    fn metrics(&self, license: LicenseId) -> String {
        let metrics = self.program.licenses[license].metrics.iter();
        metrics.map(|metric| format!("`per {metric}`")).collect::<Vec<_>>().join(" or ")
    }

    fn amount(&self, word: &str, span: Span) -> Result<Decimal, Diagnostic> {
        suppose::price(word, span)?.ok_or_else(|| {
            shape(format!("{} is no price", quoted(word)), span).help("write a number, such as 1500 or 29.50")
        })
    }

    fn expect(&mut self, sign: &str) -> Result<(), Diagnostic> {
        let (word, span) = self.word(&format!("`{sign}`"))?;
        match word == sign {
            true => Ok(()),
            false => {
                let error = shape(format!("`{sign}` is expected here, not {}", quoted(word)), span);
                Err(match nearest(word, ["per"]) {
                    Some(near) => error.help(format!("did you mean `{near}`?")),
                    None => error,
                })
            }
        }
    }

    fn peek(&self) -> Option<&'r str> {
        self.words.get(self.next).map(|(word, _)| *word)
    }

    fn word(&mut self, wanted: &str) -> Result<(&'r str, Span), Diagnostic> {
        let word = self.words.get(self.next).copied();
        self.next += 1;
        word.ok_or_else(|| shape(format!("it ends where {wanted} is expected"), self.end()))
    }

    /// The last word, or all of the text.
    fn end(&self) -> Span {
        self.words.last().map_or(self.span, |(_, span)| *span)
    }
}

fn shape(message: String, span: Span) -> Diagnostic {
    Diagnostic::error(Code::WhatIfShape, message)
        .at(span, "here")
        .help("write `10 WindowsCAL 2003 per user`, `-10 WindowsCAL 2003 per user` or `price WindowsEC = 1500`")
}
