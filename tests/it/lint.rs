//! What `entail lint` finds: for each code a text that it finds something in and one that it does not, in
//! `tests/cases/lint`, the answer beside them; and the command.

use crate::cli::{Estate, run};
use crate::typing::shown;
use entail::diagnostic::{Code, any_error, in_order};
use entail::diff::difference::Word;
use entail::diff::{Edition, LIMIT, diff};
use entail::lint::fix::mend;
use entail::lint::{Finding, lint};
use entail::program::Program;
use entail::source::Sources;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/lint")
}

fn case(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn checked(text: &str) -> (Program, Sources) {
    let mut sources = Sources::default();
    let (program, mut diagnostics) = crate::checked([("case.entail", text)], &mut sources);
    in_order(&mut diagnostics, &sources);
    assert!(!any_error(&diagnostics), "{text}\n{diagnostics:#?}");
    (program, sources)
}

/// What is found of one code in a text.
fn found(code: Code, text: &str) -> (Vec<Finding>, Program, Sources) {
    let (program, sources) = checked(text);
    let findings = lint(&program, &sources).into_iter().filter(|finding| finding.diagnostic.code == code).collect();
    (findings, program, sources)
}

/// The lines that fixing changed, and what the difference of the two texts is: it must be none.
fn mended(code: Code, text: &str, findings: Vec<Finding>) -> String {
    let (old, old_sources) = checked(text);
    let mended = mend(checked(text).0, checked(text).1, findings);
    let (before, after) = (Edition::symbolic(&old, &old_sources), Edition::symbolic(&mended.program, &mended.sources));
    let difference = diff(&before, &after, LIMIT);
    let numbers = &difference.numbers;
    assert!(difference.changes.is_empty() && numbers.is_empty(), "{code}: a fix changed the meaning: {difference:#?}");
    let (_, source) = mended.sources.iter().next().unwrap();
    assert!(mended.findings.iter().all(|finding| finding.fix.is_none()), "{code}: something is left to fix");
    let changes = similar(text, source.text());
    let meaning = match difference.verdict {
        Word::Equivalent => "the meaning is the same (proved)",
        Word::CitationOnly => "only a citation changes",
        other => panic!("{code}: {other:?}"),
    };
    format!("{} fixed; {meaning}:\n{changes}", mended.fixed)
}

/// The lines that only one of two texts has.
fn similar(old: &str, new: &str) -> String {
    let only = |of: &str, other: &str, mark: &str| {
        let lines = of.lines().filter(|line| !other.lines().any(|known| known == *line));
        lines.map(|line| format!("  {mark} {line}\n")).collect::<String>()
    };
    only(old, new, "-") + &only(new, old, "+")
}

#[test]
fn each_lint_finds_what_it_should_and_keeps_silent_elsewhere() {
    for code in Code::ALL.iter().filter(|code| code.is_lint()) {
        let text = case(&format!("{code}.entail"));
        let (findings, _, sources) = found(*code, &text);
        assert!(!findings.is_empty(), "{code} finds nothing in its case");
        let mut snapshot: String = findings.iter().map(|finding| shown(&sources, &finding.diagnostic) + "\n").collect();
        if findings.iter().any(|finding| finding.fix.is_some()) {
            snapshot += &mended(*code, &text, findings);
        }
        let (silent, _, sources) = found(*code, &case(&format!("{code}.silent.entail")));
        let silent: Vec<String> = silent.iter().map(|finding| shown(&sources, &finding.diagnostic)).collect();
        assert!(silent.is_empty(), "{code} should be silent:\n{}", silent.join("\n"));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder());
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(code.text(), snapshot.trim_end()));
    }
}

/// What is looked at grows with a condition, not with its cube: one too long is looked at as a whole only, and that is said; a long list of
/// values still value by value, and preferences among many readings are searched once for each. What is found of shorter ones is the same.
#[test]
fn long_conditions_and_many_readings_are_answered_soon() {
    let joined =
        |count: usize, one: &dyn Fn(usize) -> String, with: &str| (0..count).map(one).collect::<Vec<_>>().join(with);
    let rule = |when: String| {
        format!("source T \"T\" {{}}\nfacts user {{ n: int  t: text }}\nexempt a \"A\" at T {{ when {when} }}\n")
    };
    let unequal =
        |count: usize| rule(joined(count, &|n| format!("user.n is not {n}"), " and ") + " and user.n is not 3");
    let repeated = |text: &str| found(Code::AlwaysTrue, text).0.len();
    assert_eq!([100, 400, 600].map(|count| repeated(&unequal(count))), [1, 1, 0]);
    assert_eq!([100, 400, 600].map(|count| found(Code::NotLookedAt, &unequal(count)).0.len()), [0, 0, 1]);
    let listed = |values: &str| rule(format!("user.t is \"x5\" or user.t in [{values}]"));
    let idle = found(Code::NeverTrue, &listed(&joined(400, &|n| format!("\"x{n}\""), ", "))).0;
    let idle: Vec<&str> = idle.iter().map(|finding| finding.diagnostic.message.as_str()).collect();
    assert_eq!(idle, ["this part of exempt a is never yes where it is asked"]);
    let sources = joined(100, &|n| format!("source S{n} \"S\" {{}}\n"), "");
    let readings = joined(100, &|n| format!("  reading S{n} {{ when user.n > {n} }}\n"), "");
    let preferences = joined(99, &|n| format!("prefer S{n} {{ over S{} because \"it is newer\" }}\n", n + 1), "");
    let many = format!(
        "{sources}{preferences}facts user {{ n: int }}\ndefine d \"D\" {{\n{readings}}}\nexempt a \"A\" at S0 {{ when user is d }}\n"
    );
    assert_eq!(found(Code::DayOfTie, &many).0.len() + found(Code::PreferenceIdle, &many).0.len(), 0);
}

