//! Cases as short phrases: `relation onsite contractor or onsite agent, not similar personnel, not hosted`.

use super::{Told, spaced};
use crate::diagnostic::listing;
use crate::diff::difference::{Case, Change, ChangeKind, Condition};
use crate::program::{Fact, Program};
use crate::value::{Date, Type, decimal_text};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl<'t> Told<'t> {
    /// All conditions of a case in words, those on one entity together.
    pub(super) fn phrase(&self, change: &Change, case: &Case) -> String {
        if case.when.is_empty() {
            return "always".to_owned();
        }
        let mut groups: Vec<(Option<&str>, Vec<String>)> = Vec::new();
        for condition in &case.when {
            let (entity, phrase) = (entity(fact_of(condition)), self.condition(condition));
            match groups.iter_mut().find(|(known, _)| *known == entity) {
                Some((_, phrases)) => phrases.push(phrase),
                None => groups.push((entity, vec![phrase])),
            }
        }
        let about = self.entity_of(change);
        let groups = groups.into_iter().map(|(entity, phrases)| match entity {
            Some(entity) if Some(entity) != about => format!("{entity}: {}", phrases.join("; ")),
            _ => phrases.join("; "),
        });
        groups.collect::<Vec<_>>().join("; ")
    }

    /// What a definition is said of: that need not be repeated in its cases.
    fn entity_of(&self, change: &Change) -> Option<&'static str> {
        let name = change.subject.split(": ").next();
        let defined = |program: &Program| {
            let found = program.definitions.iter().find(|(_, item)| Some(item.header.name.as_str()) == name);
            found.map(|(_, item)| item.subject.text())
        };
        match change.kind {
            ChangeKind::Definition => defined(self.new).or_else(|| defined(self.old)),
            ChangeKind::Reading | ChangeKind::Demand | ChangeKind::Prohibition | ChangeKind::Cover => None,
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        let name = name(fact_of(condition));
        match condition {
            Condition::In { fact, values } => match values.as_slice() {
                [yes] if yes == "yes" => name,
                [no] if no == "no" => format!("not {name}"),
                _ => self.one_of(fact, &name, values),
            },
            Condition::Within { fact, from: Some(from), until: Some(until) }
                if self.is_one_value(fact, from, until) =>
            {
                format!("{name} {from}")
            }
            Condition::Within { from, until, .. } => within(&name, from.as_deref(), until.as_deref()),
        }
    }

    /// Why no estate can be judged on both sides where a case holds: one of them lacks all that a condition names.
    pub(super) fn unstated(&self, change: &Change, case: &Case) -> Option<String> {
        let product = change.subject.rsplit(": ").next()?.split('.').next()?;
        for (side, program) in [("old", self.old), ("new", self.new)] {
            let lacks = |condition: &&Condition| match condition {
                Condition::In { fact, values } => !values.iter().any(|value| has(program, product, fact, value)),
                Condition::Within { .. } => false,
            };
            if let Some(condition) = case.when.iter().find(lacks) {
                return Some(format!("no estate of the {side} side can state {}", self.condition(condition)));
            }
        }
        None
    }

    /// Whether an interval holds one value only: it ends just above its start.
    fn is_one_value(&self, path: &str, from: &str, until: &str) -> bool {
        if let Ok(day) = from.parse::<Date>() {
            return day.tomorrow().is_ok_and(|next| next.to_string() == until);
        }
        let is_whole = self.fact(path).is_some_and(|fact| fact.ty == Type::Int);
        let next = || from.parse::<Decimal>().ok()?.checked_add(Decimal::ONE);
        until.strip_prefix("above ") == Some(from)
            || (is_whole && next().is_some_and(|next| decimal_text(next) == until))
    }

    /// `relation a or b`; where most values belong, `any relation but a or b`.
    fn one_of(&self, fact: &str, name: &str, values: &[String]) -> String {
        let members = self.members(fact);
        let others: Vec<String> =
            members.iter().filter(|member| !values.contains(member)).map(|member| spaced(member)).collect();
        if members.is_empty() {
            return format!("{name} {}", listing(values, "or"));
        }
        match others.len() < values.len() && !others.is_empty() {
            true => format!("any {name} but {}", listing(others, "or")),
            false => format!("{name} {}", listing(values.iter().map(|value| spaced(value)), "or")),
        }
    }

    /// The members of a fact's enum, those of either side, in declared order; none where it is no enum.
    fn members(&self, path: &str) -> Vec<&'t String> {
        let mut members: Vec<&String> = Vec::new();
        for program in [self.new, self.old] {
            if let Some(Type::Enum(id)) = program.fact(path).map(|(_, fact)| &fact.ty) {
                let more: Vec<&String> =
                    program.enums[*id].members.iter().filter(|member| !members.contains(member)).collect();
                members.extend(more);
            }
        }
        members
    }

    /// The fact of this path, the new side's where both have it.
    fn fact(&self, path: &str) -> Option<&'t Fact> {
        self.new.fact(path).or_else(|| self.old.fact(path)).map(|(_, fact)| fact)
    }

    /// The question of each fact that a case names, by the fact's path.
    pub(super) fn questions(&self) -> BTreeMap<&'t str, &'t str> {
        let cases = self.difference.changes.iter().flat_map(|change| &change.cases);
        let paths = cases.flat_map(|case| &case.when).map(fact_of);
        let asked = paths.filter_map(|path| Some((path, self.fact(path)?.question.as_deref()?)));
        asked.collect()
    }
}

