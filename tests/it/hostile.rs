//! What somebody wrote who meant no good: each is answered, in time and in a few words.

use entail::diagnostic::{Diagnostic, in_order};
use entail::estate::{self, Estate};
use entail::judge::{self, Request, judge};
use entail::program::Program;
use entail::report::{Look, diagnostics};
use entail::source::Sources;
use entail::{lint, testing};
use std::fmt::Write;

/// Checks a policy; what is said of it.
fn checked(text: &str) -> (Sources, Program, String) {
    let mut sources = Sources::default();
    let (program, mut problems) = crate::checked([("case.entail", text)], &mut sources);
    let said = said(&mut problems, &sources);
    (sources, program, said)
}

fn said(problems: &mut [Diagnostic], sources: &Sources) -> String {
    in_order(problems, sources);
    diagnostics(problems, sources, &Look { width: 100, ..Look::default() })
}

/// Reads an estate of the shipped policies, in one document or in files, and judges it where nothing is wrong with it.
fn read(files: &[(&str, String)]) -> (Estate, Vec<Diagnostic>, String) {
    let mut sources = Sources::default();
    let program = crate::sound(crate::shipped(), &mut sources);
    let (document, mut problems) = match files {
        [(name, text)] => estate::read_whole(name, text.clone().into_bytes(), &mut sources),
        _ => {
            let files = files.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes())).collect();
            estate::read(files, &mut sources)
        }
    };
    let (estate, found) = estate::build(&document, &program);
    problems.extend(found);
    if problems.is_empty() {
        problems.extend(judge(&program, &estate, &Request::default()).err().into_iter().flatten());
    }
    let said = said(&mut problems, &sources);
    (estate, problems, said)
}

/// As many lines as `count`, each with its number and the next.
fn lines(count: usize, line: impl Fn(usize, usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, number| {
        writeln!(text, "{}", line(number, number + 1)).unwrap();
        text
    })
}

const FACTS: &str = "source S \"S\" { kind: contract }\nfacts user { hosted: bool \"Hosted?\" }\n\
    product P \"P\" { release 1 functionality use }\nlicense L \"L\" at S { assigned to user grants P.use }\n";

#[test]
fn a_definition_read_twice_by_each_of_many_is_evaluated_once() {
    let twice = lines(80, |one, next| {
        format!("define d{one} \"D\" {{ when user is d{next} and (user.hosted or user is d{next}) }}")
    });
    let text = format!(
        "{FACTS}{twice}define d80 \"D\" {{ when user.hosted }}\nexempt e \"E\" at S {{ for P when user is d0 }}\n\
         test t \"T\" {{ as_of: 2008-03-11 user u {{ hosted: yes }} server s {{ product: P 1 }} access u -> s \
         expect status compliant }}\n"
    );
    let (sources, program, said) = checked(&text);
    assert_eq!(said, "");
    assert_eq!(testing::run(&program, None).iter().map(|outcome| outcome.failures.len()).sum::<usize>(), 0);
    lint::lint(&program, &sources);
}

#[test]
fn definitions_read_each_other_so_deep_and_no_deeper() {
    let chain = |count: usize| {
        let chain = lines(count, |one, next| format!("define d{one} \"D\" {{ when user is d{next} }}"));
        format!("{FACTS}{chain}define d{count} \"D\" {{ when user.hosted }}\n")
    };
    assert_eq!(checked(&chain(256)).2, "");
    let (.., said) = checked(&chain(257));
    assert!(said.contains("E0111") && said.contains("this nests more than 256 deep"), "{said}");
    assert!(said.contains("\n1 error"), "{said}");
}

#[test]
fn what_is_long_is_shown_in_part() {
    let circle = lines(2_000, |one, next| format!("define d{one} \"D\" {{ when user is d{} }}", next % 2_000));
    let (.., said) = checked(&format!("{FACTS}{circle}"));
    assert!(said.contains("E0205") && said.len() < 5_000, "{said}");
    let servers = lines(2_000, |one, next| format!("s{one},WindowsServer,2003,s{}", next % 2_000));
    let main = ("estate.toml", "as_of = 2008-03-11\n".to_owned());
    let (.., said) = read(&[main, ("servers.csv", format!("id,product,version,runs_on\n{servers}"))]);
    assert!(said.contains("→ `s19` →") && said.contains("… → `s0`\n") && said.len() < 5_000, "{said}");
}

