//! What all forms of a report say in the same words: the sentence that answers the question, citations, questions, money.

use super::json::Context;
use super::table::Cell;
use crate::judge::judgement::{AccessCounts, Answer, Judgement, Means, Priced, ProofKind, Range, UnknownThing, Unmet};
use crate::program::{Entity, Header, LicenseId, Program, Rule, Status};
use crate::value::{Date, Rank, decimal_text, grouped};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// The sentence that answers the question.
pub(super) fn opening(context: &Context<'_>, judgement: &Judgement) -> String {
    let short: u64 = judgement.licenses.iter().map(|line| line.buy).sum();
    let remedy = remedy(context, judgement, short);
    match judgement.status {
        Status::Compliant => "Compliant: nothing is short.".to_owned(),
        Status::Shortfall => format!("Not compliant: {remedy}."),
        Status::Undetermined => {
            let cost = money_range(context, judgement.cost);
            let answers = match judgement.questions.len() as u64 {
                0 => "the search ended before that was settled, and a larger `--effort` lets it go on".to_owned(),
                questions => counted(questions, "question decides", "questions decide"),
            };
            let unmet = match judgement.unmet.len() as u64 {
                0 => unmet_under_some(judgement).to_owned(),
                unmet => format!(", and {} may remain", lacking(unmet)),
            };
            format!("Undetermined: it may cost {cost} to comply{unmet}; {answers}.")
        }
        Status::Prohibited => {
            let rules: Vec<String> = judgement
                .prohibitions
                .iter()
                .map(|count| context.program.rules[count.rule].header.display().to_owned())
                .collect();
            let rules = if rules.is_empty() { "some access".to_owned() } else { rules.join("; ") };
            match short > 0 || !judgement.unmet.is_empty() {
                true => format!("Prohibited: {rules}. Beside that, {remedy}."),
                false => format!("Prohibited: {rules}."),
            }
        }
    }
}

/// "402 licences short; the cheapest remedy costs 67,542 USD (proven)".
pub(super) fn remedy(context: &Context<'_>, judgement: &Judgement, short: u64) -> String {
    let unmet = judgement.unmet.len() as u64;
    let fewer = if judgement.solved.plan.leaves_fewest() { "" } else { " (not proven: fewer might stay unmet)" };
    let proven = match (judgement.proven, fewer) {
        (true, _) => " (proven)".to_owned(),
        (false, "") => format!(" (not proven: no less than {})", money(context, judgement.bound)),
        (false, _) => String::new(),
    };
    let cost = match judgement.cost.low == judgement.cost.high {
        true => format!("the cheapest remedy costs {}{proven}", money(context, judgement.cost.high)),
        false => format!("the cheapest remedy costs {}", money_range(context, judgement.cost)),
    };
    // The plan is that of the dearest case; in another, more licences may be short that cost less.
    let case = if judgement.cost.low == judgement.cost.high { "" } else { " in the dearest case" };
    let licences = format!("{}{case}", counted(short, "licence short", "licences short"));
    match (short, unmet) {
        (0, 0) => format!("{cost}{}", unmet_under_some(judgement)),
        (0, _) => format!("{}{fewer}", lacking(unmet)),
        (_, 0) => format!("{licences}; {cost}{}", unmet_under_some(judgement)),
        (_, _) => {
            let remain = if unmet == 1 { "remains" } else { "remain" };
            format!("{licences}; {cost}, and {} {remain}{fewer}", lacking(unmet))
        }
    }
}

fn lacking(unmet: u64) -> String {
    counted(unmet, "demand that nothing for sale can meet", "demands that nothing for sale can meet")
}

/// What is asked, in the policy's own words.
pub(super) fn asked(context: &Context<'_>, thing: &UnknownThing) -> String {
    let program = context.program;
    match thing {
        UnknownThing::Fact(id) => {
            program.facts[*id].question.clone().unwrap_or_else(|| format!("What is {}?", program.facts[*id].path()))
        }
        UnknownThing::Column(path) => format!("What is {path}?"),
        UnknownThing::Evidence(rule) => {
            let rule = &program.rules[*rule];
            format!(
                "Is there {}, as {} requires?",
                rule.evidence.as_deref().unwrap_or("the evidence"),
                rule.header.display()
            )
        }
        UnknownThing::Open { definition, reading, because } => {
            let document = reading.map_or("the document", |id| program.sources[id].header.display());
            let definition = &program.definitions[*definition];
            let who = if definition.subject == Entity::User { "who" } else { "what" };
            format!("{document} leaves open {who} is \"{}\": {because}", definition.header.display())
        }
        UnknownThing::Compared { left, right, facts } => {
            let declared = facts.iter().filter_map(|fact| program.facts[*fact].question.clone());
            let asked = match right {
                Some(right) => format!("How does {left} stand to {right}?"),
                None => format!("What is {left}?"),
            };
            std::iter::once(asked).chain(declared).collect::<Vec<_>>().join(" ")
        }
    }
}

