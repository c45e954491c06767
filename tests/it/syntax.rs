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
