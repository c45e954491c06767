//! How a difference reads in each form, from differences made by hand: the engine has no part in these.

use entail::diff::difference::{
    Acknowledged, Affected, Blame, Blamed, Case, Change, ChangeKind, Condition, Cost, Difference, Edit, Fixed, Impact,
    OldNew, Side, Units, Word,
};
use entail::diff::verdict::Verdict;
use entail::program::Program;
use entail::report::difference::{Told, github, html, markdown, sarif, text};
use entail::source::Sources;
use std::collections::BTreeMap;
use std::path::Path;

/// The shipped policies, whose titles and questions are shown.
fn program() -> Program {
    crate::sound(crate::shipped(), &mut Sources::default())
}

/// Compares a form of a difference with the snapshot of this name in `tests/cases/difference`.
fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/difference"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn in_text(difference: &Difference) -> String {
    let program = program();
    text::difference(&Told { difference, old: &program, new: &program }, false)
}

fn owned(text: &str) -> String {
    text.to_owned()
}

fn one_of(fact: &str, values: &[&str]) -> Condition {
    Condition::In { fact: owned(fact), values: values.iter().map(|value| owned(value)).collect() }
}

fn case(when: Vec<Condition>) -> Case {
    Case { when, confirmed: true, witness: None, acknowledged: None }
}

fn blamed(rule: &str, clause: &str, at: &str, cites: &str) -> Blamed {
    Blamed { rule: owned(rule), clause: Some(owned(clause)), at: owned(at), cites: Some(owned(cites)) }
}

fn change(kind: ChangeKind, subject: &str, [from, to]: [Verdict; 2], cases: Vec<Case>) -> Change {
    Change {
        kind,
        subject: owned(subject),
        from,
        to,
        follows_from: None,
        blame: Blame::default(),
        cases,
        citation_unchanged: false,
    }
}

fn applies(reading: &str) -> Verdict {
    Verdict::Reading(owned(reading))
}

fn side(origin: &str, reading: &[(&str, &str)]) -> Side {
    let reading: BTreeMap<String, String> = reading.iter().map(|(name, source)| (owned(name), owned(source))).collect();
    Side { origin: owned(origin), sha256: "0".repeat(64), setting: Fixed { reading, ..Fixed::default() } }
}

fn nothing() -> Difference {
    Difference {
        schema: "entail.difference/1",
        old: side("main:policies", &[]),
        new: side("policies", &[]),
        verdict: Word::Equivalent,
        minimal: true,
        complete: true,
        changes: Vec::new(),
        numbers: Vec::new(),
        citations: Vec::new(),
        wording: Vec::new(),
        impact: Vec::new(),
    }
}

fn edit(subject: &str, what: &str, old: Option<&str>, new: Option<&str>) -> Edit {
    let at = OldNew {
        old: old.map(|_| owned("main:policies/exemptions.entail:18:8")),
        new: new.map(|_| owned("policies/exemptions.entail:20:8")),
    };
    Edit { at, ..Edit::new(subject, what, old.map(owned), new.map(owned)) }
}

/// The article against the contract: what semantics section 8 shows, and what follows from it.
fn article_against_contract() -> Difference {
    let outside = ["onsite_contractor", "onsite_agent"];
    let inside = ["employee", "affiliate_employee"];
    let program = program();
    let members = program.enums.iter().find(|(_, item)| item.header.name == "Relation").unwrap().1.members.clone();
    let other: Vec<&str> = members
        .iter()
        .map(String::as_str)
        .filter(|member| !outside.contains(member) && !inside.contains(member))
        .collect();
    let similar =
        ["offsite_contractor", "offsite_agent", "service_provider", "student", "prospective_student", "collaborator"];
    let witness = "test external_1 \"<an onsite contractor> | & others\" {\n  as_of: 2008-03-11\n  user u { relation: onsite_contractor }\n}\n";
    let first = Case {
        witness: Some(owned(witness)),
        ..case(vec![
            one_of("user.hosted", &["no"]),
            one_of("user.relation", &outside),
            one_of("user.similar_personnel", &["no"]),
        ])
    };
    let blame = Blame {
        old: vec![blamed("external", "Blog", "policies/external-user.entail:33:3", "Blog, \"More on EC\"")],
        new: vec![blamed("external", "PUR", "policies/external-user.entail:26:3", "Blog, \"reply to comment 2\"")],
    };
    let out = Change {
        blame: blame.clone(),
        ..change(ChangeKind::Definition, "external", [Verdict::Yes, Verdict::No], vec![first])
    };
    let back = vec![
        case(vec![one_of("user.hosted", &["yes"]), one_of("user.relation", &other)]),
        Case {
            confirmed: false,
            ..case(vec![one_of("user.relation", &similar), one_of("user.similar_personnel", &["yes"])])
        },
    ];
    let back = Change { blame, ..change(ChangeKind::Definition, "external", [Verdict::No, Verdict::Yes], back) };
    let follows = |license: &str, covered: &str| Change {
        follows_from: Some(owned("external")),
        ..change(
            ChangeKind::Cover,
            &format!("{license}: {covered}"),
            [Verdict::Covers, Verdict::DoesNotCover],
            Vec::new(),
        )
    };
    Difference {
        old: side("policies", &[("external", "Blog")]),
        new: side("policies", &[("external", "PUR")]),
        verdict: Word::Mixed,
        changes: vec![
            out,
            back,
            follows("WindowsEC", "WindowsServer.standard"),
            follows("SharePointInternetSites", "SharePoint.standard"),
            follows("SharePointInternetSites", "SharePoint.enterprise"),
        ],
        ..nothing()
    }
}