/// What the position becomes under an answer: `yes: shortfall, 282,792 USD`.
pub(super) fn outcome(context: &Context<'_>, answer: &Answer) -> String {
    let (answers, cost) = (answer.answers.join(" or "), money_range(context, answer.cost));
    format!("{answers}: {}, {cost}{}", answer.status.text(), unmet_under(answer))
}

/// What stays unmet under an answer, behind what it comes to.
pub(super) fn unmet_under(answer: &Answer) -> String {
    match answer.unmet as u64 {
        0 => String::new(),
        unmet => format!(", and {}", lacking(unmet)),
    }
}

/// That something stays unmet under some answers though not under that of the plan, behind what complying costs.
fn unmet_under_some(judgement: &Judgement) -> &'static str {
    let mut answers = judgement.questions.iter().flat_map(|question| &question.answers);
    match judgement.unmet.is_empty() && answers.any(|answer| answer.unmet > 0) {
        true => ", and under some answers nothing for sale meets all that is demanded",
        false => "",
    }
}

/// The titles of clauses, those that follow each other from one document together.
pub(super) fn by_document<'p>(
    program: &Program,
    clauses: impl Iterator<Item = &'p Header>,
) -> Vec<(String, Vec<&'p str>)> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for clause in clauses {
        let document = cited(program, clause);
        match groups.last_mut().filter(|(last, _)| *last == document) {
            Some((_, titles)) => titles.push(clause.display()),
            None => groups.push((document, vec![clause.display()])),
        }
    }
    groups
}

/// Where answers are open, plans differ; which one is shown.
pub(super) fn of_the_dearest(judgement: &Judgement) -> &'static str {
    if judgement.cost.low == judgement.cost.high { "" } else { ", under the dearest of the open answers" }
}

/// How many accesses have which verdict.
pub(super) fn accesses(judgement: &Judgement) -> String {
    let AccessCounts { given, effective, prohibited, exempt, unknown, demanding } = judgement.accesses;
    let given = counted(given, "row", "rows");
    let [effective, prohibited, exempt, unknown, demanding] =
        [effective, prohibited, exempt, unknown, demanding].map(grouped);
    format!(
        "{given} given, {effective} with the servers they reach: {prohibited} prohibited, {exempt} exempt, {unknown} unknown, {demanding} demanding a licence"
    )
}

/// Each licence and version of the position, once.
pub(super) fn kinds(judgement: &Judgement) -> Vec<(LicenseId, Rank)> {
    let mut seen = BTreeSet::new();
    let kinds = judgement.licenses.iter().map(|line| (line.of.license, line.of.version));
    kinds.filter(|kind| seen.insert(*kind)).collect()
}

/// The clauses of a licence in one version that are in force on a day.
pub(super) fn clauses(program: &Program, license: LicenseId, rank: Rank, day: Date) -> impl Iterator<Item = &Header> {
    let provided = program.licenses[license].version(rank).into_iter().flat_map(|version| &version.provided);
    provided.filter(move |clause| clause.period.contains(day)).map(|clause| &clause.header)
}

/// What meets a demand.
pub(super) fn means(program: &Program, means: &[Means]) -> String {
    let names = means.iter().map(|means| match means {
        Means::Units(line) => line.text(program),
        Means::Place(rule) => format!("a place of {}", program.rules[*rule].header.display()),
    });
    names.collect::<Vec<_>>().join("; ")
}

/// Whose demand it is: `staff -> web`, or the server alone where it demands by running.
fn who(server: &str, user: Option<&str>, device: Option<&str>) -> String {
    let who: Vec<&str> = user.into_iter().chain(device).collect();
    if who.is_empty() { server.to_owned() } else { format!("{} -> {server}", who.join("+")) }
}

/// A demand that nothing meets, why, and what would meet it.
pub(super) fn unmet(program: &Program, unmet: &Unmet) -> String {
    let who = who(&unmet.server, unmet.user.as_deref(), unmet.device.as_deref());
    let demand = program.functionality_path(unmet.functionality);
    let helpers = helpers(program, unmet);
    let helpers = helpers.map_or_else(String::new, |names| format!("; it would be met, with a price, by {names}"));
    format!("{who} demands {demand}: {}{helpers}", unmet.because)
}

/// What to do about what a rule prohibits, behind what it says.
pub(super) fn remedied(rule: &Rule) -> String {
    rule.remedy().map_or_else(String::new, |remedy| format!("; remedy: {remedy}"))
}

/// The licences that would meet an unmet demand if they had a price.
pub(super) fn helpers(program: &Program, unmet: &Unmet) -> Option<String> {
    let names: Vec<String> = unmet.remedies.iter().map(|line| line.text(program)).collect();
    (!names.is_empty()).then(|| names.join(" or "))
}

