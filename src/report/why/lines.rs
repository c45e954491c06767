//! The lines of an explanation: indented by depth, wrapped at 100 columns.

use crate::diagnostic::listing;
use crate::estate::Heads;
use crate::report::wording::few;
use crate::value::{Truth, grouped};
use crate::why::told::{Bound, Change, Changed, Fact, Origin, Reason, Share};
use std::collections::BTreeSet;

/// How wide a page is.
const WIDTH: usize = 100;

/// How many lines of a list are shown; the rest is counted.
pub(in crate::report) const MOST: usize = 40;

/// A text in the making.
#[derive(Debug, Default)]
pub(in crate::report) struct Page {
    text: String,
    explained: BTreeSet<String>,
}

impl Page {
    /// A line at a depth; what goes past the width goes on below, two steps further in.
    pub(in crate::report) fn line(&mut self, depth: usize, line: &str) {
        let mut column = 2 * depth;
        self.text.push_str(&" ".repeat(column));
        for (place, word) in line.split(' ').enumerate() {
            let width = word.chars().count();
            if place > 0 && column + 1 + width > WIDTH {
                column = 2 * depth + 4;
                self.text.push('\n');
                self.text.push_str(&" ".repeat(column));
            } else if place > 0 {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            column += width;
        }
        self.text.push('\n');
    }

    /// From here on a reading need not be explained again: `external as in PUR`.
    pub(in crate::report) fn explained(&mut self, reading: String) {
        self.explained.insert(reading);
    }

    /// Lines as they are.
    pub(in crate::report) fn verbatim(&mut self, lines: &str) {
        self.text.push_str(lines);
        self.text.push('\n');
    }

    /// An empty line, unless one stands there.
    pub(in crate::report) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A heading and its lines, long lists cut with a count.
    pub(in crate::report) fn list(&mut self, heading: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        self.line(0, heading);
        for line in lines.iter().take(MOST) {
            let (first, below) = line.split_once('\n').unwrap_or((line, ""));
            self.line(1, first);
            below.lines().for_each(|line| self.line(2, line));
        }
        self.cut(lines.len());
        self.gap();
    }

    /// How many of a long list are not shown.
    pub(in crate::report) fn cut(&mut self, count: usize) {
        more(count).into_iter().for_each(|more| self.line(1, &more));
    }

    /// The whole of it, ending in one line break.
    pub(in crate::report) fn text(self) -> String {
        self.text.trim_end().to_owned() + "\n"
    }
}

/// How many of a list are not shown, where it is that long.
pub(in crate::report) fn more(count: usize) -> Option<String> {
    let more = count.checked_sub(MOST).filter(|more| *more > 0)?;
    Some(format!("… and {more} more; `--format json` lists all"))
}

/// Conditions that decided, each with its facts.
pub(in crate::report) fn reasons(page: &mut Page, depth: usize, reasons: &[Reason]) {
    for reason in reasons {
        let facts: Vec<String> = reason.facts.iter().map(fact).collect();
        let reading = reason.reading.as_ref().map_or_else(String::new, |reading| format!(", {reading}"));
        let facts = if facts.is_empty() { String::new() } else { format!(", since {}", facts.join(" and ")) };
        page.line(depth, &format!("{}: {}{reading}{facts}", reason.condition, word(reason.answer)));
        if reason.reading.as_ref().is_some_and(|reading| page.explained.contains(reading)) {
            continue;
        }
        if let Some(open) = &reason.open {
            page.line(depth + 1, &format!("the document leaves it open: {open}"));
        }
        self::reasons(page, depth + 1, &reason.because);
    }
}

pub(super) fn word(answer: Truth) -> &'static str {
    match answer {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown => "not known",
    }
}

/// `user.relation = student (users.csv:3:14)`.
fn fact(fact: &Fact) -> String {
    let at = fact.at.as_deref();
    match (&fact.value, fact.standing, at) {
        (Some(value), Origin::Given, Some(at)) => format!("{} = {value} ({at})", fact.fact),
        (Some(value), Origin::Default, _) => format!("{} = {value} (default)", fact.fact),
        (Some(value), Origin::Assumed, _) => format!("{} = {value} (assumed)", fact.fact),
        (Some(value), ..) => format!("{} = {value}", fact.fact),
        (None, Origin::Absent, _) => format!("{} is absent", fact.fact),
        (None, _, Some(at)) => format!("{} is not stated ({at})", fact.fact),
        (None, _, None) => format!("{} is not stated", fact.fact),
    }
}

