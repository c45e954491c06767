//! Versions: labels to ranks on the line of a product or suite.

use super::{Checker, quoted};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Id, LicenseId, ProductId};
use crate::resolve::Thing;
use crate::source::Span;
use crate::syntax::ast::{ClauseKind, Word};
use crate::value::{Rank, VersionLine};

impl Checker<'_> {
    /// The version that `NAME LABEL` means, and on whose line; reports if there is none.
    pub(super) fn version(&mut self, name: &Word, label: &Word) -> Option<(VersionLine, Rank)> {
        match self.names.get(&name.text) {
            Some(Thing::License(id)) => {
                self.name_item(name);
                let rank = self.license_version(id, label)?;
                self.line_of(id).map(|line| (line, rank))
            }
            _ => {
                let id = self.find::<ProductId>(name)?;
                self.version_on(VersionLine::Product(id), label).map(|rank| (VersionLine::Product(id), rank))
            }
        }
    }

    /// Whose versions a licence has; `None` where its own clauses are in error.
    pub(super) fn line_of(&self, license: LicenseId) -> Option<VersionLine> {
        self.lines.get(license.place()).copied().flatten()
    }

    /// The rank of a label on a line; reports if there is none.
    pub(super) fn version_on(&mut self, line: VersionLine, label: &Word) -> Option<Rank> {
        match self.rank(line, &label.text) {
            Some(rank) => {
                self.name(label.span, self.label_span(line, &label.text));
                Some(rank)
            }
            None => self.fail(self.unknown_version(line, label)),
        }
    }

    /// The rank of a version in which a licence exists; reports if there is none.
    pub(super) fn license_version(&mut self, license: LicenseId, label: &Word) -> Option<Rank> {
        let rank = self.version_on(self.line_of(license)?, label)?;
        if self.program.licenses[license].versions.iter().any(|version| version.rank == rank) {
            return Some(rank);
        }
        let header = &self.program.licenses[license].header;
        let message = format!("`{}` does not exist in version {}", header.name, label.text);
        let error = Diagnostic::error(Code::UnknownVersion, message)
            .at(label.span, "a release of its product, but none of the licence")
            .because(header.name_span, "the licence is declared here");
        let labels = self.program.licenses[license].versions.iter().filter_map(|version| version.labels.first());
        let labels = quoted(labels.map(String::as_str), "and");
        self.fail(error.help(format!("it exists in {labels}")))
    }

    pub(super) fn rank(&self, line: VersionLine, label: &str) -> Option<Rank> {
        let place = self.labels(line).position(|labels| labels.iter().any(|own| own == label))?;
        u32::try_from(place).ok().map(Rank)
    }

    /// The labels of each version on a line, oldest first.
    pub(super) fn labels(&self, line: VersionLine) -> Box<dyn Iterator<Item = &[String]> + '_> {
        match line {
            VersionLine::Product(id) => {
                Box::new(self.program.products[id].versions.iter().map(|version| &*version.labels))
            }
            VersionLine::Suite(id) => {
                Box::new(self.program.licenses[id].versions.iter().map(|version| &*version.labels))
            }
        }
    }

    /// Where a version of a line is declared.
    fn label_span(&self, line: VersionLine, label: &str) -> Option<Span> {
        let item = match line {
            VersionLine::Product(id) => self.names.products.get(id.place()),
            VersionLine::Suite(id) => self.names.licenses.get(id.place()),
        };
        let mut labels = item?.clauses.iter().flat_map(|clause| match &clause.kind {
            ClauseKind::Release { label, also, .. } => std::iter::once(label).chain(also).collect(),
            ClauseKind::Version { label, .. } => vec![label],
            _ => Vec::new(),
        });
        labels.find(|own| own.text == label).map(|own| own.span)
    }

    fn unknown_version(&self, line: VersionLine, label: &Word) -> Diagnostic {
        let known: Vec<&str> = self.labels(line).flatten().map(String::as_str).collect();
        let (name, span) = match line {
            VersionLine::Product(id) => {
                (&self.program.products[id].header.name, self.program.products[id].header.name_span)
            }
            VersionLine::Suite(id) => {
                (&self.program.licenses[id].header.name, self.program.licenses[id].header.name_span)
            }
        };
        let error = Diagnostic::error(Code::UnknownVersion, format!("`{name}` has no version {}", label.text))
            .at(label.span, "not one of its versions")
            .offer(&label.text, known.iter().copied())
            .because(span, format!("`{name}` is declared here"));
        match known.is_empty() {
            true => error,
            false => error.help(format!("its versions are {}", quoted(known, "and"))),
        }
    }

    /// The problem of a version without its product (`server.version is 2003`).
    pub(super) fn bare_version(&self, line: VersionLine, label: &str, span: Span) -> Diagnostic {
        let name = self.line_name(line);
        let error = Diagnostic::error(
            Code::BareVersion,
            format!("a version is written with its product, not as `{label}` alone"),
        )
        .at(span, "whose version?");
        match self.rank(line, label) {
            Some(_) => error.writing(label, &format!("{name} {label}")).help(format!("write `{name} {label}`")),
            None => {
                let known: Vec<String> = self.labels(line).flatten().map(|label| format!("{name} {label}")).collect();
                error.help(format!("write {}", quoted(known.iter().map(String::as_str), "or")))
            }
        }
    }
}