/// Why nothing is cheaper.
pub(super) fn proven(context: &Context<'_>, judgement: &Judgement) -> String {
    let no_plan = match judgement.cost.low == judgement.cost.high {
        true => "No plan costs",
        false => "In the dearest case no plan costs",
    };
    let bound = money(context, judgement.bound);
    if !judgement.solved.plan.leaves_fewest() {
        return "Whether fewer demands could stay unmet was not settled within the effort allowed.".to_owned();
    }
    if !judgement.proven {
        return format!(
            "{no_plan} less than {bound}; whether one costs less than this plan was not settled within the effort allowed."
        );
    }
    let rounded = rounding(context, judgement).unwrap_or_default();
    match judgement.proof {
        ProofKind::Cut => format!(
            "{no_plan} less than {bound}, by a minimum cut: the amounts charged to the demands add up to it{rounded}, and no licence costs less than what it is charged for."
        ),
        ProofKind::Dual => format!(
            "{no_plan} less than {bound}, by dual prices: the amounts charged to the demands, less what owned units and places are worth, add up to it{rounded}."
        ),
        ProofKind::Search => format!("{no_plan} less than {bound}, by a search of all that could be cheaper."),
    }
}

/// What a bound that is more than its amounts is rounded to.
fn rounding(context: &Context<'_>, judgement: &Judgement) -> Option<String> {
    let multiple = judgement.prices.iter().find_map(|part| match &part.of {
        Priced::Rounding { multiple_of } => Some(multiple_of),
        Priced::Demand(_) | Priced::Owned { .. } | Priced::Places { .. } => None,
    })?;
    Some(format!(", rounded up as every cost is a multiple of {}", money(context, *multiple)))
}

/// Some of a list of ids.
pub(super) fn few(ids: &[&str]) -> String {
    const SHOWN: usize = 5;
    match ids.len() > SHOWN {
        true => {
            format!("{} and {} more", ids.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", "), ids.len() - SHOWN)
        }
        false => ids.join(", "),
    }
}

pub(super) fn cited(program: &Program, header: &Header) -> String {
    let cites: Vec<String> = header.cites.iter().map(|cite| program.citation_text(cite)).collect();
    if cites.is_empty() { String::new() } else { format!(" ({})", cites.join("; ")) }
}

/// An amount of money; of an estate without any price rows the number of licences that it is.
pub(super) fn money(context: &Context<'_>, amount: Decimal) -> String {
    if context.estate.prices.is_empty() {
        return counted(amount, "licence", "licences");
    }
    let amount = grouped(decimal_text(amount));
    context.estate.currency.as_ref().map_or_else(|| amount.clone(), |currency| format!("{amount} {currency}"))
}

/// A cell as a reader has it outside a column, which would name the currency.
pub(super) fn amount(context: &Context<'_>, cell: &Cell) -> String {
    match cell {
        Cell::Money(amount) => money(context, *amount),
        Cell::Blank | Cell::Text(_) | Cell::Count(_) | Cell::Date(_) => cell.text(),
    }
}

pub(super) fn money_range(context: &Context<'_>, range: Range) -> String {
    match (range.low == range.high, range.exact) {
        (true, _) => money(context, range.high),
        (false, true) => format!("between {} and {}", grouped(decimal_text(range.low)), money(context, range.high)),
        (false, false) => format!("within {} and {}", grouped(decimal_text(range.low)), money(context, range.high)),
    }
}

/// What becomes of a cost, low and high: `8,120 more`, `up to 215,250 more`; none where it cannot be calculated. Where one of the
/// two is settled, the difference lies between the two ends' differences. Of two ranges nobody knows which cost belongs to which.
pub(super) fn cost_change(
    [old, new]: [[Decimal; 2]; 2],
    than: &str,
    amount: impl Fn(Decimal) -> String,
) -> Option<String> {
    let told = |change: Decimal| {
        format!("{} {}{than}", amount(change.abs()), if change.is_sign_negative() { "less" } else { "more" })
    };
    let low = new[0].checked_sub(old[0])?;
    let high = new[1].checked_sub(old[1])?;
    let are_ranges = [old, new].iter().all(|[low, high]| low != high);
    let (least, most) = (low.min(high), low.max(high));
    Some(match (least.is_zero(), most.is_zero()) {
        (true, true) => "the same".to_owned(),
        _ if are_ranges && low == high => format!("{} at either end", told(low)),
        (_, _) if are_ranges && high.is_zero() => format!("{} at the low end, and the same at the high end", told(low)),
        (_, _) if are_ranges && low.is_zero() => format!("the same at the low end, and {} at the high end", told(high)),
        (_, _) if are_ranges => format!("{} at the low end, and {} at the high end", told(low), told(high)),
        (_, _) if low == high => told(low),
        (true, false) => format!("up to {}", told(most)),
        (false, true) => format!("up to {}", told(least)),
        (_, _) if least.is_sign_negative() != most.is_sign_negative() => {
            format!("from {} to {}", told(least), told(most))
        }
        (_, _) if least.is_sign_negative() => format!("between {} and {}", amount(-most), told(least)),
        (_, _) => format!("between {} and {}", amount(least), told(most)),
    })
}

pub(super) fn counted<N: PartialEq + From<u8> + ToString>(count: N, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count.to_string()), if count == N::from(1) { one } else { many })
}