/// `hours per week at least 30 and below 40`, `day from 2008-01-01 until 2025-01-01`.
fn within(name: &str, from: Option<&str>, until: Option<&str>) -> String {
    let is_day = from.or(until).is_some_and(|text| text.parse::<Date>().is_ok());
    let from = from.map(|from| match (is_day, from.starts_with("above ")) {
        (true, _) => format!("from {from}"),
        (false, true) => from.to_owned(),
        (false, false) => format!("at least {from}"),
    });
    let (has_start, and) = if from.is_some() { (true, "and ") } else { (false, "") };
    let until = until.map(|until| match (is_day, until.strip_prefix("above ")) {
        (true, _) if has_start => format!("until {until}"),
        (true, _) => format!("before {until}"),
        (false, Some(last)) => format!("{and}at most {last}"),
        (false, None) => format!("{and}below {until}"),
    });
    let parts: Vec<String> = std::iter::once(name.to_owned()).chain(from).chain(until).collect();
    parts.join(" ")
}

fn fact_of(condition: &Condition) -> &str {
    match condition {
        Condition::In { fact, .. } | Condition::Within { fact, .. } => fact,
    }
}

/// Whether a condition is on a field, and not on a comparison that cannot be taken apart.
fn is_path(fact: &str) -> bool {
    fact.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
}

/// What a field is a field of; none for the setting, of which there is only one.
fn entity(fact: &str) -> Option<&str> {
    let entity = fact.split_once('.').filter(|_| is_path(fact)).map(|(entity, _)| entity);
    entity.filter(|_| !SETTING.iter().any(|(path, _)| *path == fact))
}

/// The fields of a setting, and what they are called.
const SETTING: [(&str, &str); 3] =
    [("estate.as_of", "day"), ("agreement.name", "agreement"), ("agreement.signed", "agreement signed")];

/// `similar personnel` for `user.similar_personnel`; a comparison as it is written.
fn name(fact: &str) -> String {
    match SETTING.iter().find(|(path, _)| *path == fact) {
        Some((_, name)) => (*name).to_owned(),
        None if is_path(fact) => spaced(fact.split_once('.').map_or(fact, |(_, name)| name)),
        None => format!("({fact})"),
    }
}

/// Whether an estate may state a value of a fact, where policies list its values: agreements, members of enums, and the releases
/// of a product.
fn has(program: &Program, product: &str, path: &str, value: &str) -> bool {
    match path {
        "agreement" => value == "none" || program.agreements.named(value).is_some(),
        "server.version" => {
            let versions = program.products.named(product).into_iter().flat_map(|(_, item)| &item.versions);
            let mut labels = versions.flat_map(|version| &version.labels);
            labels.any(|label| label == value)
        }
        path => {
            let Some(Type::Enum(id)) = program.fact(path).map(|(_, fact)| &fact.ty) else { return true };
            program.enums[*id].members.iter().any(|member| member == value)
        }
    }
}
