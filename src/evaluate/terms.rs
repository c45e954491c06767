//! Terms as policies write them.

use super::unknowns::value_text;
use crate::program::{Compared, Comparison, ORDERS, Program, Speech, Term};
use crate::source::Sources;
use crate::syntax::ast::Operator;
use crate::value::Type;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// What advice says, its terms in braces.
pub(crate) fn speech_text(program: &Program, sources: &Sources, say: &[Speech]) -> String {
    let part = |part: &Speech| match part {
        Speech::Text(text) => text.clone(),
        Speech::Hole(term) => format!("{{{}}}", term_text(program, Some(sources), term)),
    };
    say.iter().map(part).collect()
}

/// What is compared, however it stands: `host.used against host.bought`, or one calculation that is compared with numbers.
pub(crate) fn compared_text(program: &Program, compared: &Compared) -> String {
    let [left, right] = [&compared.left, &compared.right].map(|term| term_text(program, None, term));
    if compared.is_of_two() { format!("{left} against {right}") } else { left }
}

/// How two calculations stand in some cells of what they differ by, if it is two: `host.used <= host.bought`.
pub(crate) fn standing_text(program: &Program, compared: &Compared, cells: &BTreeSet<usize>) -> Option<String> {
    let orders: BTreeSet<Ordering> = cells.iter().filter_map(|cell| ORDERS.get(*cell).copied()).collect();
    let relation = Comparison::of_orders(&orders).filter(|_| compared.is_of_two())?;
    let [left, right] = [&compared.left, &compared.right].map(|term| term_text(program, None, term));
    Some(format!("{left} {} {right}", relation.text()))
}

/// A term in the words of the language; what is counted in the words of its text, where that is at hand.
pub(crate) fn term_text(program: &Program, sources: Option<&Sources>, term: &Term) -> String {
    let text = |term: &Term| term_text(program, sources, term);
    let list = |terms: &[Term]| terms.iter().map(text).collect::<Vec<_>>().join(", ");
    match term {
        Term::Constant(value) => value_text(program, &Type::Number, value),
        Term::Field(field) => field.path(program),
        Term::Arithmetic { left, operator, right } => {
            let sign = match operator {
                Operator::Plus => "+",
                Operator::Minus => "-",
                Operator::Times => "*",
                Operator::Over => "/",
            };
            // Only sums and products may be taken together from either end.
            let binds = |part: &Term, is_right: bool| match part {
                Term::Arithmetic { operator: own, .. } => {
                    own == operator && !(is_right && matches!(operator, Operator::Minus | Operator::Over))
                }
                _ => true,
            };
            let part =
                |term: &Term, is_right| if binds(term, is_right) { text(term) } else { format!("({})", text(term)) };
            format!("{} {sign} {}", part(left, false), part(right, true))
        }
        Term::Max(terms) => format!("max({})", list(terms)),
        Term::Min(terms) => format!("min({})", list(terms)),
        Term::RoundUp(term) => format!("round_up({})", text(term)),
        Term::RoundDown(term) => format!("round_down({})", text(term)),
        Term::Count { condition, of } => match sources {
            Some(sources) => format!("count({})", sources.words(condition.span)),
            None => format!("count({of})"),
        },
        Term::BreakEven(one, other) => {
            let name = |license: &crate::program::LicenseId| program.licenses[*license].header.name.as_str();
            format!("break_even({}, {})", name(one), name(other))
        }
    }
}
