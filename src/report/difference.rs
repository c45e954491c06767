//! A difference as people and programs read it: what each form of output has in common.
//!
//! Names become the titles that the policies give them, conditions become short phrases. Nothing is compared here.

pub mod github;
pub mod html;
pub mod markdown;
mod money;
mod phrase;
pub mod sarif;
pub mod text;

use super::wording::counted;
use crate::diagnostic::listing;
use crate::diff::difference::{Acknowledged, Blamed, Case, Change, ChangeKind, Difference, Edit, Side, Word};
use crate::diff::structure::is_lost;
use crate::diff::verdict::Verdict;
use crate::program::{Header, Program};

/// A difference, and the policies that the names in it are of.
#[derive(Debug, Clone, Copy)]
pub struct Told<'t> {
    /// What changes.
    pub difference: &'t Difference,
    /// The policies of the old side.
    pub old: &'t Program,
    /// The policies of the new side.
    pub new: &'t Program,
}

/// Changes of one kind that are told together.
struct Section<'t> {
    heading: &'static str,
    /// Changes with cases of their own, those of one subject that the same clauses decide together.
    own: Vec<Vec<&'t Change>>,
    /// Changes that follow from a definition's, those of one definition and direction together.
    following: Vec<Following<'t>>,
}

/// Subjects whose verdicts change in one direction because a definition does.
struct Following<'t> {
    definition: &'t str,
    from: &'t Verdict,
    to: &'t Verdict,
    changes: Vec<&'t Change>,
}

/// What is asked where a verdict changed under an unchanged citation.
const SAME_CITATION: &str = "The citation is the same on both sides: does the document say so?";

/// What is said where a side has no single reading.
const NOT_JUDGED: &str = "Where no reading applies, or several of which none is preferred, no estate can be judged.";

