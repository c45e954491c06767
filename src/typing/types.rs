//! How types are called, and what may be done with values of a type.

use super::Checker;
use crate::diagnostic::Diagnostic;
use crate::program::EnumId;
use crate::source::Span;
use crate::value::{Type, VersionLine};

impl Checker<'_> {
    /// A type in prose: `a date`, `a Relation`.
    pub(super) fn describe(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "yes or no".to_owned(),
            Type::Int => "a whole number".to_owned(),
            Type::Number => "a number".to_owned(),
            Type::Money => "an amount of money".to_owned(),
            Type::Date => "a date".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::Enum(id) => format!("a `{}`", self.enum_name(*id)),
            Type::Version(line) => format!("a version of `{}`", self.line_name(*line)),
            Type::Product => "a product".to_owned(),
            Type::License => "a licence".to_owned(),
            Type::Agreement => "an agreement".to_owned(),
            Type::Functionality => "a functionality".to_owned(),
            Type::Metric => "what a licence is assigned to".to_owned(),
            Type::HostKind => "a kind of host".to_owned(),
            Type::Reference => "a reference to a row".to_owned(),
        }
    }

    pub(super) fn enum_name(&self, id: EnumId) -> &str {
        &self.program.enums[id].header.name
    }

    /// The name of the product or suite whose versions a line orders.
    pub(super) fn line_name(&self, line: VersionLine) -> &str {
        match line {
            VersionLine::Product(id) => &self.program.products[id].header.name,
            VersionLine::Suite(id) => &self.program.licenses[id].header.name,
        }
    }

    /// Adds where an enum or product of a type is declared.
    pub(super) fn declared_at(&self, error: Diagnostic, ty: &Type) -> Diagnostic {
        match self.declaration(ty) {
            Some((span, what)) => error.because(span, format!("{what} is declared here")),
            None => error,
        }
    }

    fn declaration(&self, ty: &Type) -> Option<(Span, String)> {
        let header = match ty {
            Type::Enum(id) => &self.program.enums[*id].header,
            Type::Version(VersionLine::Product(id)) => &self.program.products[*id].header,
            Type::Version(VersionLine::Suite(id)) => &self.program.licenses[*id].header,
            _ => return None,
        };
        Some((header.name_span, format!("`{}`", header.name)))
    }
}

/// Whether values of a type are counted or measured.
pub(super) fn is_numeric(ty: &Type) -> bool {
    matches!(ty, Type::Int | Type::Number | Type::Money)
}

/// Whether values of a type stand in an order.
pub(super) fn is_ordered(ty: &Type) -> bool {
    is_numeric(ty) || matches!(ty, Type::Date | Type::Version(_))
}
