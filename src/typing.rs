//! From the tree to the checked program: what names mean, which types values have, and whether each item makes sense.
//!
//! Every problem of every item is found in one run. A part that is in error is left out of the program and never blamed a
//! second time: helpers answer `None` when they have reported, and whoever asks says nothing more. Nothing is evaluated
//! here, and what is merely odd is left to the linter.

mod arithmetic;
mod clauses;
mod comparisons;
mod constants;
mod counts;
mod cycles;
mod definitions;
mod estates;
mod expectations;
mod expressions;
mod facts;
mod fields;
mod licenses;
mod places;
mod products;
mod rules;
mod sources;
mod suites;
mod terms;
mod types;
mod versions;

pub use clauses::clause_words;

use crate::diagnostic::{Code, Diagnostic, listing};
use crate::program::{Citation, DefinitionId, Entity, FactId, Header, Period, Program, SourceId};
use crate::resolve::{Kind, Names, resolve};
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{self, Ast, Cite, Clause, Item, Word};
use crate::syntax::parse_all;
use crate::value::VersionLine;
use std::collections::{BTreeMap, BTreeSet};

/// Checks a policy set.
///
/// The names of items that could not be read are never called unknown. The program is whole only where no diagnostic is an
/// error.
pub fn check(ast: &Ast) -> (Program, Vec<Diagnostic>) {
    let Checked { program, diagnostics, .. } = check_with_uses(ast);
    (program, diagnostics)
}

/// Reads and checks the files of a policy set: its program, whole only where no diagnostic is an error.
pub fn check_files(sources: &Sources, files: impl IntoIterator<Item = FileId>) -> (Program, Vec<Diagnostic>) {
    let (ast, mut diagnostics) = parse_all(sources, files);
    let (program, problems) = check(&ast);
    diagnostics.extend(problems);
    (program, diagnostics)
}

/// What checking a policy set comes to.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The program; whole only where no diagnostic is an error.
    pub program: Program,
    /// What is wrong, in no particular order.
    pub diagnostics: Vec<Diagnostic>,
    /// What words name, by place.
    pub uses: BTreeSet<Use>,
}

/// A word that names something declared in the policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The word.
    pub span: Span,
    /// The word that declares what it names.
    pub declared: Span,
}

/// [`check`], and what each word of the texts names.
pub fn check_with_uses(ast: &Ast) -> Checked {
    let (names, diagnostics) = resolve(ast);
    let mut checker = Checker::new(&names, diagnostics);
    checker.clauses(ast);
    // What declares values comes first, then what speaks of them.
    checker.enums();
    checker.agreements();
    checker.products();
    checker.facts();
    checker.license_lines();
    checker.sources();
    checker.preferences();
    checker.definitions();
    checker.rules();
    checker.licenses();
    checker.tests();
    let Checker { program, diagnostics, uses, .. } = checker;
    Checked { program, diagnostics: without_echoes(diagnostics), uses }
}

/// Shared terms are checked under each licence that takes them; a problem found under several is told once.
fn without_echoes(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut told = BTreeSet::new();
    let place = |diagnostic: &Diagnostic| diagnostic.primary.as_ref().map(|label| label.span);
    diagnostics
        .into_iter()
        .filter(|diagnostic| told.insert((diagnostic.code, place(diagnostic), diagnostic.message.clone())))
        .collect()
}

