//! `A..B`: what of a setting is fixed, on which side.

use crate::cli::Ending;
use crate::cli::input::{self, Lacking};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::judge::Request;
use crate::program::Program;
use crate::source::Sources;
use crate::value::{self, Date};
use clap::Args;

/// The flags.
#[derive(Debug, Args)]
pub(in crate::cli) struct Given {
    /// The reading chosen of a definition on either side: external=Blog..PUR; repeat it for several
    #[arg(long, value_name = "NAME=A..B")]
    reading: Vec<String>,
    /// The day on either side
    #[arg(long, value_name = "A..B")]
    as_of: Option<String>,
    /// The agreement on either side; `none` for none
    #[arg(long, value_name = "A..B")]
    agreement: Option<String>,
}

/// A value for each side.
type Pair<T> = (T, T);

/// What is fixed; the rest stays open.
#[derive(Debug)]
pub(super) struct Settings {
    as_of: Option<Pair<Date>>,
    agreement: Option<Pair<String>>,
    /// Definitions and the sources of the readings chosen.
    readings: Vec<(String, Pair<String>)>,
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Old,
    New,
}

impl Which {
    pub(super) fn text(self) -> &'static str {
        match self {
            Which::Old => "old",
            Which::New => "new",
        }
    }

    fn of<T>(self, pair: &Pair<T>) -> &T {
        match self {
            Which::Old => &pair.0,
            Which::New => &pair.1,
        }
    }
}

impl Given {
    /// The flags taken apart.
    ///
    /// # Errors
    /// What is wrong with any of them.
    pub(super) fn parsed(&self) -> Result<Settings, Ending> {
        input::one_reading_each(&self.reading)?;
        let mut problems = Vec::new();
        let mut kept = |parsed: Result<Pair<String>, Diagnostic>| parsed.map_err(|problem| problems.push(problem)).ok();
        let agreement = self.agreement.as_deref().and_then(|text| kept(pair("--agreement", text)));
        let readings = self.reading.iter().filter_map(|text| match text.split_once('=') {
            Some((definition, sources)) => Some((definition.to_owned(), kept(pair("--reading", sources))?)),
            None => {
                kept(Err(not_a_pair("--reading", text, "a reading is chosen as DEFINITION=OLD..NEW")));
                None
            }
        });
        let readings = readings.collect();
        let days = self.as_of.as_deref().and_then(|text| kept(pair("--as-of", text)));
        let as_of = days.and_then(|(old, new)| Some((day(&old, &mut problems)?, day(&new, &mut problems)?)));
        match problems.is_empty() {
            true => Ok(Settings { as_of, agreement, readings }),
            false => Err(Ending::Call(problems, Sources::default())),
        }
    }
}

/// `A..B`, or one value for both sides.
fn pair(flag: &str, text: &str) -> Result<Pair<String>, Diagnostic> {
    let both = match text.split_once("..") {
        Some((old, new)) => (old.trim(), new.trim()),
        None => (text.trim(), text.trim()),
    };
    let is_one = |value: &str| !value.is_empty() && !value.contains("..") && !value.starts_with('.');
    match is_one(both.0) && is_one(both.1) {
        true => Ok((both.0.to_owned(), both.1.to_owned())),
        false => Err(not_a_pair(flag, text, "write one value for each side, with two dots between: OLD..NEW")),
    }
}

fn not_a_pair(flag: &str, text: &str, help: &str) -> Diagnostic {
    Diagnostic::error(Code::NotAPair, format!("`{flag}` says {}, which is no setting of two sides", quoted(text)))
        .help(help)
}

fn day(text: &str, problems: &mut Vec<Diagnostic>) -> Option<Date> {
    let parsed = value::day(text);
    if parsed.is_none() {
        let error = Diagnostic::error(Code::NotAPair, format!("`--as-of` says {}, which is no day", quoted(text)));
        problems.push(error.help("write days as in 2008-01-01..2025-01-01"));
    }
    parsed
}

impl Settings {
    /// Whether the two sides are set differently.
    pub(super) fn differ(&self) -> bool {
        self.as_of.is_some_and(|(old, new)| old != new)
            || self.agreement.as_ref().is_some_and(|(old, new)| old != new)
            || self.readings.iter().any(|(_, (old, new))| old != new)
    }

    /// One side's part, its names found in the policies of that side.
    ///
    /// # Errors
    /// Names that the side does not have.
    pub(super) fn request(&self, which: Which, program: &Program) -> Result<Request, Vec<Diagnostic>> {
        let mut problems = Vec::new();
        let mut request = Request { as_of: self.as_of.as_ref().map(|pair| *which.of(pair)), ..Request::default() };
        match self.agreement.as_ref().map(|pair| input::agreement(program, which.of::<String>(pair))).transpose() {
            Ok(agreement) => request.agreement = agreement,
            Err(lacking) => problems.push(lacks(which, &lacking)),
        }
        for (definition, pair) in &self.readings {
            match input::reading(program, definition, which.of::<String>(pair)) {
                Ok((definition, source)) => _ = request.readings.insert(definition, source),
                Err(lacking) => problems.push(lacks(which, &lacking)),
            }
        }
        if problems.is_empty() { Ok(request) } else { Err(problems) }
    }
}

/// The error for a name that a side does not have, with the nearest or all that it has.
fn lacks(which: Which, Lacking { what, name, known }: &Lacking<'_>) -> Diagnostic {
    let message = format!("the {} side has no {what} called {}", which.text(), quoted(name));
    let error = Diagnostic::error(Code::LackingOnSide, message);
    match crate::diagnostic::nearest(name, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => error.help("it has none at all"),
        None => error.help(format!("it has {}", known.join(", "))),
    }
}
