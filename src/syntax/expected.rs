//! What could have stood where a text stops making sense: grammar rules in the reader's words.

use crate::syntax::parser::Rule;

/// The rules in words, without repetition, most telling first: "a clause or `}`". `None` if there is nothing worth saying.
pub(super) fn words(rules: &[Rule]) -> Option<String> {
    let mut words = all(rules);
    // Where any clause may begin, listing them all hides the answer.
    const FEW: usize = 7;
    if words.len() > FEW {
        words.retain(|word| !word.starts_with('`') || matches!(*word, "`}`" | "`{`" | "`:`" | "`and`" | "`or`"));
        words.insert(0, "a clause");
        words.dedup();
    }
    let last = words.pop()?;
    Some(match words.is_empty() {
        true => last.to_owned(),
        false => format!("{} or {last}", words.join(", ")),
    })
}

/// The words of the language among them, to compare a misspelt one with.
pub(super) fn literals(rules: &[Rule]) -> Vec<&'static str> {
    let mut literals: Vec<&'static str> = Vec::new();
    for rule in rules {
        match rule {
            Rule::clause => literals.extend(CLAUSES),
            Rule::verdict => literals.extend(VERDICTS),
            _ => {}
        }
    }
    let written = all(rules).into_iter().filter(|word| word.starts_with('`'));
    let phrases = written.flat_map(|word| word.split('`').skip(1).step_by(2));
    literals.extend(phrases.map(|phrase| phrase.split(' ').next().unwrap_or(phrase)));
    literals
}

/// The words that open a clause.
pub(super) const CLAUSES: [&str; 36] = [
    "from",
    "until",
    "for",
    "except",
    "limit",
    "when",
    "open",
    "evidence",
    "remedy",
    "say",
    "per",
    "to",
    "over",
    "reading",
    "release",
    "functionality",
    "feature",
    "assigned",
    "grants",
    "includes",
    "under",
    "versions",
    "version",
    "units",
    "pack",
    "minimum",
    "provided",
    "user",
    "device",
    "host",
    "server",
    "access",
    "absence",
    "owns",
    "price",
    "expect",
];

/// The words that open a verdict.
pub(super) const VERDICTS: [&str; 6] = ["demands", "is", "covered", "exempt", "prohibited", "unmet"];

/// Whether a condition should have begun there.
pub(super) fn is_condition(rules: &[Rule]) -> bool {
    let words = all(rules);
    words.contains(&"a condition") && words.iter().all(|word| matches!(*word, "a condition" | "`not`"))
}

/// What each rule is called, sorted. What could merely have gone on with the thing before (`.`, a version, an operator, a
/// comparison) is left out where there is anything else.
fn all(rules: &[Rule]) -> Vec<&'static str> {
    let goes_on = |rule: &Rule| {
        matches!(
            rule,
            Rule::label | Rule::dot | Rule::plus_minus | Rule::times_over | Rule::relation | Rule::order | Rule::is
        ) || matches!(rule, Rule::in_list | Rule::is_word | Rule::in_word)
    };
    let some: Vec<&Rule> = rules.iter().filter(|rule| !goes_on(rule) && word(**rule).is_some()).collect();
    let chosen = if some.is_empty() { rules.iter().collect() } else { some };
    let mut words: Vec<&'static str> = chosen.into_iter().filter_map(|rule| word(*rule)).collect();
    words.sort_unstable_by_key(|word| (!word.starts_with('a'), *word));
    words.dedup();
    words
}

