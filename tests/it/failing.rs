//! Policy tests that fail: what they expected, what was got, and what is behind it.

use crate::cli::run;

#[test]
fn a_failure_shows_what_was_got_and_what_is_behind_it() {
    let call = run(&["test", "tests/cases/testing/failing", "-q"]);
    assert_eq!(call.status, 1);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/testing"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("failing", call.stdout));
}
