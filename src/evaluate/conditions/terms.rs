//! What terms come to, as far as their figures are known.

use super::{Evaluator, Found, Scope};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::calculation::{self, Bound, Computed, picked_of, ratio};
use crate::evaluate::chain::{Chain, Number};
use crate::evaluate::trace::Sink;
use crate::evaluate::unknowns::{Part, Thing};
use crate::program::{Field, Term};
use crate::source::Span;
use crate::value::{Value, ceil, decimal, floor};

impl<S: Scope + ?Sized, K: Sink> Evaluator<'_, S, K> {
    pub(super) fn term(&mut self, term: &Term, place: Span) -> Computed {
        match term {
            Term::Constant(value) => Computed::Value(value.clone()),
            Term::Field(field) => self.field(*field),
            Term::Arithmetic { left, operator, right } => {
                let (left, right) = (self.term(left, place), self.term(right, place));
                let result = calculation::arithmetic(left, *operator, right);
                self.computed(place, result)
            }
            Term::Max(terms) => self.pick(terms, place, Bound::Largest),
            Term::Min(terms) => self.pick(terms, place, Bound::Smallest),
            Term::RoundUp(inner) => self.rounded(inner, place, ceil, Chain::round_up),
            Term::RoundDown(inner) => self.rounded(inner, place, floor, Chain::round_down),
            Term::Count { .. } | Term::BreakEven(..) => match self.scope.aggregate(term) {
                Some(value) => Computed::Value(value),
                None => Computed::Open(vec![Part::Nothing]),
            },
        }
    }

    /// A term of which the sink has heard already.
    pub(super) fn unheard(&mut self, term: &Term, place: Span) -> Computed {
        let Evaluator { program, readings, scope, .. } = *self;
        let known = std::mem::take(&mut self.known);
        let mut evaluator = Evaluator { program, readings, unknowns: self.unknowns, scope, sink: (), known };
        let computed = evaluator.term(term, place);
        self.known = evaluator.known;
        computed
    }

    fn find(&mut self, field: Field) -> Found {
        let found = self.scope.find(field);
        self.sink.read(field, &found);
        found
    }

    pub(super) fn field(&mut self, field: Field) -> Computed {
        let field = self.scope.same(field);
        match self.find(field) {
            Found::Value(value) => Computed::Value(value),
            Found::Unknown(class) => Computed::Field(self.unknowns.variable(Thing::Field(field), class), field),
            Found::Absent => Computed::Field(self.unknowns.variable(Thing::Absent(field), 0), field),
        }
    }

    /// The largest or smallest of some terms.
    fn pick(&mut self, terms: &[Term], place: Span, bound: Bound) -> Computed {
        let mut computed = terms.iter().map(|term| self.term(term, place)).collect::<Vec<_>>().into_iter();
        let Some(first) = computed.next() else { return Computed::Open(vec![Part::Nothing]) };
        let result = computed.try_fold(first, |picked, next| picked_of(picked, next, bound));
        self.computed(place, result)
    }

    fn rounded(
        &mut self,
        inner: &Term,
        place: Span,
        number: impl Fn(&Number) -> Number,
        chain: impl Fn(Chain) -> Chain,
    ) -> Computed {
        let inner = self.term(inner, place);
        let result = match (ratio(&inner), inner.into_chain()) {
            (Some(ratio), _) => Some(Computed::Ratio(number(&ratio))),
            (None, Ok(inner)) => Some(Computed::Chain(chain(inner))),
            (None, Err(open @ Computed::Open(_))) => Some(open),
            (None, Err(_)) => None,
        };
        self.computed(place, result)
    }

    /// The result of a calculation, as a decimal if one can tell it.
    fn computed(&mut self, place: Span, result: Option<Computed>) -> Computed {
        match result {
            Some(Computed::Ratio(ratio)) => {
                decimal(ratio).map_or(Computed::Ratio(ratio), |number| Computed::Value(Value::Number(number)))
            }
            Some(computed) => computed,
            None => {
                self.unknowns.problems.push(cannot_compute(place));
                Computed::Open(vec![Part::Nothing])
            }
        }
    }
}

fn cannot_compute(place: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CannotCompute,
        "this cannot be computed: it divides by zero, calculates with `many`, or a figure grows past 38 digits",
    )
    .at(place, "for the facts of this estate")
    .help("guard the calculation, or correct the facts that it reads")
}
