//! Names coloured by what they name. Words of the language, texts, numbers and comments are the grammar of the editor's.

use super::place::{Lines, number};
use super::search::uses;
use super::set::Set;
use super::symbols::{Declaration, declarations};
use crate::source::{FileId, Span};
use crate::syntax::ast::{ClauseKind, Keyword};
use lsp_types::{SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensLegend};
use std::collections::BTreeMap;

const TYPES: [SemanticTokenType; 9] = [
    SemanticTokenType::NAMESPACE,
    SemanticTokenType::CLASS,
    SemanticTokenType::ENUM,
    SemanticTokenType::ENUM_MEMBER,
    SemanticTokenType::INTERFACE,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::PROPERTY,
    SemanticTokenType::NUMBER,
    SemanticTokenType::VARIABLE,
];

/// What the numbers in [`tokens`] stand for.
pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers: vec![SemanticTokenModifier::DECLARATION] }
}

/// The names of a file, in order, each with its distance from the one before.
pub(super) fn tokens(set: &Set, file: FileId) -> SemanticTokens {
    let Some(source) = set.sources.get(file) else { return SemanticTokens::default() };
    let all = declarations(set.items());
    let declared: BTreeMap<Span, &Declaration<'_>> = all.iter().map(|one| (one.name.span, one)).collect();
    let mut names: BTreeMap<(u32, u32), (SemanticTokenType, bool)> = BTreeMap::new();
    for (span, declaration) in declared.iter().filter(|(span, _)| span.file == file) {
        names.insert((span.start, span.end), (kind(declaration), true));
    }
    for found in uses(set).into_iter().filter(|found| found.span.file == file) {
        if let Some(declaration) = declared.get(&found.declared) {
            names.entry((found.span.start, found.span.end)).or_insert_with(|| (kind(declaration), false));
        }
    }
    let lines = Lines::of(source.text());
    let (mut data, mut last) = (Vec::new(), lsp_types::Position::default());
    for ((start, end), (kind, is_declaration)) in names {
        let range = lines.range(start as usize..end as usize);
        let delta_line = range.start.line - last.line;
        let delta_start = if delta_line == 0 { range.start.character - last.character } else { range.start.character };
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length: range.end.character.saturating_sub(range.start.character),
            token_type: number(TYPES.iter().position(|known| *known == kind).unwrap_or_default()),
            token_modifiers_bitset: u32::from(is_declaration),
        });
        last = range.start;
    }
    SemanticTokens { result_id: None, data }
}

fn kind(declaration: &Declaration<'_>) -> SemanticTokenType {
    match declaration.clause.map(|clause| &clause.kind) {
        None => match declaration.item.keyword {
            Keyword::Source => SemanticTokenType::NAMESPACE,
            Keyword::Enum => SemanticTokenType::ENUM,
            Keyword::Define | Keyword::Extend => SemanticTokenType::INTERFACE,
            Keyword::Product | Keyword::License | Keyword::Agreement | Keyword::Terms => SemanticTokenType::CLASS,
            Keyword::Exempt | Keyword::Prohibit | Keyword::Advise | Keyword::Reach | Keyword::Reassign => {
                SemanticTokenType::FUNCTION
            }
            Keyword::Prefer | Keyword::Facts | Keyword::Test => SemanticTokenType::VARIABLE,
        },
        Some(ClauseKind::Member(_)) => SemanticTokenType::ENUM_MEMBER,
        Some(ClauseKind::Release { .. } | ClauseKind::Version { .. }) => SemanticTokenType::NUMBER,
        Some(ClauseKind::Provided { .. }) => SemanticTokenType::FUNCTION,
        Some(ClauseKind::Entity { .. }) => SemanticTokenType::VARIABLE,
        Some(_) => SemanticTokenType::PROPERTY,
    }
}