/// The program so far, and what is known beside it while it is checked.
struct Checker<'a> {
    names: &'a Names<'a>,
    program: Program,
    diagnostics: Vec<Diagnostic>,
    /// The declared facts by entity and name.
    facts: BTreeMap<(Entity, &'a str), FactId>,
    /// Facts whose declaration is in error, so that reading one is no second mistake.
    facts_in_error: BTreeSet<(Entity, &'a str)>,
    /// The names of clauses of licences whose condition is in error, so that expecting one is no second mistake.
    clauses_in_error: BTreeSet<String>,
    /// Whose versions each licence has; `None` where its grants are in error.
    lines: Vec<Option<VersionLine>>,
    /// What the definitions checked so far are about.
    subjects: BTreeMap<DefinitionId, definitions::Subject>,
    /// What the words looked up so far name.
    uses: BTreeSet<Use>,
}

impl<'a> Checker<'a> {
    fn new(names: &'a Names<'a>, diagnostics: Vec<Diagnostic>) -> Self {
        Checker {
            names,
            program: Program::default(),
            diagnostics,
            facts: BTreeMap::new(),
            facts_in_error: BTreeSet::new(),
            clauses_in_error: BTreeSet::new(),
            lines: Vec::new(),
            subjects: BTreeMap::new(),
            uses: BTreeSet::new(),
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports and answers `None`, for a helper that has nothing to give.
    fn fail<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.report(diagnostic);
        None
    }

    /// Remembers what a word names.
    fn name(&mut self, span: Span, declared: Option<Span>) {
        self.uses.extend(declared.map(|declared| Use { span, declared }));
    }

    /// Remembers that a word names a declared item.
    fn name_item(&mut self, word: &Word) {
        self.name(word.span, self.names.item(&word.text).map(|item| item.name.span));
    }

    /// The thing of a kind that a word names; reports if there is none.
    fn find<K: Kind>(&mut self, word: &Word) -> Option<K> {
        match self.names.find(word) {
            Ok(found) => {
                self.name_item(word);
                Some(found)
            }
            Err(problem) => {
                self.diagnostics.extend(problem.map(|problem| *problem));
                None
            }
        }
    }

    /// [`Checker::find`] for each of several words; those that are found.
    fn find_all<K: Kind>(&mut self, words: &[Word]) -> Vec<K> {
        words.iter().filter_map(|word| self.find(word)).collect()
    }

    fn header(&mut self, item: &Item) -> Header {
        Header {
            name: item.name.text.clone(),
            title: item.title.as_ref().map(|title| title.text.clone()),
            cites: self.citations(&item.cites),
            doc: item.doc.clone(),
            name_span: item.name.span,
            span: item.span,
        }
    }

    /// The header of a clause that has a name.
    fn clause_header(&mut self, clause: &Clause, name: &Word, title: Option<&Word>, cites: &[Cite]) -> Header {
        Header {
            name: name.text.clone(),
            title: title.map(|title| title.text.clone()),
            cites: self.citations(cites),
            doc: clause.doc.clone(),
            name_span: name.span,
            span: clause.span,
        }
    }

    fn citations(&mut self, cites: &[Cite]) -> Vec<Citation> {
        cites.iter().filter_map(|cite| self.citation(cite)).collect()
    }

    fn citation(&mut self, cite: &Cite) -> Option<Citation> {
        let source = self.find::<SourceId>(&cite.source)?;
        Some(Citation { source, section: cite.section.as_ref().map(|section| section.text.clone()) })
    }

    /// The period of an item or clause; without one, always.
    fn period(&mut self, period: Option<ast::Period>) -> Period {
        let Some(ast::Period { from, until }) = period else { return Period::default() };
        if let (Some(from), Some(until)) = (from, until)
            && until.date <= from.date
        {
            self.report(empty_period(from, until));
        }
        Period { from: from.map(|from| from.date), until: until.map(|until| until.date) }
    }
}

fn empty_period(from: ast::Dated, until: ast::Dated) -> Diagnostic {
    Diagnostic::error(Code::EmptyPeriod, format!("no day lies from {} until {}", from.date, until.date))
        .at(until.span, "the first day no longer in force")
        .because(from.span, "the first day in force")
        .help("`until` names the first day after the period: put a later day there")
}

/// [`listing`] of words as they are written, in backticks.
fn quoted<'w>(words: impl IntoIterator<Item = &'w str>, last: &str) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    listing(quoted, last)
}

/// From the keyword of an item to its name: what a problem of the item as a whole underlines.
fn opening(item: &Item) -> Span {
    item.keyword_span.to(item.name.span)
}
