//! From a place in a text to what the word there names, and to everything that names it.

use super::mentions::Words;
use super::set::Set;
use super::symbols::{Declaration, declarations};
use crate::source::{FileId, Span};
use crate::typing::Use;
use std::collections::BTreeSet;

/// Every word of a set that names something, those of its tests' estates too.
pub(super) fn uses(set: &Set) -> BTreeSet<Use> {
    let Some(checked) = set.known() else { return BTreeSet::new() };
    let words = Words::of(set, &checked.program);
    let stated = checked.program.tests.iter().flat_map(|test| words.uses(&test.estate));
    // The table of a test is named by no word of its own.
    let own = stated.filter(|found| !found.span.range().is_empty() && found.span != found.declared);
    let spelt = |found: &Use| set.text(found.span) == set.text(found.declared);
    checked.uses.iter().copied().chain(own.filter(spelt)).collect()
}

/// What the word at a place names: where that is declared, and the word itself.
pub(super) fn at(set: &Set, file: FileId, offset: usize) -> Option<Use> {
    let holds = |span: Span| span.file == file && span.range().start <= offset && offset <= span.range().end;
    let uses = uses(set);
    let of_use = uses.iter().filter(|found| holds(found.span)).min_by_key(|found| found.span.range().len()).copied();
    of_use.or_else(|| {
        let declared = declarations(set.items()).into_iter().map(|declaration| declaration.name.span);
        declared.filter(|span| holds(*span)).map(|span| Use { span, declared: span }).next()
    })
}

/// What is declared at a place.
pub(super) fn declaration(set: &Set, declared: Span) -> Option<Declaration<'_>> {
    declarations(set.items()).into_iter().find(|declaration| declaration.name.span == declared)
}

/// Every word that names what is declared at a place, in order, the declaring one first.
pub(super) fn references(set: &Set, declared: Span) -> Vec<Span> {
    let named = uses(set).into_iter().filter(|found| found.declared == declared && found.span != declared);
    std::iter::once(declared).chain(named.map(|found| found.span)).collect()
}
