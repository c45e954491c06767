//! Conditions that are always or never yes where they are asked, as a whole or in part.

use super::sites::{Answers, Asked, AskedWhere, Site};
use super::{Finding, Proved, fix, not_looked_at, words};
use crate::decide::Node;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::unknowns::value_text;
use crate::program::{Condition, ConditionKind, Term};
use crate::source::Sources;
use crate::value::Value;

/// Finds what changes nothing in the condition of a site.
pub(super) fn find(answers: &mut Answers<'_>, sources: &Sources, site: &Site<'_>, proved: &mut Proved) {
    if matches!(site.condition.kind, ConditionKind::Constant(_)) {
        return;
    }
    answers.begin();
    let asked = answers.asked(site);
    let whole = answers.of(site, site.condition);
    let [yes, no] = [Node::YES, Node::NO].map(|node| vec![node; asked.len()]);
    let is_asked = !answers.are_same(&asked, &yes, &no);
    let (is_never, is_always) = (answers.are_same(&asked, &whole, &no), answers.are_same(&asked, &whole, &yes));
    if answers.is_exhausted() {
        let what = format!("whether {} is always or never yes is not looked at", site.name);
        proved.findings.push(not_looked_at(&what, Some(site.condition.span)));
        return;
    }
    if !is_asked {
        return;
    }
    if is_never {
        proved.cannot_fail.insert(site.name_span);
        proved.findings.push(never(answers, site));
    } else if is_always {
        proved.cannot_fail.insert(site.name_span);
        proved.findings.push(always(answers, sources, site));
    } else {
        let (findings, is_complete) = parts(answers, sources, site, (asked, whole));
        proved.findings.extend(findings);
        if !is_complete {
            let what = format!("whether all parts of {} matter is not looked at", site.name);
            proved.findings.push(not_looked_at(&what, Some(site.condition.span)));
        }
    }
}

/// What is found of the parts of a condition, and whether all of them were looked at.
fn parts(
    answers: &mut Answers<'_>,
    sources: &Sources,
    site: &Site<'_>,
    (asked, whole): (Vec<AskedWhere>, Vec<Node>),
) -> (Vec<Finding>, bool) {
    let steps = steps(site.condition);
    if steps > MOST_STEPS || steps.saturating_mul(asked.len()) > MOST_ANSWERS {
        return (Vec::new(), false);
    }
    let mut parts = Parts { answers, sources, site, asked, whole, findings: Vec::new(), is_complete: true };
    let mut current = site.condition.clone();
    parts.of(&mut current, &mut Vec::new(), site.condition);
    parts.lists(&mut current, &mut Vec::new(), site.condition);
    (parts.findings, parts.is_complete)
}

/// How many steps looking at the parts of a condition may take. Each comparison and each value of a list is left out in turn, and
/// the comparisons that are left are put together again.
const MOST_STEPS: usize = 1 << 18;

/// The same, counted for each unit that asks the condition.
const MOST_ANSWERS: usize = 1 << 22;

fn steps(condition: &Condition) -> usize {
    let leaves = leaves(condition);
    let named = |leaf: &&Condition| if let ConditionKind::OneOf { values, .. } = &leaf.kind { values.len() } else { 1 };
    let named: usize = leaves.iter().map(named).sum();
    named.saturating_mul(named)
}

/// The condition alone, over all that it reads.
fn combinations(answers: &mut Answers<'_>, site: &Site<'_>) -> String {
    let mut nodes = answers.of(site, site.condition);
    for part in leaves(site.condition) {
        nodes.extend(answers.of(site, part));
    }
    words::combinations(answers, &nodes)
}

fn leaves(condition: &Condition) -> Vec<&Condition> {
    match condition.parts() {
        [] => vec![condition],
        parts => parts.iter().flat_map(leaves).collect(),
    }
}

fn never(answers: &mut Answers<'_>, site: &Site<'_>) -> Finding {
    let proof = combinations(answers, site);
    let (message, help) = match site.asked {
        Asked::Clause(_) => (
            format!("{} never holds: no unit that has it covers anything", site.name),
            "correct the condition, or leave out the licence",
        ),
        Asked::Reading(..) => (format!("{} is yes of nobody", site.name), "correct the condition"),
        Asked::Rule(..) | Asked::Source(_) | Asked::Estate(..) | Asked::Absence(..) => {
            (format!("{} never holds", site.name), "correct the condition, or leave out the item")
        }
    };
    let warning = Diagnostic::warning(Code::NeverTrue, message);
    Finding::of(
        warning.at(site.condition.span, format!("no {proof}")).because(site.name_span, "it belongs to this").help(help),
    )
}

fn always(answers: &mut Answers<'_>, sources: &Sources, site: &Site<'_>) -> Finding {
    let proof = combinations(answers, site);
    let (code, message, help) = match site.asked {
        Asked::Clause(_) => (
            Code::ClauseCannotFail,
            format!("{} cannot fail", site.name),
            "leave it out, or write what was meant; if it is there to be read, say so: `# entail: allow W0304 because …`",
        ),
        Asked::Reading(..) => (Code::AlwaysTrue, format!("{} is yes of everybody", site.name), "correct the condition"),
        Asked::Rule(..) | Asked::Source(_) | Asked::Estate(..) | Asked::Absence(..) => (
            Code::AlwaysTrue,
            format!("the condition of {} is always yes", site.name),
            "leave out the `when`, or write what was meant",
        ),
    };
    let fix = match site.asked {
        Asked::Rule(..) | Asked::Source(_) | Asked::Estate(..) | Asked::Absence(..) => {
            fix::without_when(sources, site.condition)
        }
        // A clause is known by its name, and a reading must say something.
        Asked::Clause(_) | Asked::Reading(..) => None,
    };
    let warning = Diagnostic::warning(code, message).at(site.condition.span, format!("yes {proof}"));
    Finding::of(warning.because(site.name_span, "it belongs to this").help(help)).with_fix(fix)
}