impl<'t> Told<'t> {
    /// The changes by kind, kinds in order.
    fn sections(&self) -> Vec<Section<'t>> {
        let kinds = [
            (ChangeKind::Definition, "Definitions"),
            (ChangeKind::Reading, "Readings that apply"),
            (ChangeKind::Demand, "Demands and exemptions"),
            (ChangeKind::Prohibition, "Prohibitions"),
            (ChangeKind::Cover, "What licences cover"),
        ];
        let changes = &self.difference.changes;
        let section = |(kind, heading)| {
            let of_kind = || changes.iter().filter(move |change| change.kind == kind);
            let own = alike(of_kind().filter(|change| change.follows_from.is_none()));
            Section { heading, own, following: following(of_kind()) }
        };
        kinds
            .map(section)
            .into_iter()
            .filter(|section| !section.own.is_empty() || !section.following.is_empty())
            .collect()
    }

    /// The numbers, citations and wording that change, each with its heading.
    fn edits(&self) -> impl Iterator<Item = (&'static str, &'t [Edit])> {
        let difference = self.difference;
        let all = [
            ("Numbers", difference.numbers.as_slice()),
            ("Citations", difference.citations.as_slice()),
            ("Wording", difference.wording.as_slice()),
        ];
        all.into_iter().filter(|(_, edits)| !edits.is_empty())
    }

    /// The sentence that answers the reviewer.
    fn sentence(&self) -> String {
        let difference = self.difference;
        let word = capital(difference.verdict.text());
        let edits: Vec<String> = [
            counted(difference.numbers.len(), "number", "numbers"),
            counted(difference.citations.len(), "citation", "citations"),
            counted(difference.wording.len(), "wording", "wordings"),
        ]
        .into_iter()
        .filter(|count| !count.starts_with("0 "))
        .collect();
        let rest = match difference.verdict {
            Word::Equivalent => "no verdict, number, citation or wording differs".to_owned(),
            Word::CostOnly => format!("no verdict changes; what changes is {}", listing(&edits, "and")),
            Word::CitationOnly => {
                let mut all: Vec<String> = difference.changes.iter().map(|change| self.of_document(change)).collect();
                all.dedup();
                all.extend(edits);
                format!("no verdict and no number changes; what changes is {}", listing(&all, "and"))
            }
            Word::Stricter | Word::Looser | Word::Mixed => self.changed(&edits),
        };
        format!("{word}: {rest}.")
    }

    /// What becomes of a term where another document means the same.
    fn of_document(&self, change: &Change) -> String {
        match change.kind {
            ChangeKind::Reading => format!("which reading of \"{}\" applies", self.title(change)),
            ChangeKind::Definition | ChangeKind::Demand | ChangeKind::Prohibition | ChangeKind::Cover => {
                format!("what \"{}\" says", self.title(change))
            }
        }
    }

    /// `"External user" changes in 3 cases, and 12 verdicts follow from that`.
    fn changed(&self, edits: &[String]) -> String {
        let (own, following): (Vec<&Change>, Vec<&Change>) =
            self.difference.changes.iter().partition(|change| change.follows_from.is_none());
        let cases = counted(own.iter().map(|change| change.cases.len()).sum::<usize>(), "case", "cases");
        let mut parts = Vec::new();
        let one = own.first().filter(|first| own.iter().all(|change| change.subject == first.subject));
        match one {
            Some(first) => parts.push(format!("\"{}\" changes in {cases}", self.title(first))),
            None if own.is_empty() => {}
            None => parts.push(format!("{} in {cases}", counted(own.len(), "verdict changes", "verdicts change"))),
        }
        if !following.is_empty() {
            let from = if one.is_some() { "it" } else { "them" };
            parts.push(format!("{} from {from}", counted(following.len(), "verdict follows", "verdicts follow")));
        }
        if !edits.is_empty() {
            let change =
                if edits.len() == 1 && edits.iter().all(|edit| edit.starts_with("1 ")) { "changes" } else { "change" };
            parts.push(format!("{} {change}", listing(edits, "and")));
        }
        if parts.is_empty() { "no change was found".to_owned() } else { parts.join("; ") }
    }

    /// `PUR → no reading`.
    fn turn(&self, change: &Change) -> String {
        let [from, to] = [&change.from, &change.to].map(|verdict| match (change.kind, verdict) {
            (ChangeKind::Reading, Verdict::NoReading) => "no reading".to_owned(),
            (_, verdict) => verdict.to_string(),
        });
        format!("{from} → {to}")
    }

    /// What is said below the cases of a change.
    fn notes(&self, change: &Change) -> Vec<&'static str> {
        let stops = change.kind == ChangeKind::Reading && (change.from.is_undefined() || change.to.is_undefined());
        let notes = [(stops, NOT_JUDGED), (change.citation_unchanged, SAME_CITATION)];
        notes.into_iter().filter(|(holds, _)| *holds).map(|(_, note)| note).collect()
    }

    /// How far a reviewer has acknowledged it; `None` where there is nothing to acknowledge, or nothing was.
    fn review(&self) -> Option<String> {
        let all: Vec<bool> = self.difference.acknowledgements().map(|acknowledged| acknowledged.is_some()).collect();
        let done = all.iter().filter(|done| **done).count();
        match done {
            0 => None,
            _ if done == all.len() => Some("All of it is acknowledged.".to_owned()),
            _ => Some(format!("{done} of {} are acknowledged.", counted(all.len(), "entry", "entries"))),
        }
    }

    /// What is said below the sentence: how far it is acknowledged, and what the reader must know of the comparison itself.
    fn beside(&self) -> Vec<String> {
        let mut beside: Vec<String> = self.review().into_iter().collect();
        if !self.difference.complete {
            beside.push("The comparison reached its limit: what is listed holds, and there may be more.".to_owned());
        }
        if !self.difference.minimal {
            beside.push("The cases are exact; whether fewer could say the same was not settled.".to_owned());
        }
        beside
    }

    /// The header of an item of either side; the new one's where both have it.
    fn header(&self, name: &str) -> Option<&'t Header> {
        self.new.header(name).or_else(|| self.old.header(name))
    }

    /// The title of an item, or its name where it has none.
    fn titled(&self, name: &str) -> String {
        self.header(name).map_or_else(|| name.to_owned(), |header| header.display().to_owned())
    }

    /// What a change is about: `External user`, `External user as in Blog`, or a licence's title and what it covers.
    fn title(&self, change: &Change) -> String {
        match (change.kind, change.subject.split_once(": ")) {
            (ChangeKind::Cover, Some((license, covered))) => format!("{} for {covered}", self.titled(license)),
            (ChangeKind::Definition | ChangeKind::Reading, Some((definition, source))) => {
                format!("{} as in {source}", self.titled(definition))
            }
            (ChangeKind::Demand | ChangeKind::Prohibition, _) => self.functionality(&change.subject),
            (_, _) => self.titled(&change.subject),
        }
    }

    /// `SharePoint Server: Advanced services` for `SharePoint.enterprise`.
    fn functionality(&self, path: &str) -> String {
        let Some((product, name)) = path.split_once('.') else { return self.titled(path) };
        let find = |program: &'t Program| {
            let mut all = program.functionalities.values();
            let found =
                all.find(|item| item.header.name == name && program.products[item.product].header.name == product);
            found.map(|item| item.header.display())
        };
        format!("{}: {}", self.titled(product), find(self.new).or_else(|| find(self.old)).unwrap_or(name))
    }

    /// The name of what a change is about, where its title does not show it.
    fn code<'c>(&self, change: &'c Change) -> Option<&'c str> {
        let name = change.subject.split(": ").next().unwrap_or(&change.subject);
        (!self.title(change).contains(name)).then_some(name)
    }

    /// What several changes follow from one definition, licence by licence:
    /// `SharePoint Server for Internet Sites (SharePoint.standard and SharePoint.enterprise)`.
    fn titles(&self, changes: &[&Change]) -> Vec<String> {
        let mut by_item: Vec<(&str, Vec<&str>)> = Vec::new();
        for change in changes {
            let (item, covered) = change.subject.split_once(": ").unwrap_or((&change.subject, ""));
            match by_item.iter_mut().find(|(known, _)| *known == item) {
                Some((_, all)) => all.push(covered),
                None => by_item.push((item, vec![covered])),
            }
        }
        let title = |(item, covered): (&str, Vec<&str>)| match covered.as_slice() {
            [""] => self.titled(item),
            covered => format!("{} ({})", self.titled(item), listing(covered, "and")),
        };
        by_item.into_iter().map(title).collect()
    }

    /// `External user, Blog (policies/external-user.entail:9:5; cites Blog, "More on EC")`.
    fn blamed(&self, blamed: &Blamed) -> String {
        let clause = blamed.clause.as_ref().map_or_else(String::new, |clause| {
            let header = self.new.clause(&blamed.rule, clause).or_else(|| self.old.clause(&blamed.rule, clause));
            format!(", {}", header.map_or(clause.as_str(), Header::display))
        });
        let cites = blamed.cites.as_ref().map_or_else(String::new, |cites| format!("; cites {cites}"));
        format!("{}{clause} ({}{cites})", self.titled(&blamed.rule), blamed.at)
    }

    /// The clauses that decide a group of changes, each behind the side that it is of.
    fn blame(&self, group: &[&Change]) -> Vec<(&'static str, String)> {
        let blame = group.first().map(|change| &change.blame);
        let of_side = |side, blamed: &[Blamed]| blamed.iter().map(|one| (side, self.blamed(one))).collect::<Vec<_>>();
        blame.map_or_else(Vec::new, |blame| [of_side("old", &blame.old), of_side("new", &blame.new)].concat())
    }

    /// A change and its cases in one line, for readers of one line at a time.
    fn line(&self, change: &Change) -> String {
        let cases = (1..).zip(&change.cases).map(|(number, case)| format!("({number}) {}", self.phrase(change, case)));
        let cases: Vec<String> = cases.collect();
        let notes: String =
            self.notes(change).into_iter().map(|note| format!(". {}", note.trim_end_matches('.'))).collect();
        format!("{}: {}, where {}{notes}", self.title(change), self.turn(change), cases.join("; "))
    }

    /// An edit and its subject in one line.
    fn edit_line(&self, edit: &Edit) -> String {
        format!("{}, {}", self.titled(&edit.subject), self.edit(edit))
    }

    /// What is said beside a case: whether an example confirms it, and who acknowledged it.
    fn remarks(&self, change: &Change, case: &Case) -> Vec<String> {
        let unconfirmed = (!case.confirmed).then(|| match self.unstated(change, case) {
            Some(why) => format!("no example confirms it: {why}"),
            None => "no example confirms it".to_owned(),
        });
        unconfirmed.into_iter().chain(case.acknowledged.as_ref().map(signed)).collect()
    }

    /// Where the new side, and then the old one, is to blame for a change.
    fn places(&self, change: &'t Change) -> (Vec<Place<'t>>, Vec<Place<'t>>) {
        let places = |blamed: &'t [Blamed], side: &'t Side| {
            blamed.iter().filter_map(|blamed| Place::of(&blamed.at, side)).collect()
        };
        (places(&change.blame.new, &self.difference.new), places(&change.blame.old, &self.difference.old))
    }

    /// Where an edit stands on the new side, or else on the old one.
    fn place(&self, edit: &'t Edit) -> Option<Place<'t>> {
        let (old, new) = (&self.difference.old, &self.difference.new);
        let after = edit.at.new.as_ref().and_then(|at| Place::of(at, new));
        after.or_else(|| edit.at.old.as_ref().and_then(|at| Place::of(at, old)))
    }

    /// `limit 2 → 3`.
    fn edit(&self, edit: &Edit) -> String {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        format!("{}: {} → {}", spaced(&edit.what), side(&edit.old), side(&edit.new))
    }

    /// What is said beside an edit.
    fn edit_remarks(&self, edit: &Edit) -> Vec<String> {
        let alone = edit.verdict_unchanged.then(|| "no verdict changes with it".to_owned());
        let lost = is_lost(edit).then(|| "estates that state it are in error".to_owned());
        alone.into_iter().chain(lost).chain(edit.acknowledged.as_ref().map(signed)).collect()
    }

    /// `policies, external as in Blog, on 2008-03-11, without an agreement`.
    fn side(&self, side: &Side) -> String {
        let mut parts = vec![side.origin.clone()];
        parts.extend(side.setting.reading.iter().map(|(name, source)| format!("{name} as in {source}")));
        parts.extend(side.setting.as_of.iter().map(|day| format!("on {day}")));
        parts.extend(side.setting.agreement.iter().map(|name| match name.as_str() {
            "none" => "without an agreement".to_owned(),
            name => format!("under {}", self.titled(name)),
        }));
        parts.join(", ")
    }
}