/// One of everything that can change, from one revision to the folder at hand.
fn everything() -> Difference {
    let hours = |from: Option<&str>, until: Option<&str>| Condition::Within {
        fact: owned("user.hours_per_week"),
        from: from.map(owned),
        until: until.map(owned),
    };
    let day = Condition::Within { fact: owned("estate.as_of"), from: Some(owned("2015-07-01")), until: None };
    let signed = Acknowledged { by: owned("Licensing desk"), because: owned("Agreed with the auditor: see note #12.") };
    let exempt = vec![
        Case {
            acknowledged: Some(signed.clone()),
            ..case(vec![one_of("access.channel", &["internet"]), one_of("user.relation", &["student"])])
        },
        case(vec![one_of("access.purpose", &["administration"]), hours(Some("above 30"), Some("40"))]),
    ];
    let blame = Blame {
        old: vec![Blamed {
            clause: None,
            cites: None,
            ..blamed("anonymous_internet", "", "main:policies/exemptions.entail:6:8", "")
        }],
        new: vec![blamed(
            "anonymous_internet",
            "when",
            "policies/exemptions.entail:7:3",
            "Blog, \"You do not need CALs for\"",
        )],
    };
    let exempt = Change {
        blame,
        citation_unchanged: true,
        ..change(ChangeKind::Demand, "WindowsServer.standard", [Verdict::Demand, Verdict::Exempt], exempt)
    };
    let calculated = vec![
        case(vec![one_of("host.cores * 2 > host.processors", &["no"])]),
        case(vec![hours(None, Some("10"))]),
        case(vec![hours(Some("10"), Some("above 30"))]),
    ];
    Difference {
        verdict: Word::Mixed,
        minimal: false,
        changes: vec![
            change(ChangeKind::Reading, "external", [applies("PUR"), applies("ProductTerms")], vec![case(vec![day])]),
            exempt,
            change(
                ChangeKind::Prohibition,
                "WindowsServer.standard",
                [Verdict::Allowed, Verdict::Prohibited],
                vec![case(vec![])],
            ),
            change(
                ChangeKind::Cover,
                "WindowsCAL: WindowsServer.standard",
                [Verdict::Covers, Verdict::DoesNotCover],
                calculated,
            ),
        ],
        numbers: vec![
            Edit { acknowledged: Some(signed), ..edit("administration", "limit", Some("2"), Some("3")) },
            edit("SQLServerCore", "minimum", None, Some("4")),
        ],
        citations: vec![Edit {
            verdict_unchanged: true,
            ..edit("hosting", "citation", Some("Blog, \"More on EC\""), Some("SPUR"))
        }],
        wording: vec![edit("hosting", "title", Some("Hosting | for <others>"), Some("Hosting for *others*"))],
        impact: vec![school(), office()],
        ..nothing()
    }
}

fn cost(low: &str, high: &str) -> Cost {
    Cost { low: owned(low), high: owned(high), exact: true }
}