/// A term of which each reading is preferred to the next.
fn ranked(count: usize) -> String {
    let (mut sources, mut readings) = (String::new(), String::new());
    for one in 0..count {
        sources += &format!("source S{one} \"S\" {{}}\n");
        readings += &format!("reading S{one} {{ when user.grade is {one} }}\n");
    }
    let preferences: String = (1..count).map(|next| format!("prefer S{} {{ over S{next} }}\n", next - 1)).collect();
    format!("{sources}{preferences}facts user {{ grade: int \"Grade?\" }}\ndefine high \"High\" {{\n{readings}}}\n")
}

#[test]
fn preferences_are_left_out_one_by_one_up_to_a_limit() {
    assert_eq!([60, 330].map(|count| found(Code::NotLookedAt, &ranked(count)).0.len()), [0, 1]);
}

#[test]
fn the_shipped_set_has_nothing_to_mend() {
    let call = run(&["lint", "-p", "shipped", "--deny", "warnings", "-q"]);
    assert_eq!((call.stdout.as_str(), call.status), ("nothing to mend\n", 0), "{}", call.stdout);
}

/// A folder with one policy file.
fn policies(name: &str, text: &str) -> Estate {
    Estate::new(name).file("case.entail", text)
}

#[test]
fn warnings_pass_unless_they_are_denied_and_errors_never_do() {
    let warned = policies("lint-warned", &case("W0203.entail"));
    assert_eq!(run(&["lint", warned.path()]).status, 0);
    assert_eq!(run(&["lint", warned.path(), "--deny", "warnings"]).status, 1);
    let in_error = policies("lint-error", &case("W0502.entail"));
    assert_eq!(run(&["lint", in_error.path()]).status, 1);
    let broken = policies("lint-broken", "exempt x { when }\n");
    assert_eq!(run(&["lint", broken.path()]).status, 4);
}

