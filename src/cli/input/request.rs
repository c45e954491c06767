//! The words of a call, found in the program.

use crate::cli::{Ending, Judging};
use crate::diagnostic::{by_distance, nearest, quoted};
use crate::judge::Request;
use crate::program::{AgreementId, DefinitionId, Program, SourceId};
use crate::source::{Sources, Span};
use crate::threads::Threads;
use crate::value::{self, Date};
use std::collections::BTreeMap;

/// The request of a call, its names found in the program.
///
/// # Errors
/// Wrong usage: a date that is none, a name that nothing has.
pub(in crate::cli) fn request(judging: &Judging, program: &Program) -> Result<Request, Ending> {
    let as_of = judging.how.as_of.as_deref().map(|text| day("--as-of", text)).transpose()?;
    let agreement = judging.how.agreement.as_deref().map(|name| agreement(program, name)).transpose()?;
    one_reading_each(&judging.how.reading)?;
    let mut readings = BTreeMap::new();
    for text in &judging.how.reading {
        let (definition, source) = chosen(program, text)?;
        readings.insert(definition, source);
    }
    Ok(Request { as_of, agreement, readings, effort: judging.how.effort, threads: Threads(judging.how.threads) })
}

/// The day that a flag names.
///
/// # Errors
/// Wrong usage: it is none.
pub(in crate::cli) fn day(flag: &str, text: &str) -> Result<Date, Ending> {
    value::day(text).ok_or_else(|| Ending::Usage(format!("`{flag} {text}` is no day: write it as 2008-03-11")))
}

/// A name that a program does not have, and those that it has.
pub(in crate::cli) struct Lacking<'p> {
    pub what: String,
    pub name: String,
    pub known: Vec<&'p str>,
}

impl From<Lacking<'_>> for Ending {
    fn from(lacking: Lacking<'_>) -> Ending {
        unknown(&lacking.what, &lacking.name, lacking.known.into_iter())
    }
}

/// The agreement of a name; `none` is none.
///
/// # Errors
/// No agreement is called so.
pub(in crate::cli) fn agreement<'p>(program: &'p Program, name: &str) -> Result<Option<AgreementId>, Lacking<'p>> {
    if name == "none" {
        return Ok(None);
    }
    let known = || program.agreements.names().chain(["none"]).collect();
    let lacking = || Lacking { what: "agreement".to_owned(), name: name.to_owned(), known: known() };
    program.agreements.named(name).map(|(id, _)| Some(id)).ok_or_else(lacking)
}

/// The reading of a definition from a source.
///
/// # Errors
/// No definition is called so, or it has no such reading.
pub(in crate::cli) fn reading<'p>(
    program: &'p Program,
    definition: &str,
    source: &str,
) -> Result<(DefinitionId, SourceId), Lacking<'p>> {
    let lacking =
        |what: &str, name: &str, known: Vec<&'p str>| Lacking { what: what.to_owned(), name: name.to_owned(), known };
    let found = program.definitions.named(definition);
    let (id, item) = found.ok_or_else(|| lacking("definition", definition, program.definitions.names().collect()))?;
    let sources: Vec<SourceId> = item.readings.iter().filter_map(|reading| reading.source).collect();
    let named = |id: &SourceId| program.sources[*id].header.name.as_str();
    let chosen = sources.iter().find(|id| named(id) == source);
    let what = format!("reading of `{definition}`");
    chosen.map(|source| (id, *source)).ok_or_else(|| lacking(&what, source, sources.iter().map(named).collect()))
}

/// Holds a call to one reading of each definition: of two, one would be passed over in silence.
///
/// # Errors
/// Wrong usage: two readings of one definition.
pub(in crate::cli) fn one_reading_each(chosen: &[String]) -> Result<(), Ending> {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for text in chosen {
        let Some((definition, _)) = text.split_once('=') else { continue };
        if let Some(before) = known.insert(definition, text) {
            let both = format!("`--reading {before}` and `--reading {text}`");
            return Err(Ending::Usage(format!("{both} are two readings of one definition: leave one of them out")));
        }
    }
    Ok(())
}

fn chosen(program: &Program, text: &str) -> Result<(DefinitionId, SourceId), Ending> {
    let usage = || Ending::Usage(format!("`--reading {text}`: write it as DEFINITION=SOURCE, such as external=Blog"));
    let (definition, source) = text.split_once('=').ok_or_else(usage)?;
    Ok(reading(program, definition, source)?)
}

/// A word of the call as a text that diagnostics can point into, under the name of the argument.
///
/// # Errors
/// Wrong usage: no text is that long.
pub(in crate::cli) fn argument(sources: &mut Sources, name: &str, text: &str) -> Result<Span, Ending> {
    let file = sources.add(name, text).map_err(|_| Ending::Usage(format!("`{name}` is too long")))?;
    Ok(Span::new(file, 0..text.len()))
}

/// The usage error for a name that nothing has, with the nearest or all that there are.
pub(in crate::cli) fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Ending {
    let known: Vec<&str> = known.collect();
    let all = || if known.is_empty() { "there is none".to_owned() } else { format!("there are {}", known.join(", ")) };
    no_such(what, name, nearest(name, known.iter().copied()), all)
}

/// The same, where there are more names than anybody reads: the nearest are told.
pub(in crate::cli) fn unknown_of_many(what: &str, name: &str, known: &[String]) -> Ending {
    const TOLD: usize = 5;
    let several = || {
        let near: Vec<String> = by_distance(name, known).into_iter().take(TOLD).map(quoted).collect();
        let others = known.len().saturating_sub(near.len());
        format!("the nearest are {}, and there are {others} more", near.join(", "))
    };
    let within =
        || known.iter().map(String::as_str).find(|path| path.rsplit_once('.').is_some_and(|(_, last)| last == name));
    no_such(what, name, nearest(name, known.iter().map(String::as_str)).or_else(within), several)
}

fn no_such(what: &str, name: &str, near: Option<&str>, otherwise: impl FnOnce() -> String) -> Ending {
    let hint = near.map_or_else(otherwise, |near| format!("did you mean `{near}`?"));
    Ending::Usage(format!("there is no {what} called {}: {hint}", quoted(name)))
}