fn school() -> Impact {
    let affected =
        |id: &str, heads: &str, change: &str| Affected { id: owned(id), heads: owned(heads), change: owned(change) };
    Impact {
        estate: owned("Example School"),
        status: OldNew { old: owned("shortfall"), new: owned("shortfall") },
        cost: OldNew { old: cost("67542", "282792"), new: cost("67542", "67542") },
        unmet: OldNew { old: 0, new: 0 },
        subjects: vec![
            affected("pupils", "1750", "External user: not known → yes"),
            affected(
                "visitors -> web",
                "many",
                "WindowsEC 2003, 2008 per host for WindowsServer.standard: not known → covers, since `external` changes",
            ),
        ],
        plan: vec![Units { license: owned("WindowsCAL 2003 per user"), buy: OldNew { old: 1950, new: 200 } }],
        currency: Some(owned("USD")),
    }
}

fn office() -> Impact {
    Impact {
        estate: owned("Office"),
        status: OldNew { old: owned("compliant"), new: owned("shortfall") },
        cost: OldNew { old: cost("0", "0"), new: cost("29.5", "29.5") },
        unmet: OldNew { old: 0, new: 6 },
        subjects: Vec::new(),
        plan: Vec::new(),
        ..school()
    }
}

#[test]
fn text_for_a_person() {
    snapshot("article_against_contract_text", &in_text(&article_against_contract()));
    snapshot("everything_text", &in_text(&everything()));
}

/// What becomes of a cost: where one side is settled, what the difference lies between; of two ranges, what becomes of each end.
#[test]
fn costs_of_ranges() {
    let pairs = [
        (["500", "1500"], ["1500", "1500"]),
        (["500", "1500"], ["500", "500"]),
        (["500", "1500"], ["2000", "2000"]),
        (["500", "1500"], ["100", "100"]),
        (["500", "1500"], ["600", "600"]),
        (["500", "500"], ["100", "700"]),
        (["500", "500"], ["700", "700"]),
        (["587500", "1002500"], ["497500", "1002500"]),
        (["587500", "1002500"], ["587500", "900000"]),
        (["300", "400"], ["200", "500"]),
        (["300", "400"], ["350", "450"]),
    ];
    let line = |([low, high], [then_low, then_high]): ([&str; 2], [&str; 2])| {
        let impact = Impact { cost: OldNew { old: cost(low, high), new: cost(then_low, then_high) }, ..school() };
        let text = in_text(&Difference { impact: vec![impact], ..nothing() });
        text.lines().find(|line| line.contains("cost ")).unwrap().trim().to_owned() + "\n"
    };
    snapshot("costs_of_ranges", &pairs.map(line).concat());
}

#[test]
fn one_sentence_says_what_it_comes_to() {
    let first = |difference: Difference| in_text(&difference).lines().next().unwrap().to_owned();
    let limit = edit("administration", "limit", Some("2"), Some("3"));
    let title = edit("hosting", "title", Some("a"), Some("b"));
    let student = || vec![case(vec![one_of("user.relation", &["student"])])];
    let demand = |to| change(ChangeKind::Demand, "WindowsServer.standard", [Verdict::Demand, to], student());
    let sentences = [
        nothing(),
        Difference { verdict: Word::CostOnly, numbers: vec![limit.clone()], ..nothing() },
        Difference {
            verdict: Word::CitationOnly,
            citations: vec![title.clone()],
            wording: vec![title.clone(), title],
            ..nothing()
        },
        Difference { verdict: Word::Looser, changes: vec![demand(Verdict::Exempt)], ..nothing() },
        Difference { verdict: Word::Looser, changes: vec![demand(Verdict::Exempt)], numbers: vec![limit], ..nothing() },
        Difference {
            verdict: Word::Stricter,
            changes: vec![
                demand(Verdict::Open),
                change(ChangeKind::Prohibition, "CRM.use", [Verdict::Allowed, Verdict::Prohibited], student()),
            ],
            ..nothing()
        },
        article_against_contract(),
        Difference { verdict: Word::Mixed, complete: false, ..nothing() },
    ]
    .map(first);
    snapshot("sentences", &(sentences.join("\n") + "\n"));
}

#[test]
fn text_fits_a_page_of_100_columns() {
    for difference in [article_against_contract(), everything()] {
        let text = in_text(&difference);
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert_eq!(wide, Vec::<&str>::new());
    }
}