#[test]
fn fixing_rewrites_the_file_and_then_finds_nothing_to_fix() {
    let folder = policies("lint-fix", &case("W0301.entail"));
    let file = Path::new(folder.path()).join("case.entail");
    let call = run(&["lint", folder.path(), "--fix"]);
    assert!(call.stderr.contains("fixed in 1 file"), "{}", call.stderr);
    let fixed = std::fs::read_to_string(&file).unwrap();
    assert!(fixed.contains("  when user.relation is parent\n"), "{fixed}");
    let again = run(&["lint", folder.path(), "--fix", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert!(json["findings"].as_array().unwrap().iter().all(|finding| finding["fix"].is_null()), "{json:#}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), fixed);
}

#[test]
fn every_format_names_the_code_and_the_place() {
    let folder = policies("lint-formats", &case("W0501.entail"));
    for format in ["text", "json", "sarif", "github"] {
        let call = run(&["lint", folder.path(), "--format", format]);
        assert!(call.stdout.contains("W0501") && call.stdout.contains("case.entail"), "{format}: {}", call.stdout);
    }
    assert_eq!(run(&["lint", folder.path(), "--format", "xlsx"]).status, 2);
}

#[test]
fn coverage_names_the_tests_that_show_each_outcome() {
    let call = run(&["test", "examples/lint", "--coverage", "--format", "json", "-q"]);
    let coverage: serde_json::Value = serde_json::from_str(&call.stdout).unwrap();
    let entry = &coverage["entries"][0];
    assert_eq!(
        (&entry["name"], &entry["yes"], &entry["no"]),
        (&"parents".into(), &["parent"].into(), &["parent"].into())
    );
    assert_eq!((&coverage["reached"], &coverage["outcomes"]), (&3.into(), &4.into()));
    assert_eq!(run(&["test", "examples/lint", "--coverage", "--format", "junit"]).status, 2);
}

#[test]
fn coverage_is_a_page_too() {
    let page = run(&["test", "examples/lint", "--coverage", "--format", "html", "-q"]).stdout;
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let page = roxmltree::Document::parse_with_options(&page, options).unwrap();
    let main = page.descendants().find(|node| node.has_tag_name("main")).unwrap();
    let words = main
        .descendants()
        .filter(|node| node.is_text())
        .filter_map(|node| node.text())
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("coverage_page", words.collect::<Vec<_>>().join("\n")));
}

#[test]
fn only_what_is_asked_for_is_changed() {
    let mutants = |only: &str| run(&["test", "examples/lint", "--mutate", "--only", only, "-q"]).stdout;
    assert!(mutants("license WebCAL").contains("\n2 mutants:"), "{}", mutants("license WebCAL"));
    assert_eq!(mutants("parents.entail").lines().last().unwrap().split(':').next(), Some("9 mutants"));
    let nothing = run(&["test", "examples/lint", "--mutate", "--only", "nothing of this name", "-q"]);
    assert!(nothing.status == 2 && nothing.stderr.contains("error[E0603]"), "{}", nothing.stderr);
    assert_eq!(run(&["test", "examples/lint", "--only", "parents"]).status, 2);
}

#[test]
fn mutants_that_no_test_tells_are_listed_and_those_that_mean_the_same_are_not() {
    let call = run(&["test", "examples/lint", "--mutate", "-q"]);
    assert!(call.stdout.contains("exempt parents: `and` made `or`"), "{}", call.stdout);
    assert!(!call.stdout.contains("`user.relation is not employee` left out"), "{}", call.stdout);
    assert_eq!(call.status, 0);
    assert_eq!(run(&["test", "examples/lint", "--mutate", "--min-score", "50"]).status, 0);
    assert_eq!(run(&["test", "examples/lint", "--mutate", "--min-score", "51"]).status, 1);
    assert_eq!(run(&["test", "examples/lint", "--min-score", "51"]).status, 2);
}

/// Policies with many rules, each of its own products.
fn many(rules: usize) -> String {
    let mut text = "source Brief \"A brief\" {}\nenum Relation { employee  parent  pupil  alumnus }\n".to_owned();
    text += "facts user { relation: Relation  hosted: bool = no  hours: int }\n";
    for rule in 0..rules {
        let product = rule / 10;
        if rule % 10 == 0 {
            writeln!(
                text,
                "product P{product} \"P{product}\" {{ release 2008  release 2012  functionality standard }}"
            )
            .unwrap();
            writeln!(
                text,
                "license L{product} \"L{product}\" {{ assigned to user or device  grants P{product}.standard"
            )
            .unwrap();
            writeln!(text, "  provided same at Brief: license.version >= server.version }}").unwrap();
        }
        let when = format!("user.hours > {rule} and (user.relation is parent or not user.hosted)");
        writeln!(text, "exempt r{rule} \"R{rule}\" at Brief {{ for P{product}  when {when} }}").unwrap();
    }
    text
}

#[test]
fn many_rules_are_looked_at() {
    let (program, sources) = checked(&many(300));
    let findings = lint(&program, &sources);
    let decided = findings.iter().filter(|finding| finding.diagnostic.code == Code::AlreadyDecided).count();
    assert_eq!(decided, 270, "of each ten rules the first decides the others");
}

/// What never decides may be all that says what a term is about: without it the text would be in error, so it is no fix.
#[test]
fn what_would_be_an_error_is_no_fix() {
    let text = "source T \"Terms\" { kind: contract }\nfacts estate { small: bool }\nfacts user { guest: bool }\n\
                define near \"Near\" { when estate.small and (user.guest or not user.guest) }\n\
                exempt near_ones \"Near ones\" at T \"1\" { when user is near }\n";
    let folder = Estate::empty("lint-no-fix").file("rules.entail", text);
    let call = run(&["lint", folder.path(), "--fix"]);
    let told = format!("{}{}", call.stderr, call.stdout).replace(folder.path(), "folder");
    crate::why::snapshot("lint", "no_fix", &told);
    assert_eq!(std::fs::read_to_string(Path::new(folder.path()).join("rules.entail")).unwrap(), text);
}

#[test]
fn a_thousand_releases_are_looked_at() {
    let days = (0..1000).map(|n| format!("  release {} from {}-01-{:02}\n", 1000 + n, 1000 + n / 28, n % 28 + 1));
    let text = format!(
        "source Blog \"An article\" {{}}\nproduct Web \"A web server\" {{\n{}  functionality standard\n}}\n\
         license CAL \"A licence\" {{ assigned to user  grants Web.standard\n\
         provided same_or_later at Blog: license.version >= server.version\n\
         provided known at Blog: license.version >= server.version or server.version > license.version }}\n",
        days.collect::<String>()
    );
    assert!(found(Code::NotLookedAt, &text).0.is_empty());
    let (idle, _, sources) = found(Code::ClauseCannotFail, &text);
    let idle: Vec<String> = idle.iter().map(|finding| shown(&sources, &finding.diagnostic)).collect();
    insta::assert_snapshot!(idle.concat(), @r"
    W0304 provided CAL.known cannot fail
      > 1007:25 `license.version >= server.version or server.version > license.version`: yes in all 2000 combinations of access.user and server.version
      - 1007:10 `known`: it belongs to this
      = leave it out, or write what was meant; if it is there to be read, say so: `# entail: allow W0304 because …`
    ");
}
