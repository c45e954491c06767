//! What only advice may ask: how many heads fulfil a condition, and where a connector breaks even.

use super::places::Place;
use super::terms::Typed;
use super::{Checker, quoted};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Entity, LicenseId, Term};
use crate::source::Span;
use crate::syntax::ast::{Expr, Word};
use crate::value::{Metric, Type};

impl Checker<'_> {
    pub(super) fn count(&mut self, place: &Place, condition: &Expr, span: Span) -> Option<Typed> {
        if !place.counts {
            return self.fail(only_in_advice("count", place, span));
        }
        let checked = self.condition(&place.count(), condition)?;
        let reads = self.heads_read(&checked);
        let of = match (reads.get(&Entity::User), reads.get(&Entity::Device)) {
            (Some(_), None) => Metric::User,
            (None, Some(_)) => Metric::Device,
            (Some(user), Some(device)) => {
                let error = Diagnostic::error(Code::TypeMismatch, "`count` counts either users or devices, not both");
                let error = error.at(condition.span, "reads both").because(*user, "a user here");
                return self.fail(error.because(*device, "a device here").help("count them apart"));
            }
            (None, None) if self.names.any_broken() => return None,
            (None, None) => {
                let error =
                    Diagnostic::error(Code::TypeMismatch, "`count` cannot tell whether to count users or devices");
                let error = error.at(condition.span, "reads neither");
                return self.fail(error.help("let the condition read a fact of the user or of the device"));
            }
        };
        let term = Term::Count { of, condition: Box::new(checked) };
        Some(Typed { term, ty: Type::Int, literal: false, span })
    }

    pub(super) fn break_even(&mut self, place: &Place, license: &Word, against: &Word, span: Span) -> Option<Typed> {
        if !place.counts {
            return self.fail(only_in_advice("break_even", place, span));
        }
        let (first, second) = (self.find::<LicenseId>(license), self.find::<LicenseId>(against));
        let (first, second) = (first?, second?);
        let one = self.assigned_to_some(first, license, [Metric::Host, Metric::Server]);
        let other = self.assigned_to_some(second, against, [Metric::User, Metric::Device]);
        (one && other).then_some(Typed { term: Term::BreakEven(first, second), ty: Type::Int, literal: false, span })
    }

    fn assigned_to_some(&mut self, license: LicenseId, word: &Word, metrics: [Metric; 2]) -> bool {
        let license = &self.program.licenses[license];
        // Without any metric its own item is in error.
        if license.metrics.is_empty() || license.metrics.iter().any(|metric| metrics.contains(metric)) {
            return true;
        }
        let metrics = quoted(metrics.map(Metric::text), "nor");
        let error =
            Diagnostic::error(Code::MetricMismatch, format!("`{}` is assigned to neither {metrics}", word.text))
                .at(word.span, "cannot be compared here")
                .because(license.header.name_span, "the licence is declared here")
                .help("write the licence of a host or server first, then the one of users or devices");
        self.report(error);
        false
    }
}

fn only_in_advice(function: &str, place: &Place, span: Span) -> Diagnostic {
    Diagnostic::error(Code::OnlyInAdvise, format!("`{function}` can stand only in advice"))
        .at(span, format!("not in {}", place.noun))
        .help("exemptions, licences and definitions look at one access at a time")
}