#[test]
fn markdown_for_a_pull_request() {
    let program = program();
    for (name, difference) in
        [("nothing", nothing()), ("article_against_contract", article_against_contract()), ("everything", everything())]
    {
        let told = Told { difference: &difference, old: &program, new: &program };
        snapshot(&format!("{name}_markdown"), &markdown::difference(&told));
    }
}

#[test]
fn a_page_of_html() {
    let program = program();
    for (name, difference) in [("article_against_contract", article_against_contract()), ("everything", everything())] {
        let page = html::difference(&Told { difference: &difference, old: &program, new: &program });
        assert!(
            !page.contains("http:") && !page.contains("https:") && !page.contains("<script src"),
            "a page of its own"
        );
        let (_, body) = page.split_once("<body>").unwrap();
        assert_eq!(unclosed(body), Vec::<String>::new(), "every element is closed");
        snapshot(&format!("{name}_html"), body);
    }
}

/// The elements of a body that are not closed in their order.
fn unclosed(body: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    for tag in body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let name = tag.split_whitespace().next().unwrap();
        match name.strip_prefix('/') {
            Some(closed) if open.last().is_some_and(|last| last == closed) => _ = open.pop(),
            Some(closed) => open.push(format!("/{closed}")),
            None if name == "br" => {}
            None => open.push(name.to_owned()),
        }
    }
    // The split begins within the page's own body and html.
    open.retain(|name| name != "/body" && name != "/html");
    open
}

#[test]
fn annotations_on_github() {
    let (program, difference) = (program(), everything());
    let told = Told { difference: &difference, old: &program, new: &program };
    snapshot("everything_github", &github::difference(&told));
}

#[test]
fn results_in_sarif() {
    let (program, difference) = (program(), everything());
    let told = Told { difference: &difference, old: &program, new: &program };
    let log = serde_json::to_string_pretty(&sarif::difference(&told)).unwrap();
    snapshot("everything_sarif", &log.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn json_is_as_its_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(&crate::cli::run(&["schema", "diff"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for difference in [nothing(), article_against_contract(), everything()] {
        let json = serde_json::to_value(&difference).unwrap();
        let faults: Vec<String> = validator.iter_errors(&json).map(|fault| fault.to_string()).collect();
        assert_eq!(faults, Vec::<String>::new(), "{json:#}");
    }
    snapshot("everything_json", &serde_json::to_string_pretty(&everything()).unwrap());
}

/// Of a change of readings under which nothing else changes, the sentence says what it is; a tie and the lack of a reading
/// are told apart, and what that means is said.
#[test]
fn readings_that_apply() {
    let day = |from: &str| {
        vec![case(vec![Condition::Within { fact: owned("estate.as_of"), from: Some(owned(from)), until: None }])]
    };
    let reading = |from, to, cases| change(ChangeKind::Reading, "external", [applies(from), to], cases);
    let other = Difference {
        verdict: Word::CitationOnly,
        changes: vec![reading("PUR", applies("ProductTerms"), day("2015-07-01"))],
        ..nothing()
    };
    let with_title =
        Difference { wording: vec![edit("external", "title", Some("Outsider"), Some("External"))], ..other.clone() };
    let undefined = Difference {
        verdict: Word::Mixed,
        changes: vec![
            reading("PUR", Verdict::Tied(vec![owned("Blog"), owned("PUR")]), day("2008-01-01")),
            reading("SPUR", Verdict::NoReading, day("2008-01-01")),
        ],
        ..nothing()
    };
    let all = [other, with_title, undefined];
    snapshot("readings_that_apply", &all.iter().map(in_text).collect::<Vec<_>>().join("\n----\n\n"));
}

/// An interval of one value is that value.
#[test]
fn intervals_of_one_value() {
    let within = |fact: &str, from: &str, until: &str| {
        case(vec![Condition::Within { fact: owned(fact), from: Some(owned(from)), until: Some(owned(until)) }])
    };
    let cases = vec![
        within("user.hours_per_week", "30", "above 30"),
        within("user.hours_per_week", "30", "31"),
        within("estate.as_of", "2010-12-31", "2011-01-01"),
        within("estate.as_of", "2010-12-31", "2011-01-02"),
    ];
    let told = Difference {
        verdict: Word::Stricter,
        changes: vec![change(ChangeKind::Demand, "WindowsServer.standard", [Verdict::Exempt, Verdict::Demand], cases)],
        ..nothing()
    };
    snapshot("intervals_of_one_value", &in_text(&told));
}
