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

#[test]
fn a_test_that_ends_in_an_error_says_which_and_is_found_by_the_linter() {
    let call = run(&["test", "tests/cases/testing/in_error", "-q"]);
    let reason = "a clause reads `license.assured`, which a unit that is bought does not have";
    assert!(call.status == 1 && call.stdout.contains(reason) && !call.stdout.contains("got:"), "{}", call.stdout);
    let found = run(&["lint", "tests/cases/testing/in_error", "-q"]);
    assert!(found.status == 1 && found.stdout.contains("error[E0507]"), "{}", found.stdout);
    assert!(!found.stdout.contains("no test shows"), "{}", found.stdout);
}