#[test]
fn names_of_names_are_followed_once() {
    let main = ("estate.toml", "as_of = 2008-03-11\n".to_owned());
    let users = |last: &str| {
        format!("id,same_as\nhead,\nu20000,{last}\n{}", lines(20_000, |one, next| format!("u{one},u{next}")))
    };
    let (estate, problems, _) = read(&[main.clone(), ("users.csv", users("head"))]);
    assert_eq!((estate.users.len(), estate.other_names.len(), problems), (1, 20_001, Vec::new()));
    let (.., said) = read(&[main.clone(), ("users.csv", users("u7"))]);
    assert!(said.contains("is another name of itself") && said.contains("\n1 error"), "{said}");
    let (.., said) = read(&[main, ("users.csv", users("nobody"))]);
    assert!(said.contains("no user has the id `nobody`") && said.contains("\n1 error"), "{said}");
}

#[test]
fn a_document_in_which_every_row_has_a_column_of_its_own_is_too_wide() {
    let rows = lines(20_000, |one, _| format!("- {{id: u{one}, c{one}: 1}}"));
    let (.., said) = read(&[("estate.yaml", format!("as_of: 2008-03-11\nusers:\n{rows}"))]);
    assert!(said.contains("the rows of `users` name 20001 columns"), "{said}");
    assert!(said.contains("a table of 20000 rows has at most 1000 columns"), "{said}");
}

#[test]
fn of_an_estate_that_is_wrong_everywhere_the_first_problems_are_kept_and_all_are_counted() {
    let main = ("estate.toml", "as_of = 2008-03-11\n".to_owned());
    let (_, problems, said) = read(&[main, ("users.csv", format!("id,count\n{}", "a,1\n".repeat(150_001)))]);
    assert_eq!(problems.len(), 100_000);
    assert!(said.contains("150000 errors"), "{}", said.chars().rev().take(300).collect::<String>());
}

#[test]
fn points_between_thousands_are_no_decimals_of_a_whole_number() {
    let told = |count: &str| {
        let main = ("estate.toml", "as_of = 2008-03-11\n".to_owned());
        read(&[main, ("users.csv", format!("id,count\nstaff,{count}\n"))]).2
    };
    for count in ["1.000", "12.000.000", "2.750"] {
        let text = told(count);
        assert!(text.contains("error[E0409]") && text.contains("write the digits alone"), "{text}");
    }
    for count in ["1000", "1.0", "0.000", "5.00"] {
        assert_eq!(told(count), "", "{count}");
    }
}

#[test]
fn more_money_than_can_be_counted_is_not_told() {
    let told = |users: usize, count: u64, price: &str| {
        let users = lines(users, |one, _| format!("u{one},{count}"));
        let (.., said) = read(&[
            ("estate.toml", "as_of = 2008-03-11\n".to_owned()),
            ("users.csv", format!("id,count\n{users}")),
            ("servers.csv", "id,product,version\nweb,WindowsServer,2003\n".to_owned()),
            ("prices.csv", format!("license,price\nWindowsCAL,{price}\n")),
        ]);
        said
    };
    assert_eq!(told(1_000, 10_000_000_000, "9999999999.9999"), "");
    assert_eq!(told(100_000, 10_000_000_000, "9999999999"), "");
    insta::assert_snapshot!(told(100_000, 10_000_000_000, "9999999999.9999"));
}

/// Units that no price counts, for so many heads that their number is past counting too.
#[test]
fn more_units_than_can_be_counted_are_not_bought() {
    let policy = |units: &str| {
        let license = format!("license C at T {{ assigned to user  grants P.use  {units} }}");
        format!(
            "source T {{}}\nproduct P {{ release 1  functionality use }}\n{license}\ntest t {{ as_of: 2020-01-01\nuser a {{ count: 10000000000 }}\nserver s {{ product: P 1 }}\naccess a -> s\nprice 0 C\nexpect status shortfall }}"
        )
    };
    for (units, code) in [
        ("units 10000000000", "E0613"),
        ("pack 18446744073709551615", "E0613"),
        ("units 99999999999999999999", "E0314"),
    ] {
        let (sources, program, said) = checked(&policy(units));
        assert_eq!(said, "", "{units}");
        let mut problems: Vec<Diagnostic> =
            testing::run(&program, None).into_iter().flat_map(|outcome| outcome.failures).collect();
        let said = self::said(&mut problems, &sources);
        assert!(said.contains(code) && !said.contains("round_up"), "{units}: {said}");
    }
}

