//! `same_as`: rows that are another name for a row of the same table. Two rows, one head.
//!
//! Whatever names such a row means the row that it names in the end. What is stated of the head stands there; a row that is
//! another name leaves its cells blank, or says the same.

use super::facts::stated;
use super::ids::Ids;
use super::{Building, ticked};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells::{self, Read, Reader};
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Line, Sheets};
use std::collections::{BTreeMap, BTreeSet};

/// Another name: the row that gives it, its id, and the id of the row that it names.
#[derive(Clone, Copy)]
struct Alias<'s> {
    line: Line<'s>,
    id: Field<'s>,
    named: Field<'s>,
}

impl<'a> Building<'a> {
    /// Adds the ids that are other names, so that each is found as the row that it names.
    pub(super) fn aliases<'s>(&mut self, sheets: &'s Sheets<'a>, ids: &mut Ids<'s>) {
        let given: Vec<Line<'s>> = sheets.aliases(ids.kind).collect();
        if given.is_empty() {
            return;
        }
        let heads: Vec<Line<'s>> = sheets.lines(ids.kind).collect();
        let aliases = self.given_names(&given, &heads, ids);
        let ends = self.ends(&aliases, ids);
        for alias in aliases.into_values() {
            let row = ends.get(alias.id.text).copied().flatten();
            match row.and_then(|row| Some((row, heads.get(row as usize)?))) {
                Some((row, head)) => {
                    self.alike(sheets, alias, *head, ids.kind);
                    ids.also(alias.id.text, row);
                }
                None => ids.lose(alias.id.text),
            }
        }
    }

    /// The other names by their ids, of which each is given once.
    fn given_names<'s>(
        &mut self,
        given: &[Line<'s>],
        heads: &[Line<'s>],
        ids: &Ids<'_>,
    ) -> BTreeMap<&'s str, Alias<'s>> {
        let mut aliases: BTreeMap<&str, Alias<'s>> = BTreeMap::new();
        for line in given {
            let [id, _, named] = line.fields();
            if self.required(id, cells::text).is_none() {
                continue;
            }
            let row = ids.position(id.text).and_then(|row| heads.get(row as usize)).map(|head| head.field(0).span);
            match row.or_else(|| aliases.get(id.text).map(|alias| alias.id.span)) {
                Some(first) => self.problems.push(super::ids::twice(ids.kind, id, Some(first))),
                None => {
                    aliases.insert(id.text, Alias { line: *line, id, named });
                }
            }
        }
        aliases
    }

    /// The row that each other name comes to in the end; `None` with a diagnostic where it comes to none. No row is walked
    /// over twice.
    fn ends<'s>(&mut self, aliases: &BTreeMap<&'s str, Alias<'s>>, ids: &Ids<'_>) -> BTreeMap<&'s str, Option<u32>> {
        let mut ends = BTreeMap::new();
        for alias in aliases.values() {
            let (mut at, mut walk) = (alias, BTreeSet::new());
            let end = loop {
                if let Some(end) = ends.get(at.id.text) {
                    break *end;
                }
                if !walk.insert(at.id.text) {
                    self.problems.push(circle_of(at));
                    break None;
                }
                match aliases.get(at.named.text) {
                    Some(next) => at = next,
                    None => break self.position(at.named, ids),
                }
            };
            ends.extend(walk.into_iter().map(|id| (id, end)));
        }
        ends
    }

    /// Reports what a row that is another name states otherwise than the row that it names.
    fn alike(&mut self, sheets: &Sheets<'a>, alias: Alias<'_>, head: Line<'_>, kind: Kind) {
        let [_, own] = alias.line.fields();
        let [_, count] = head.fields();
        self.same(own, count, alias, &|text| {
            cells::heads(if text.is_empty() { "1" } else { text }).map(|heads| heads.to_string())
        });
        for (index, id) in sheets.facts(kind) {
            let fact = &self.program.facts[id];
            let reader = Reader::new(&fact.ty, self.program);
            let read = |text: &str| {
                stated(text, fact.default.as_ref(), |text| reader.read(text))
                    .map(|stated| format!("{:?}", stated.value()))
            };
            self.same(alias.line.fact(kind, index), head.fact(kind, index), alias, &read);
        }
    }

    fn same(&mut self, own: Field<'_>, head: Field<'_>, alias: Alias<'_>, read: &dyn Fn(&str) -> Read<String>) {
        if own.text.is_empty() {
            return;
        }
        let Some(value) = self.report(own, read(own.text)) else { return };
        if read(head.text).is_ok_and(|other| other != value) {
            self.problems.push(differs(own, head, alias));
        }
    }
}

fn circle_of(alias: &Alias<'_>) -> Diagnostic {
    let message = format!("{} is another name of itself", ticked(alias.id.text));
    Diagnostic::error(Code::SameAsCycle, message)
        .at(alias.named.span, "this leads back to its own row")
        .help("leave `same_as` blank in the row that states the facts, and name that row in the others")
}

fn differs(own: Field<'_>, head: Field<'_>, alias: Alias<'_>) -> Diagnostic {
    let (name, column) = (ticked(alias.id.text), own.column);
    let message = format!("{name} is {}, and states `{column}` otherwise", ticked(alias.named.text));
    let error = Diagnostic::error(Code::SameAsDiffers, message).at(own.span, "the two rows are one head");
    let said = if head.text.is_empty() { "nothing is stated there" } else { "stated there" };
    error.because(head.span, said).help(format!("state `{column}` in the row that is named, and leave it blank here"))
}