/// What has to be otherwise: `access.identified of pupils -> moss were no, not yes (accesses.csv:3:22)`.
pub(super) fn change(change: &Change) -> String {
    let facts: Vec<String> = change.facts.iter().map(changed).collect();
    facts.join(" and ")
}

fn changed(changed: &Changed) -> String {
    let at = changed.at.as_ref().map_or_else(String::new, |at| format!(" ({at})"));
    let of = if changed.of == "estate" { String::new() } else { format!(" of {}", changed.of) };
    let (fact, to) = (&changed.fact, listing(&changed.to, "or"));
    match &changed.from {
        Some(from) => format!("{fact}{of} were {to} instead of {from}{at}"),
        None => format!("{fact}{of}, which is not stated, is {to}{at}"),
    }
}

/// ` (1,750)`; nothing for one.
pub(super) fn several(heads: Option<Heads>) -> String {
    match heads {
        None | Some(Heads::Count(1)) => String::new(),
        Some(heads) => format!(" ({})", grouped(heads)),
    }
}

/// Units and places together, those of one sort added up over their holders.
pub(super) fn shares(shares: &[Share]) -> String {
    let mut sorts: Vec<(Share, Vec<&str>)> = Vec::new();
    for share in shares {
        match sorts.iter_mut().find(|(known, _)| is_alike(known, share)) {
            Some((known, holders)) => {
                holders.push(holder(share));
                add(known, share);
            }
            None => sorts.push((share.clone(), vec![holder(share)])),
        }
    }
    let told: Vec<String> = sorts.iter().map(|(sum, holders)| of_holders(sum, &few(holders))).collect();
    told.join(" and ")
}

fn is_alike(a: &Share, b: &Share) -> bool {
    match (a, b) {
        (
            Share::Units { license, version, metric, owned, .. },
            Share::Units { license: other, version: of, metric: per, owned: held, .. },
        ) => (license, version, metric, owned) == (other, of, per, held),
        (Share::Place { place, .. }, Share::Place { place: other, .. }) => place == other,
        (Share::Units { .. }, Share::Place { .. }) | (Share::Place { .. }, Share::Units { .. }) => false,
    }
}

fn add(sum: &mut Share, share: &Share) {
    let more = match share {
        Share::Units { units, .. } => *units,
        Share::Place { heads, .. } => *heads,
    };
    match sum {
        Share::Units { units, .. } => *units += more,
        Share::Place { heads, .. } => *heads += more,
    }
}

fn holder(share: &Share) -> &str {
    match share {
        Share::Units { holder, .. } | Share::Place { holder, .. } => holder,
    }
}

/// `1 WindowsEC 2003 per host for web, bought`.
pub(super) fn share(share: &Share) -> String {
    of_holders(share, holder(share))
}

fn of_holders(share: &Share, holders: &str) -> String {
    match share {
        Share::Units { license, version, metric, owned, units, .. } => {
            let how = if *owned { "owned" } else { "to be bought" };
            format!("{} {license} {version} per {metric} for {holders}, {how}", grouped(units))
        }
        Share::Place { place, heads, .. } => {
            let places = if *heads == 1 { "place" } else { "places" };
            format!("{} {places} of {place} for {holders}", grouped(heads))
        }
    }
}

/// `, bound to bob`, or `, 2 of them bound to bob`, of so many units.
pub(super) fn bound(bound: &[Bound], of: u64) -> String {
    let units: u64 = bound.iter().map(|bound| bound.units).sum();
    let holders: BTreeSet<&str> = bound.iter().map(|bound| bound.to.as_str()).collect();
    let holders = few(&holders.into_iter().collect::<Vec<_>>());
    match units {
        0 => String::new(),
        all if all == of => format!(", bound to {holders}"),
        some => format!(", {} of them bound to {holders}", grouped(some)),
    }
}
