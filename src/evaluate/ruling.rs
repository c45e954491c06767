//! What the rules come to for an access: it is prohibited, else exempt, else it demands (semantics, section 2).
//!
//! The order is that of [`EffectKind`]; it is followed here alone, for answers and for functions of what is unknown.

use super::Verdict;
use crate::decide::{Diagrams, Node};
use crate::program::{EffectKind, Program, RuleId};
use crate::value::Truth;
use schemars::JsonSchema;
use serde::Serialize;

/// What the rules come to for an access (semantics, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Verdict")]
pub enum Ruling {
    /// Not allowed.
    Prohibited,
    /// Exempt.
    Exempt,
    /// Demanding a licence.
    Demanding,
    /// Not known.
    Unknown,
}

impl Ruling {
    /// What rules that have these answers come to.
    pub fn of(answers: &[(RuleId, EffectKind, Truth)]) -> Ruling {
        match Deciding::of(answers) {
            None => Ruling::Demanding,
            Some(Deciding { is_certain: false, .. }) => Ruling::Unknown,
            Some(Deciding { kind, .. }) => Ruling::by(kind),
        }
    }

    /// What a rule that holds makes of an access; a quota leaves it demanding a licence or a place.
    pub fn by(kind: EffectKind) -> Ruling {
        match kind {
            EffectKind::Prohibition => Ruling::Prohibited,
            EffectKind::Exemption => Ruling::Exempt,
            EffectKind::Quota => Ruling::Demanding,
        }
    }

    /// The word, as the JSON has it.
    pub fn text(self) -> &'static str {
        match self {
            Ruling::Prohibited => "prohibited",
            Ruling::Exempt => "exempt",
            Ruling::Demanding => "demanding",
            Ruling::Unknown => "unknown",
        }
    }
}

/// The rules that decide about an access.
#[derive(Debug)]
pub struct Deciding {
    /// What they do: prohibit or exempt.
    pub kind: EffectKind,
    /// Whether they hold; else it is not known whether they do.
    pub is_certain: bool,
    /// Which they are.
    pub rules: Vec<RuleId>,
}

impl Deciding {
    /// Of rules that have these answers, those that decide; none where the access demands.
    pub fn of(answers: &[(RuleId, EffectKind, Truth)]) -> Option<Deciding> {
        let with = |kind: EffectKind, answer: Truth| {
            let own = answers.iter().filter(|(_, of, is)| (*of, *is) == (kind, answer));
            Deciding { kind, is_certain: answer == Truth::Yes, rules: own.map(|(rule, ..)| *rule).collect() }
        };
        let mut in_turn =
            EffectKind::LIFTING.into_iter().flat_map(|kind| [with(kind, Truth::Yes), with(kind, Truth::Unknown)]);
        in_turn.find(|deciding| !deciding.rules.is_empty())
    }
}

/// For each of three rulings, the decisions any one of which makes it, by itself. One rule has to hold for certain; that some
/// rule does, nobody knows which, leaves it unknown what they come to.
pub fn decisions(diagrams: &mut Diagrams, rules: &[(EffectKind, Node)]) -> [(Ruling, Vec<Node>); 3] {
    let mut undecided = Node::YES;
    let [prohibited, exempt] = EffectKind::LIFTING.map(|kind| {
        let own = rules.iter().filter(|(of, _)| *of == kind).map(|(_, holds)| *holds);
        let decisions: Vec<Node> = own.clone().map(|holds| diagrams.and(undecided, holds)).collect();
        let any = own.fold(Node::NO, |any, holds| diagrams.or(any, holds));
        let none = diagrams.not(any);
        undecided = diagrams.and(undecided, none);
        (Ruling::by(kind), decisions)
    });
    [prohibited, exempt, (Ruling::Demanding, vec![undecided])]
}

impl Verdict {
    /// The answers of its rules, as far as they are known.
    pub fn answers(&self, program: &Program) -> Vec<(RuleId, EffectKind, Truth)> {
        let rules = self.rules.iter();
        rules.map(|(rule, holds)| (*rule, program.rules[*rule].effect.kind(), holds.truth())).collect()
    }

    /// Whether a rule prohibits it, where `holds` tells which functions are yes.
    pub fn is_prohibited(&self, program: &Program, holds: impl Fn(Node) -> bool) -> bool {
        self.of_kinds(program, &[EffectKind::Prohibition]).any(holds)
    }

    /// Whether a rule prohibits or exempts it, so that nothing is demanded, where `holds` tells which functions are yes.
    pub fn is_lifted(&self, program: &Program, holds: impl Fn(Node) -> bool) -> bool {
        self.of_kinds(program, &EffectKind::LIFTING).any(holds)
    }

    /// Under what it is prohibited.
    pub fn prohibited(&self, program: &Program, diagrams: &mut Diagrams) -> Node {
        let prohibiting = self.of_kinds(program, &[EffectKind::Prohibition]);
        prohibiting.fold(Node::NO, |any, holds| diagrams.or(any, holds))
    }

    /// Under what it is prohibited or exempt, so that nothing is demanded.
    pub fn lifted(&self, program: &Program, diagrams: &mut Diagrams) -> Node {
        self.of_kinds(program, &EffectKind::LIFTING).fold(Node::NO, |any, holds| diagrams.or(any, holds))
    }

    fn of_kinds(&self, program: &Program, kinds: &[EffectKind]) -> impl Iterator<Item = Node> {
        let own = self.rules.iter().filter(|(rule, _)| kinds.contains(&program.rules[*rule].effect.kind()));
        own.map(|(_, holds)| *holds)
    }
}
