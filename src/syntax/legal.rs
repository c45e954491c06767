//! What may stand behind the beginning of an item, as the grammar has it: for an editor that completes words.

use super::expected;
use super::parser::{Grammar, Rule};
use super::slips::{Token, tokens};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

/// What may stand at a place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Legal {
    /// Words of the language, in order; those that open a clause are left out.
    pub words: Vec<&'static str>,
    /// Whether a clause may begin.
    pub clause: bool,
    /// Whether a condition or value may begin.
    pub condition: bool,
    /// Whether a name may stand.
    pub name: bool,
    /// Whether a version may stand.
    pub version: bool,
}

/// What may stand behind `text`, the beginning of an item. Nothing where the text goes wrong before its end, or ends within
/// a quoted text or comment.
pub fn legal(text: &str) -> Legal {
    let expected = expected_at_end(text);
    let has = |rules: &[Rule]| expected.iter().any(|rule| rules.contains(rule));
    let mut words: Vec<&'static str> =
        expected::literals(&expected).into_iter().filter(|word| word.starts_with(char::is_alphabetic)).collect();
    if has(&[Rule::order, Rule::is, Rule::in_list, Rule::is_word, Rule::in_word]) {
        words.extend(["is", "is not", "in", "not in"]);
    }
    let condition = has(&[Rule::expr, Rule::condition, Rule::unary, Rule::test, Rule::sum, Rule::product, Rule::atom])
        || has(&[Rule::labelled, Rule::path, Rule::claim, Rule::pair_value, Rule::default]);
    let clause = has(&[Rule::clause]);
    if clause {
        words.retain(|word| !expected::CLAUSES.contains(word));
    }
    words.sort_unstable();
    words.dedup();
    Legal {
        words,
        clause,
        condition,
        name: has(&[Rule::name, Rule::word, Rule::path, Rule::citation, Rule::lot, Rule::included, Rule::fact_type])
            || has(&[Rule::member]),
        version: has(&[Rule::label, Rule::lot_metric]),
    }
}

/// A sign that no text has, so that reading stops where it stands.
const STOP: char = '\u{1}';

fn expected_at_end(text: &str) -> Vec<Rule> {
    let is_open = tokens(text).any(|(_, token)| matches!(token, Token::Quote { closed: false, .. }));
    let last_line = text.rsplit('\n').next().unwrap_or("");
    if is_open || super::slips::comment_start(last_line).is_some() {
        return Vec::new();
    }
    let Err(error) = Grammar::parse(Rule::one_item, &format!("{text}{STOP}")) else { return Vec::new() };
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    match error.variant {
        ErrorVariant::ParsingError { positives, .. } if at >= text.trim_end().len() => positives,
        ErrorVariant::ParsingError { .. } | ErrorVariant::CustomError { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::legal;

    #[test]
    fn what_may_stand_is_what_the_grammar_says() {
        assert!(legal("exempt x { ").clause);
        assert!(legal("exempt x { when ").condition);
        assert_eq!(
            legal("exempt x \"T\" at A \"b\" { when user.a ").words,
            ["and", "in", "is", "is not", "not in", "or"]
        );
        assert!(legal("exempt x \"T\" ").words.contains(&"at"));
        assert!(legal("license L { grants ").name);
        assert!(legal("exempt x { when server.version is P ").version);
        assert_eq!(legal("exempt x \"ti"), super::Legal::default());
        assert_eq!(legal("exempt x { wen "), super::Legal::default());
    }
}