/// The search for parts that change nothing.
struct Parts<'c, 'a> {
    answers: &'c mut Answers<'a>,
    sources: &'c Sources,
    site: &'c Site<'c>,
    asked: Vec<AskedWhere>,
    whole: Vec<Node>,
    findings: Vec<Finding>,
    /// Whether there was room for everything.
    is_complete: bool,
}

impl Parts<'_, '_> {
    /// Looks at the parts of the condition at a path, the last first; what changes nothing is left out of `current`.
    fn of(&mut self, current: &mut Condition, path: &mut Vec<usize>, at: &Condition) {
        let neutral = matches!(at.kind, ConditionKind::All(_));
        let is_joined = neutral || matches!(at.kind, ConditionKind::Any(_));
        for (place, part) in at.parts().iter().enumerate().rev() {
            path.push(place);
            let without = replaced(current, path, &ConditionKind::Constant(neutral));
            match is_joined && self.is_same(&without) {
                true => {
                    self.part(at, place, neutral);
                    *current = without;
                }
                false => self.of(current, path, part),
            }
            path.pop();
        }
    }

    fn is_same(&mut self, changed: &Condition) -> bool {
        self.answers.begin();
        let changed = self.answers.of(self.site, changed);
        let is_same = self.answers.are_same(&self.asked, &self.whole, &changed);
        self.is_complete &= !self.answers.is_exhausted();
        is_same && !self.answers.is_exhausted()
    }

    fn part(&mut self, at: &Condition, place: usize, neutral: bool) {
        let parts = at.parts();
        let Some(part) = parts.get(place) else { return };
        let (code, says) = if neutral { (Code::AlwaysTrue, "always yes") } else { (Code::NeverTrue, "never yes") };
        let mut nodes = self.whole.clone();
        nodes.extend(self.answers.of(self.site, part));
        let proof = words::combinations(self.answers, &nodes);
        let message = format!("this part of {} is {says} where it is asked", self.site.name);
        let warning = Diagnostic::warning(code, message)
            .at(part.span, format!("without it the answer is the same {proof}"))
            .help("leave it out, or write what was meant");
        let (first, last) = (parts.first().unwrap_or(part), parts.last().unwrap_or(part));
        debug_assert!(at.span.start <= first.span.start && last.span.end <= at.span.end);
        self.findings.push(Finding::of(warning).with_fix(fix::without_part(self.sources, parts, place)));
    }

    /// The members of lists that never decide, once what changes nothing is left out of `current`: no fix removes them, so none
    /// may rest on their removal.
    fn lists(&mut self, current: &mut Condition, path: &mut Vec<usize>, at: &Condition) {
        for (place, part) in at.parts().iter().enumerate().rev() {
            path.push(place);
            self.lists(current, path, part);
            path.pop();
        }
        if let ConditionKind::OneOf { term, values } = &at.kind
            && part_at(current, path) == Some(at)
        {
            self.members(current, path, at, (term, values));
        }
    }

    fn members(
        &mut self,
        current: &mut Condition,
        path: &[usize],
        at: &Condition,
        (term, values): (&Term, &Vec<Value>),
    ) {
        let mut kept = values.clone();
        for (place, value) in values.iter().enumerate().rev() {
            let mut fewer = kept.clone();
            fewer.remove(place);
            let without = replaced(current, path, &ConditionKind::OneOf { term: term.clone(), values: fewer.clone() });
            if !fewer.is_empty() && self.is_same(&without) {
                self.member(at, term, value);
                (kept, *current) = (fewer, without);
            }
        }
    }

    fn member(&mut self, at: &Condition, term: &Term, value: &Value) {
        let ty = term.ty(self.answers.program);
        let text = value_text(self.answers.program, &ty, value);
        let message = format!("`{text}` in this list of {} never decides anything", self.site.name);
        let proof = words::combinations(self.answers, &self.whole);
        let warning = Diagnostic::warning(Code::NeverTrue, message);
        let warning = warning.at(at.span, format!("without `{text}` the answer is the same {proof}"));
        self.findings.push(Finding::of(warning.help(format!("leave `{text}` out of the list"))));
    }
}

/// The part of a condition at a path.
fn part_at<'c>(condition: &'c Condition, path: &[usize]) -> Option<&'c Condition> {
    match path.split_first() {
        None => Some(condition),
        Some((first, rest)) => part_at(condition.parts().get(*first)?, rest),
    }
}

/// A condition with the part at a path replaced; a path past its parts changes nothing.
pub(crate) fn replaced(condition: &Condition, path: &[usize], with: &ConditionKind) -> Condition {
    let Some((first, rest)) = path.split_first() else {
        return Condition { kind: with.clone(), span: condition.span };
    };
    let below = |parts: &[Condition]| {
        let one = |(place, part): (usize, &Condition)| match place == *first {
            true => replaced(part, rest, with),
            false => part.clone(),
        };
        parts.iter().enumerate().map(one).collect()
    };
    let kind = match &condition.kind {
        ConditionKind::All(parts) => ConditionKind::All(below(parts)),
        ConditionKind::Any(parts) => ConditionKind::Any(below(parts)),
        ConditionKind::Not(inner) => ConditionKind::Not(Box::new(replaced(inner, rest, with))),
        kind @ (ConditionKind::Constant(_)
        | ConditionKind::Holds(_)
        | ConditionKind::Compare { .. }
        | ConditionKind::OneOf { .. }
        | ConditionKind::Is(_)) => kind.clone(),
    };
    Condition { kind, span: condition.span }
}