/// Users and servers in a row, of whom no two stand to the same others: what is not known of one is his alone, and the others
/// have one verdict.
#[test]
fn what_is_blank_in_one_row_is_judged_for_that_row() {
    let (_, program, said) = checked(&format!("{FACTS}exempt free \"Free\" at S {{ when user.hosted }}"));
    assert_eq!(said, "");
    let users = lines(60, |one, _| format!("- {{id: u{one}, hosted: {}}}", if one == 0 { "" } else { "no" }));
    let servers = lines(61, |one, _| format!("- {{id: s{one}, product: P, version: 1}}"));
    let accesses =
        lines(60, |one, next| format!("- {{server: s{one}, user: u{one}}}\n- {{server: s{next}, user: u{one}}}"));
    let text = format!("as_of: 2020-01-01\nusers:\n{users}servers:\n{servers}accesses:\n{accesses}");
    let mut sources = Sources::default();
    let (document, problems) = estate::read_whole("row.yaml", text.into_bytes(), &mut sources);
    let (estate, found) = estate::build(&document, &program);
    assert_eq!((problems, found), (Vec::new(), Vec::new()));
    let mut case = judge::case(&program, &estate, &Request::default()).unwrap();
    assert_eq!(case.evaluation.verdicts.len(), 3);
    let judgement = judge::position(&mut case, &Request::default()).unwrap();
    let asked: Vec<&str> =
        judgement.questions.iter().flat_map(|question| &question.subjects).map(AsRef::as_ref).collect();
    assert_eq!(asked, ["u0"]);
}

/// Suites of suites, each with two of the level below.
#[test]
fn a_suite_holds_so_many_licences_and_no_more() {
    let of_levels = |levels: usize| {
        let suites: String = (1..=levels)
            .flat_map(|level| ["A", "B"].map(|name| (name, level)))
            .map(|(name, level)| {
                let below = format!("A{} 1, B{} 1", level - 1, level - 1);
                format!("license {name}{level} at T {{ assigned to user  version 1 {{ from 2020-01-01  includes {below} }} }}\n")
            })
            .collect();
        let bottom = ["A0", "B0"].map(|name| format!("license {name} at T {{ assigned to user  grants P.use }}\n"));
        format!("source T {{}}\nproduct P {{ release 1  functionality use }}\n{}{suites}", bottom.concat())
    };
    assert_eq!(checked(&of_levels(9)).2, "");
    let said = checked(&of_levels(60)).2;
    assert!(said.contains("`A10 1` holds 1024 licences") && said.contains("`B10 1`"), "{said}");
    assert_eq!(said.matches("error[E0320]").count(), 2, "{said}");
}

#[test]
fn signs_that_move_the_text_around_them_are_refused() {
    let user = r#"{"as_of": "2008-03-11", "users": [{"id": "a\u001b[31m"}, {"id": "b\u202eb"}, {"id": "c\nc"}]}"#;
    let (.., said) = read(&[("estate.json", user.to_owned())]);
    for id in ["`a\\u{1b}[31m`", "`b\\u{202e}b`", "`c\\nc`"] {
        assert!(said.contains(&format!("{id} is no value for `id`")), "{said}");
    }
    let (.., said) = checked(&format!("{FACTS}# seen \u{2066}otherwise\u{2069}\n"));
    assert!(said.contains("the sign U+2066 is not shown") && !said.contains('\u{2066}'), "{said}");
    assert!(!checked(&format!("{FACTS}# \t tabs, and ends of lines\r\n")).2.contains("E0101"));
}

#[test]
fn what_is_not_seen_of_an_id_is_shown() {
    let main = ("estate.toml", "as_of = 2008-03-11\n".to_owned());
    let servers = ("servers.csv", "id,product,version\nweb,WindowsServer,2003\n".to_owned());
    let users = ("users.csv", "id\nstaff\n".to_owned());
    let (.., said) = read(&[main, servers, users, ("accesses.csv", "user,server\nst\u{200b}aff,web\n".to_owned())]);
    assert!(said.contains("no user has the id `st\\u{200b}aff`"), "{said}");
}
