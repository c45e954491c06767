//! Terms as policies write them.

use crate::evaluate::unknowns::value_text;
use crate::program::{Program, Speech, Term};
use crate::syntax::ast::Operator;
use crate::value::Type;

/// What advice says, its terms in braces.
pub(crate) fn speech_text(program: &Program, say: &[Speech]) -> String {
    let part = |part: &Speech| match part {
        Speech::Text(text) => text.clone(),
        Speech::Hole(term) => format!("{{{}}}", term_text(program, term)),
    };
    say.iter().map(part).collect()
}

/// A term in the words of the language.
pub(crate) fn term_text(program: &Program, term: &Term) -> String {
    let list = |terms: &[Term]| terms.iter().map(|term| term_text(program, term)).collect::<Vec<_>>().join(", ");
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
            format!("{} {sign} {}", part_text(program, left, *operator), part_text(program, right, *operator))
        }
        Term::Max(terms) => format!("max({})", list(terms)),
        Term::Min(terms) => format!("min({})", list(terms)),
        Term::RoundUp(term) => format!("round_up({})", term_text(program, term)),
        Term::RoundDown(term) => format!("round_down({})", term_text(program, term)),
        Term::Count { condition: _, of } => format!("count({of})"),
        Term::BreakEven(one, other) => {
            let name = |license: &crate::program::LicenseId| program.licenses[*license].header.name.as_str();
            format!("break_even({}, {})", name(one), name(other))
        }
    }
}

/// A part of a calculation, in parentheses where it is one of another sort.
fn part_text(program: &Program, term: &Term, around: Operator) -> String {
    let text = term_text(program, term);
    match term {
        Term::Arithmetic { operator, .. } if *operator != around => format!("({text})"),
        _ => text,
    }
}