/// One rule in words; `None` for rules that only group others.
fn word(rule: Rule) -> Option<&'static str> {
    Some(match rule {
        Rule::opener | Rule::item | Rule::enum_keyword | Rule::facts_keyword | Rule::extend_keyword => "an item",
        Rule::name | Rule::member => "a name",
        Rule::word | Rule::fact_type => "a word",
        Rule::label => "a version such as `2003`",
        Rule::date => "a date such as `2008-03-11`",
        Rule::number => "a number",
        Rule::text | Rule::title | Rule::speech | Rule::run => "a quoted text",
        Rule::open_brace => "`{`",
        Rule::close_brace => "`}`",
        Rule::open_paren => "`(`",
        Rule::close_paren => "`)`",
        Rule::open_bracket | Rule::values => "`[`",
        Rule::close_bracket => "`]`",
        Rule::colon => "`:`",
        Rule::comma => "`,`",
        Rule::dot => "`.`",
        Rule::equals | Rule::default => "`= default`",
        Rule::arrow | Rule::target => "`->`",
        Rule::plus_minus | Rule::times_over => "an operator",
        Rule::relation | Rule::order | Rule::is | Rule::in_list | Rule::is_word | Rule::in_word => "a comparison",
        Rule::expr | Rule::condition | Rule::unary | Rule::test | Rule::sum | Rule::product | Rule::atom => {
            "a condition"
        }
        Rule::group | Rule::labelled | Rule::path | Rule::call | Rule::counted | Rule::break_even => "a condition",
        Rule::pair | Rule::key | Rule::clause | Rule::fact => "a clause",
        Rule::claim => "what is expected",
        Rule::verdict => "a verdict",
        Rule::and_word | Rule::conjunction => "`and`",
        Rule::or_word | Rule::disjunction => "`or`",
        Rule::not_word => "`not`",
        Rule::adds | Rule::adds_word => "`adds to`",
        Rule::also | Rule::also_word => "`also`",
        Rule::advice | Rule::advice_word => "`advice`",
        Rule::absence | Rule::absence_word => "`absence`",
        Rule::access | Rule::access_word => "`access`",
        Rule::assigned | Rule::assigned_word => "`assigned to`",
        Rule::citations | Rule::at_word => "`at`",
        Rule::because | Rule::blamed | Rule::because_word => "`because`",
        Rule::buys | Rule::buys_word => "`buys`",
        Rule::by_word => "`by`",
        Rule::costs | Rule::costs_word => "`costs`",
        Rule::covered | Rule::covered_word => "`covered by`",
        Rule::demanded | Rule::demanded_word => "`demanded by every server`",
        Rule::demands | Rule::demands_word => "`demands`",
        Rule::entity | Rule::entity_word => "`user`, `device`, `host` or `server`",
        Rule::every_word => "`every`",
        Rule::evidence | Rule::evidence_word => "`evidence`",
        Rule::except | Rule::except_word => "`except`",
        Rule::exempt | Rule::exempt_word => "`exempt by`",
        Rule::expect | Rule::expect_word => "`expect`",
        Rule::feature | Rule::feature_word => "`feature`",
        Rule::only | Rule::for_word => "`for`",
        Rule::period | Rule::from | Rule::from_word => "`from`",
        Rule::functionality | Rule::functionality_word => "`functionality`",
        Rule::grants | Rule::grants_word => "`grants`",
        Rule::includes | Rule::includes_word => "`includes`",
        Rule::limit | Rule::limit_word => "`limit`",
        Rule::minimum | Rule::minimum_word => "`minimum`",
        Rule::nothing_word => "`nothing`",
        Rule::of_word => "`of`",
        Rule::open | Rule::open_word => "`open`",
        Rule::over | Rule::over_word => "`over`",
        Rule::owns | Rule::owns_word => "`owns`",
        Rule::pack | Rule::pack_word => "`pack`",
        Rule::per | Rule::lot_metric | Rule::per_word => "`per`",
        Rule::plan | Rule::plan_word => "`plan`",
        Rule::price | Rule::price_word => "`price`",
        Rule::prohibited | Rule::prohibited_word => "`prohibited by`",
        Rule::provided | Rule::provided_word => "`provided`",
        Rule::reading | Rule::reading_clause | Rule::reading_word => "`reading`",
        Rule::release | Rule::release_word => "`release`",
        Rule::remedy | Rule::remedy_word => "`remedy`",
        Rule::say | Rule::say_word => "`say`",
        Rule::status | Rule::status_word => "`status`",
        Rule::to | Rule::to_word => "`to`",
        Rule::under | Rule::under_word => "`under`",
        Rule::units | Rule::units_word => "`units`",
        Rule::unknown_word => "`unknown`",
        Rule::unmet_word => "`unmet`",
        Rule::until | Rule::until_word => "`until`",
        Rule::version | Rule::version_word => "`version`",
        Rule::versions | Rule::versions_word => "`versions`",
        Rule::when | Rule::when_word => "`when`",
        Rule::EOI => "the end of the file",
        _ => return None,
    })
}
