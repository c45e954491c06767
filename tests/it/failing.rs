//! Policy tests that fail: what they expected, what was got, and what is behind it.

use crate::cli::{Estate, run};

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

/// Two clauses keep the tests of two files from being judged: each clause is an error once.
#[test]
fn what_keeps_tests_of_several_files_from_being_judged_is_told_once() {
    let set = std::fs::read_to_string("tests/cases/testing/in_error/set.entail").unwrap();
    let again = "  provided named \"named units\" at S \"3\": license.named\n}\nfacts license { named: bool \"Is it named?\" }\n";
    let both = set.replacen("license.assured\n}\n", &format!("license.assured\n{again}"), 1);
    let test = set.split("\ntest ").nth(1).unwrap();
    let folder =
        Estate::empty("told-once").file("a.entail", both).file("b.entail", format!("test of_another_file_{test}"));
    for call in ["lint", "test"] {
        let call = run(&[call, folder.path()]);
        let said = call.stderr + &call.stdout;
        assert_eq!(said.matches("error[E0507]").count(), 2, "{said}");
        assert_eq!(said.matches("and so in another test").count(), 2, "{said}");
    }
}

/// A licence that is counted by a figure which nobody states is wrong in each of its versions, and so twice in one test.
#[test]
fn tests_are_counted_and_not_what_is_wrong_with_them() {
    let set = "product P \"A product\" { release 1 from 2001-01-01 release 2 from 2005-01-01 functionality use }\n\
        license Core \"By cores\" { assigned to host grants P.use units host.cores }\n";
    let test = |name: &str| {
        format!(
            "test {name} \"…\" {{ as_of: 2006-01-01 user u server s {{ product: P 2 }} access u -> s expect status shortfall }}\n"
        )
    };
    let folder = Estate::empty("counted").file("a.entail", format!("{set}{}{}", test("one"), test("two")));
    let said = run(&["test", folder.path()]).stderr;
    let said = said.replace("│", " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("`host.cores` is not stated, and so in another test"), "{said}");
}
