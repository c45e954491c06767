//! The fewest questions whose answers settle status and cost (semantics, section 5).
//!
//! A pair has to be asked for exactly where two completions that differ in it alone come to different outcomes: leaving it
//! out would leave those two apart, and the pairs with that property together settle the outcome. So the fewest are found
//! without a search, and there is only one such set.

use super::Case;
use super::completions::{Completions, Outcome, Outcomes, Pair, range, status};
use super::judgement::{Answer, Question, Range};
use super::subjects::{cells, name, places, subjects, telling, unknown_thing};
use crate::evaluate::unknowns::{Class, Thing};
use crate::program::Status;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The questions, most telling first. Past the limit of completions every unknown that may matter is asked for.
pub(super) fn questions(case: &Case<'_>, completions: &Completions, outcomes: &Outcomes) -> Vec<Question> {
    let mut questions: Vec<Asked> = Vec::new();
    for place in 0..completions.pairs.len() {
        let grouped = match outcomes {
            Outcomes::All(all) if !is_needed(completions, all, place) => continue,
            Outcomes::All(all) => by_answer(completions, all, place),
            Outcomes::Bounds(_) => Vec::new(),
        };
        questions.extend(question(case, completions, place, &grouped));
    }
    tell_apart(case, &mut questions);
    let worst = |asked: &Asked| {
        let answers = asked.question.answers.iter();
        answers.map(|answer| answer.cost.high - answer.cost.low).max().unwrap_or_default()
    };
    let key = |asked: &Asked| (worst(asked), name(case, asked.thing), asked.question.subjects.first().cloned());
    questions.sort_by_cached_key(key);
    questions.into_iter().map(|asked| asked.question).collect()
}

/// A question, and what it asks for of which class.
struct Asked {
    thing: Thing,
    class: Class,
    question: Question,
}

/// Questions that read the same say in which columns their rows differ: who comes to one server in two ways is asked of twice.
fn tell_apart(case: &Case<'_>, questions: &mut [Asked]) {
    let mut alike: BTreeMap<(Thing, Vec<Arc<str>>), Vec<usize>> = BTreeMap::new();
    for (place, Asked { thing, question, .. }) in questions.iter().enumerate() {
        alike.entry((*thing, question.subjects.clone())).or_default().push(place);
    }
    for ((thing, _), places) in alike.into_iter().filter(|(_, places)| places.len() > 1) {
        let classes: Vec<Class> = places.iter().filter_map(|place| Some(questions.get(*place)?.class)).collect();
        for (place, told) in places.into_iter().zip(telling(case, thing, &classes)) {
            let subjects = questions.get_mut(place).into_iter().flat_map(|asked| &mut asked.question.subjects);
            subjects.for_each(|subject| *subject = format!("{subject} ({told})").into());
        }
    }
}

/// How many completions lie between two that differ by one answer to a pair.
pub(super) fn stride(completions: &Completions, place: usize) -> usize {
    completions.pairs.iter().skip(place + 1).map(|pair| pair.groups.len()).product()
}

/// Whether some two completions that differ in this pair alone have different outcomes.
fn is_needed(completions: &Completions, outcomes: &[Outcome], place: usize) -> bool {
    let (stride, width) =
        (stride(completions, place), completions.pairs.get(place).map_or(1, |pair| pair.groups.len()));
    let settled = |outcome: &Outcome| (outcome.status, outcome.cost);
    outcomes.iter().enumerate().any(|(completion, outcome)| {
        let next = outcomes.get(completion + stride).filter(|_| (completion / stride) % width + 1 < width);
        next.is_some_and(|next| settled(next) != settled(outcome))
    })
}

/// What completions come to that have some answers in common.
struct Under {
    status: Status,
    cost: Range,
    /// How many demands stay unmet at most.
    unmet: usize,
}

/// What the position comes to under each group of answers to a pair.
fn by_answer(completions: &Completions, outcomes: &[Outcome], place: usize) -> Vec<Under> {
    let stride = stride(completions, place);
    let width = completions.pairs.get(place).map_or(1, |pair| pair.groups.len());
    let under = |group: usize| {
        let chosen = outcomes.iter().enumerate();
        let chosen = chosen.filter(move |(completion, _)| (completion / stride) % width == group);
        chosen.map(|(_, outcome)| outcome)
    };
    let unmet = |group: usize| under(group).map(|outcome| outcome.unmet).max().unwrap_or(0);
    (0..width)
        .map(|group| Under { status: status(under(group)), cost: range(under(group)), unmet: unmet(group) })
        .collect()
}

fn question(case: &Case<'_>, completions: &Completions, place: usize, outcomes: &[Under]) -> Option<Asked> {
    let pair = completions.pairs.get(place)?;
    let (thing, class) = case.unknowns.thing(pair.variable)?;
    let answers = answers(case, pair, outcomes);
    let (unknown, subjects) = (unknown_thing(case, pair.variable, (thing, class)), subjects(case, thing, class));
    let question = Question { unknown, subjects, answers, at: places(case, thing, class) };
    Some(Asked { thing, class, question })
}

/// The answers to a pair, those with one outcome together, in the order of its domain.
fn answers(case: &Case<'_>, pair: &Pair, outcomes: &[Under]) -> Vec<Answer> {
    let mut answers: Vec<(Vec<usize>, Under)> = Vec::new();
    for (group, &Under { status, cost, unmet }) in pair.groups.iter().zip(outcomes) {
        match answers.iter_mut().find(|(_, known)| (known.status, known.cost) == (status, cost)) {
            Some((cells, known)) => {
                cells.extend(group);
                known.unmet = known.unmet.max(unmet);
            }
            None => answers.push((group.clone(), Under { status, cost, unmet })),
        }
    }
    answers.iter_mut().for_each(|(cells, _)| cells.sort_unstable());
    answers.sort_by(|a, b| a.0.cmp(&b.0));
    let answer = |(group, Under { status, cost, unmet }): (Vec<usize>, Under)| Answer {
        answers: cells(case, pair.variable, &group),
        status,
        cost,
        unmet,
    };
    answers.into_iter().map(answer).collect()
}