/// A line of a policy file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place<'t> {
    /// The path of the file; of a file in a git revision, its path in that revision.
    file: &'t str,
    line: usize,
    column: usize,
}

impl<'t> Place<'t> {
    /// Takes `file:line:column` apart.
    fn of(at: &'t str, side: &'t Side) -> Option<Self> {
        let mut parts = at.rsplitn(3, ':');
        let (column, line, file) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
        let revision = side.origin.split_once(':').map(|(revision, _)| revision);
        let inner = revision.and_then(|revision| file.strip_prefix(revision)?.strip_prefix(':'));
        Some(Place { file: inner.unwrap_or(file), line, column })
    }
}

/// Groups changes that follow each other, have one subject and are due to the same clauses.
fn alike<'t>(changes: impl Iterator<Item = &'t Change>) -> Vec<Vec<&'t Change>> {
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    for change in changes {
        let same = |group: &&mut Vec<&Change>| {
            group.iter().all(|other| (&other.subject, &other.blame) == (&change.subject, &change.blame))
        };
        match groups.last_mut().filter(same) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

/// Groups what follows from definitions, in the order in which each group is first met.
fn following<'t>(changes: impl Iterator<Item = &'t Change>) -> Vec<Following<'t>> {
    let mut groups: Vec<Following<'t>> = Vec::new();
    for change in changes {
        let Some(definition) = change.follows_from.as_deref() else { continue };
        let (from, to) = (&change.from, &change.to);
        let same = |group: &&mut Following<'_>| (group.definition, group.from, group.to) == (definition, from, to);
        match groups.iter_mut().find(same) {
            Some(group) => group.changes.push(change),
            None => groups.push(Following { definition, from, to, changes: vec![change] }),
        }
    }
    groups
}

/// `acknowledged by the licensing desk: the contract counts them as staff`.
fn signed(acknowledged: &Acknowledged) -> String {
    format!("acknowledged by {}: {}", acknowledged.by, acknowledged.because)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name as words.
fn spaced(name: &str) -> String {
    name.replace('_', " ")
}
