//! What is said of policy text that cannot be read: each case is a text in `tests/cases/syntax`, its answer beside it.

use entail::diagnostic::in_order;
use entail::report::{self, Look};
use entail::source::Sources;
use entail::syntax::parse;
use std::path::{Path, PathBuf};

/// What a reader sees of a text.
fn check(text: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("case.entail", text).unwrap();
    let (_, mut diagnostics) = parse(&sources, file);
    in_order(&mut diagnostics, &sources);
    report::diagnostics(&diagnostics, &sources, &Look::default())
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/syntax");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| case.extension().is_some_and(|extension| extension == "entail"));
    cases.sort();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for case in cases {
            let answer = check(&std::fs::read_to_string(&case).unwrap());
            insta::assert_snapshot!(case.file_stem().unwrap().to_str().unwrap(), answer);
        }
    });
}

/// Clauses in which a word that opens other clauses stands inside.
const WORDS_INSIDE: [&str; 22] = [
    "source S {} # the plainest item",
    "product P { release 2003 also 2003R2 from 2003-05-28 }",
    "product P { functionality run demanded by every server }",
    "product P { functionality a functionality b adds to a demanded by every server feature f of b }",
    "define d { reading S { open when user.hosted because \"it says nothing\" } }",
    "define d { reading S { open because \"it says nothing\" } }",
    "define d { reading S { from 2008-01-01 until 2009-01-01 when user.hosted } }",
    "source S { from 2008-01-01 until 2009-01-01 when agreement is SPLA }",
    "exempt r { limit 2 per server when user.hosted }",
    "exempt r { for P, Q except R when user.hosted evidence \"a letter\" }",
    "reassign r { per user when absence.planned }",
    "reach r { to server.routes when server.open }",
    "license L { assigned to user or device units max(4, host.cores) pack 2 minimum 4 grants P.from, P.version }",
    "license L { provided c \"title\" at S \"section\", T from 2008-01-01 until 2009-01-01: license.version >= server.version }",
    "license L { versions 2007, 2010 version 2007 { from 2007-01-01 until 2010-01-01 includes M 2008, N 2007 } under T }",
    "prefer S { over T because \"it says so\" at U \"reply\" over V at U over W because \"it is newer\" }",
    "prohibit r { remedy \"stop\" when access.for is user.open }",
    "source S { kind: brief from 2009-07-09 version: \"2\" to: \"everyone\" per: \"year\" }",
    "test t { owns 1 L 2003 per host { version: 2003 } price 5 L per user expect plan buys 1 L 2003 per user, 2 M per device }",
    "test t { expect a -> s not covered by L 2003 per host because outsider expect s demands P.run, P.version }",
    "test t { evidence r \"a letter\" reading external: Blog access a -> s { functionality: enterprise open: yes } }",
    "test t { absence a -> b { from 2008-01-01 until 2008-02-01 } expect unknown a is external expect not advice r }",
];

#[test]
fn a_word_that_opens_clauses_may_stand_inside_another() {
    let told: Vec<String> = WORDS_INSIDE.into_iter().map(check).filter(|answer| !answer.is_empty()).collect();
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn before_a_colon_and_after_a_dot_any_word_is_a_name() {
    for word in ["from", "when", "version", "and", "not", "unknown", "source", "reading", "every"] {
        let condition = format!("define d {{ when user.{word} is a.{word} }}\ntest t {{ {word}: \"a value\" }}\n");
        assert_eq!(check(&condition), "", "{word}");
        // What a document has clauses for is no detail of it.
        let detail = check(&format!("source S {{ {word}: \"a value\" }}\n"));
        assert_eq!(detail.contains("takes no colon"), ["from", "when"].contains(&word), "{word}: {detail}");
    }
}

/// Items of all kinds of lines: with doc comments, over several lines, and with a line that looks like another item.
const ITEMS: &str = "## What is hosted\n## elsewhere\nsource S \"A document – größer\" {\n    kind: brief\n}\n\
    # a note\ndefine d {\n    when user.hosted and\nproduct is server }\nproduct P { release 2003 }\r\n\n";

#[test]
fn a_long_text_reads_as_its_parts_do() {
    let times = 3_000;
    let broken = "exempt r {\n    when user.hosted ==\n}\n\n";
    let end = "define end { when user.hosted }\n";
    let text = ITEMS.repeat(times) + broken + &ITEMS.repeat(times) + end;
    let mut sources = Sources::default();
    let file = sources.add("long.entail", &text).unwrap();
    let (parsed, diagnostics) = parse(&sources, file);
    assert_eq!(diagnostics.len(), 1);
    let line = ITEMS.matches('\n').count() * times + 2;
    assert!(check(&text).contains(&format!("long.entail:{line}:").replace("long", "case")), "{}", check(&text));
    let names: Vec<&str> = parsed.items.iter().map(|item| item.name.text.as_str()).collect();
    assert_eq!(names, [["S", "d", "P"].repeat(2 * times), vec!["end"]].concat());
    for item in &parsed.items {
        let span = item.name.span.start as usize..item.name.span.end as usize;
        assert_eq!(text.get(span), Some(item.name.text.as_str()));
    }
    assert!(parsed.items.iter().all(|item| item.doc.is_some() == (item.name.text == "S")));
}

#[test]
fn a_text_cut_off_anywhere_is_answered() {
    let texts = WORDS_INSIDE.into_iter().chain([
        include_str!("../cases/syntax/several.entail"),
        include_str!("../cases/syntax/mixed_over_lines.entail"),
        include_str!("../cases/syntax/curly_quotes.entail"),
        include_str!("../cases/syntax/missing_inner_brace.entail"),
        include_str!("../cases/syntax/hole_in_speech.entail"),
        "advise a { say \"{max(1, 2) * (3 + 4)} of {estate.users}\" }\n## what follows\nexempt b { when not (not a.b) }",
    ]);
    for text in texts {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            check(&text[..end]);
            check(&text[end..]);
        }
    }
}

#[test]
fn nesting_at_the_limit_is_read_and_beyond_it_is_told() {
    let nested = |depth: usize| format!("exempt r {{ when {}user.hosted{} }}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(check(&nested(200)), "");
    assert!(check(&nested(10_000)).contains("this nests more than 256 deep"));
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let text = format!("exempt r {{ when {} user.hosted == yes }}", "user.hosted and ".repeat(600_000));
    let answer = check(&text);
    assert!(answer.contains("user.hosted == yes"), "{answer}");
    assert!(answer.len() < 1_000, "{} bytes", answer.len());
}
