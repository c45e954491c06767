//! Two small texts each, and what a reviewer is told of them.

use super::{between, edition, shown, snapshot, text_set, witnesses_fail, witnesses_show_nothing};
use entail::diff::difference::{Case, Word};
use entail::diff::{LIMIT, diff};

/// A small set: one product, one licence, one exemption without a limit and one with.
const BASE: &str = r#"source Blog "An article" { kind: article }
enum Relation { employee  student  alumnus  customer }
facts user { relation: Relation "Who?"  age: number "How old?" }
facts access { internet: bool "Over the Internet?"  identified: bool "Identified?" }
product Web "Web server" { release 2000  release 2003  release 2008  functionality standard }
license WebCAL "Web CAL" at Blog "CALs" {
  assigned to user or device
  grants Web.standard
  provided same_or_later "same version or later" at Blog "versions": license.version >= server.version
}
exempt anonymous "Unidentified access" at Blog "exempt" { when access.internet and not access.identified }
exempt helpers "Two helpers" at Blog "helpers" { limit 2 per server  when user.relation is alumnus }
"#;

/// The base with one passage put in another's place.
fn changed(passage: &str, into: &str) -> String {
    assert!(BASE.contains(passage));
    BASE.replace(passage, into)
}

fn check(name: &str, passage: &str, into: &str) {
    check_texts(name, BASE, &changed(passage, into));
}

fn check_texts(name: &str, old: &str, new: &str) {
    let difference = between(old, new);
    snapshot(name, &shown(&difference));
    let failures = witnesses_fail(&difference, &[("policy.entail".to_owned(), new.to_owned())]);
    assert_eq!(failures, Vec::<String>::new());
    let idle = witnesses_show_nothing(&difference, &[("policy.entail".to_owned(), old.to_owned())]);
    assert_eq!(idle, Vec::<String>::new());
}

/// One number more; who is exempt stays the same, so there is no case.
#[test]
fn quota() {
    check("quota", "limit 2", "limit 3");
}

/// Five more places for some of those who have two: the number changes for them alone, so they are a case.
#[test]
fn quota_of_some() {
    let trial = |whom: &str| {
        let when = format!("limit 5 per server  when user.relation {whom} and access.internet");
        format!("{BASE}exempt trial \"A trial\" at Blog \"trial\" {{ {when} }}\n")
    };
    check_texts("quota_of_some", &trial("is student"), &trial("in [student, alumnus]"));
}

/// A CAL of an exact version no longer covers older servers: 2003 on 2000, 2008 on 2000 and 2003. What it did not cover it
/// still does not. The pairs are two: 2008 on [2000, 2003], and [2003, 2008] on 2000; neither can take in the other's.
#[test]
fn exact_version() {
    check("exact_version", "license.version >= server.version", "license.version is server.version");
}

/// Students demanded a licence unless they came unidentified over the Internet, where they were exempt before: what is new
/// is that they are exempt elsewhere, either not over the Internet or identified. The case names students first of all.
#[test]
fn new_exemption() {
    let rule = "exempt students \"Students\" at Blog \"students\" { when user.relation is student }\nexempt helpers";
    check("new_exemption", "exempt helpers", rule);
}

/// The article says the same on another page: nobody's verdict changes.
#[test]
fn citation_alone() {
    check("citation_alone", "at Blog \"exempt\"", "at Blog \"page 2\"");
}

/// Only the words change.
#[test]
fn wording_alone() {
    check("wording_alone", "\"Who?\"", "\"How does the person relate to you?\"");
}

/// More is exempt by the same passage of the article.
#[test]
fn citation_unchanged() {
    check("citation_unchanged", "access.internet and not access.identified", "not access.identified");
}

/// With no limit any more the alumni are exempt however many come: the witness is of one head more than there were places.
#[test]
fn limit_taken_away() {
    check("limit_taken_away", "limit 2 per server  ", "");
}

/// Whoever asks for more is asked for two licences: no verdict of what he asks for changes, but it is stricter all the same.
#[test]
fn asked_for_more() {
    let two = "functionality standard  functionality basic";
    let (apart, adding) = (changed("functionality standard", two), format!("{two} adds to standard"));
    let adding = changed("functionality standard", &adding);
    assert_eq!(between(&apart, &adding).verdict, Word::Stricter);
    assert_eq!(between(&adding, &apart).verdict, Word::Looser);
}

#[test]
fn pack_and_units() {
    check("pack_and_units", "grants Web.standard", "grants Web.standard\n  units 2\n  pack 5");
}

/// A new release of the product, in which the CAL exists too: it covers what it did not cover, for nothing had that version.
#[test]
fn new_release() {
    check("new_release", "release 2008", "release 2008  release 2012");
}

/// 2008 becomes a second release of 2003: a CAL of 2003 covers it now.
#[test]
fn also() {
    check("also", "release 2003  release 2008", "release 2003 also 2008");
}

#[test]
fn new_member() {
    check("new_member", "student  alumnus", "student  pupil  alumnus");
}

#[test]
fn fact_of_another_type() {
    check("fact_of_another_type", "age: number", "age: bool");
}

#[test]
fn interval() {
    let rule = "exempt grown \"Middling\" at Blog \"age\" { when user.age >= 30 and user.age < 40 }\nexempt helpers";
    check("interval", "exempt helpers", rule);
}

#[test]
fn prohibited_instead() {
    let rule = "prohibit students \"No students\" at Blog \"no\" { when user.relation is student }\nexempt helpers";
    check("prohibited_instead", "exempt helpers", rule);
}

#[test]
fn period() {
    let rule = "when access.internet and not access.identified  from 2010-01-01";
    check("period", "when access.internet and not access.identified", rule);
}

/// The rules with an exemption that asks of two figures.
fn with_figures(condition: &str) -> String {
    let facts = "age: number \"How old?\"  years: number \"How many years?\"";
    let rule = format!("exempt old \"Old\" at Blog \"old\" {{ when {condition} }}\nexempt helpers");
    changed("age: number \"How old?\"", facts).replace("exempt helpers", &rule)
}

#[test]
fn calculation() {
    let sum = with_figures("user.age + user.years > 60");
    for same in ["user.years + user.age > 60", "60 < user.years + user.age", "not user.age + user.years <= 60"] {
        assert_eq!(between(&sum, &with_figures(same)).verdict, Word::Equivalent, "{same}");
    }
    snapshot("calculation", &shown(&between(&sum, &with_figures("user.age + user.years > 70"))));
}

/// How two figures stand is one question: that both are equal is one case, and the same rule in other words is no change.
#[test]
fn two_figures_compared() {
    let at_most = with_figures("user.age <= user.years");
    for same in
        ["user.years >= user.age", "user.age < user.years or user.years is user.age", "not user.years < user.age"]
    {
        assert_eq!(between(&at_most, &with_figures(same)).verdict, Word::Equivalent, "{same}");
    }
    snapshot("two_figures_compared", &shown(&between(&with_figures("user.age < user.years"), &at_most)));
}

/// A term of accesses is asked, too, of what a server demands by running: then nobody comes.
#[test]
fn term_of_running_servers() {
    let with = |and: &str| {
        format!(
            "source Terms \"Terms\" {{ kind: contract }}\n\
             facts server {{ powered: bool \"Does it run?\" }}\n\
             facts host {{ spare: bool \"Is it a spare machine?\" }}\n\
             product Hyper \"Hypervisor\" {{ release 8  functionality run \"Running\" demanded by every server }}\n\
             define cold_spare \"Cold spare\" {{ when not server.powered {and} host.spare }}\n\
             license HyperSpare \"Right to a cold spare\" at Terms \"4\" {{\n\
             \x20 assigned to server\n  grants Hyper.run\n\
             \x20 provided cold \"a cold spare\" at Terms \"4\": access is cold_spare\n}}\n"
        )
    };
    check_texts("term_of_running_servers", &with("and"), &with("or"));
}

/// Layout, order, the names of rules, splitting, merging, and other words for the same: nothing changes, and that is proved.
#[test]
fn equivalent() {
    let reversed = BASE.lines().rev().collect::<Vec<_>>();
    let (license, rest): (Vec<&str>, Vec<&str>) =
        reversed.iter().partition(|line| line.starts_with(' ') || **line == "}");
    drop(license);
    let head: String =
        rest.iter().filter(|line| !line.starts_with("license")).map(|line| format!("{line}\n\n")).collect();
    let start = BASE.find("license").unwrap();
    let end = BASE.find("exempt").unwrap();
    let reordered = format!("{head}{}", &BASE[start..end]);
    let same = [
        reordered,
        changed("exempt anonymous", "exempt whoever"),
        changed("access.internet and not access.identified", "not (not access.internet or access.identified)"),
        changed("access.internet and not access.identified", "not access.identified and access.internet"),
        changed("license.version >= server.version", "not license.version < server.version"),
        changed("user.relation is alumnus", "user.relation not in [employee, student, customer]"),
        changed(
            "exempt anonymous \"Unidentified access\" at Blog \"exempt\" { when access.internet and not access.identified }",
            "exempt one \"One\" at Blog \"exempt\" { when access.internet and not access.identified and access.user is none }\n\
             exempt two \"Two\" at Blog \"exempt\" { when access.internet and not access.identified and access.user is not none }",
        ),
    ];
    for text in same {
        assert_eq!(shown(&between(BASE, &text)), "equivalent (proved), fewest cases\n", "{text}");
        assert_eq!(shown(&between(&text, BASE)), "equivalent (proved), fewest cases\n", "{text}");
    }
}

/// What is told where a passage of the base becomes another: the word, and each edit on a line.
fn told(old: &str, new: &str) -> String {
    let difference = between(old, new);
    let word = serde_json::to_value(difference.verdict).unwrap().as_str().unwrap().to_owned();
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    let edits = difference
        .edits()
        .map(|edit| format!("{}, {}: {} → {}", edit.subject, edit.what, side(&edit.old), side(&edit.new)));
    std::iter::once(word).chain(edits).collect::<Vec<_>>().join("\n")
}

/// Nobody's verdict on one access changes, and yet positions do, or what an estate may state, or what its reader is told.
#[test]
fn changes_without_a_case() {
    let with = |more: &str| format!("{BASE}{more}\n");
    let two = changed("functionality standard", "functionality standard  functionality basic");
    let turned = changed("functionality standard", "functionality basic  functionality standard");
    let split = changed(
        "exempt helpers \"Two helpers\" at Blog \"helpers\" { limit 2 per server  when user.relation is alumnus }",
        "exempt near \"Near\" at Blog \"helpers\" { limit 2 per server  when user.relation is alumnus and access.internet }\n\
         exempt far \"Far\" at Blog \"helpers\" { limit 2 per server  when user.relation is alumnus and not access.internet }",
    );
    let narrow = "limit 2 per server  when user.relation is alumnus and (access.identified or not access.internet)";
    let host = |units: &str| {
        let own = "facts host { cores_spare: int \"Spare?\" }\nlicense WebHost \"Web host\" at Blog \"hosts\" { assigned to host  grants Web.standard  units ";
        with(&format!("{own}{units} }}"))
    };
    let advice = |clauses: &str| with(&format!("advise counting \"Counting\" at Blog \"many\" {{ {clauses} }}"));
    let letter = |name: &str| {
        with(&format!("exempt {name} \"By letter\" at Blog \"letter\" {{ evidence \"a letter\"  when user.age > 60 }}"))
    };
    let reach = |bounds: &str| with(&format!("reach pool \"Pool\" at Blog \"pool\" {{ to server.routes  {bounds} }}"));
    let mail = "product Mail \"Mail\" { release 2000  release 2003  functionality box }";
    let also = "product Mail \"Mail\" { release 2000  release 2003 also 2003R2 from 2003-05-28  functionality box }";
    let feature = |title: &str| {
        let more = format!("functionality standard\n  feature calendar of standard \"{title}\"");
        changed("functionality standard", &more)
    };
    let terms = |title: &str| with(&format!("terms common \"{title}\" {{ provided near at Blog: access.internet }}"));
    let clause = |title: &str| {
        let own = format!("provided same_or_later \"{title}\" at Blog \"2003\": license.version is server.version");
        changed("  grants Web.standard", &format!("  grants Web.standard\n  version 2003 {{ {own} }}"))
    };
    let rest = "say \"there are {count(user.relation is student)}\"";
    let other = "say \"there are {count(user.relation is alumnus)}\"";
    let pairs = [
        ("the first functionality", two.clone(), turned),
        ("places of two rules", BASE.to_owned(), split),
        (
            "places where an exemption holds",
            BASE.to_owned(),
            changed("limit 2 per server  when user.relation is alumnus", narrow),
        ),
        (
            "one rule's places given by two",
            BASE.to_owned(),
            changed(
                "limit 2 per server  when user.relation is alumnus }",
                "limit 1 per server  when user.relation is alumnus }\nexempt more \"More\" at Blog \"helpers\" { limit 1 per server  when user.relation is alumnus }",
            ),
        ),
        ("brackets", host("10 - (4 - 3)"), host("10 - 4 - 3")),
        ("units in another order", host("max(4, host.cores)"), host("max(host.cores, 4)")),
        ("advice of one product", advice(rest), advice(&format!("for Web {rest}"))),
        ("what advice counts", advice(rest), advice(other)),
        ("advice that goes", advice(rest), BASE.to_owned()),
        ("a key of evidence", letter("letter"), letter("by_letter")),
        ("a fact that goes", BASE.to_owned(), changed("  age: number \"How old?\"", "")),
        ("an agreement that goes", with("agreement School \"A school\" {}"), BASE.to_owned()),
        ("an agreement that comes", BASE.to_owned(), with("agreement School \"A school\" {}")),
        ("a release of a product without licences", with(mail), with(&mail.replace("2003", "2003SP1"))),
        ("a release that is licensed as another", with(mail), with(&mail.replace("2003", "2003 also 2003R2"))),
        ("a release that is licensed as another before", with(mail), with(&mail.replace("release 2003", "also 2003"))),
        (
            "the other of two releases that names both",
            with(also),
            with(&also.replace("2003 also 2003R2", "2003R2 also 2003")),
        ),
        ("a later day of two releases", with(also), with(&also.replace("2003-05-28", "2003-06-01"))),
        ("a product without licences that goes", with(mail), BASE.to_owned()),
        ("a product without licences that comes", BASE.to_owned(), with(mail)),
        ("a functionality that goes", two, BASE.to_owned()),
        ("a member that goes", BASE.to_owned(), changed("alumnus  customer", "alumnus")),
        ("the title of a feature", feature("Calendars"), feature("Shared calendars")),
        ("the title of terms", terms("Terms"), terms("Common terms")),
        ("the title of a clause in one version", clause("the same"), clause("exactly the same")),
        ("the title of a clause in all versions", BASE.to_owned(), changed("same version or later", "same or later")),
        (
            "what a clause in one version cites",
            clause("the same"),
            clause("the same").replace("Blog \"2003\"", "Blog \"2\""),
        ),
        ("a later reach", reach("from 2007-01-01"), reach("from 2010-01-01")),
        (
            "a definition from a day on",
            with("define old { when user.age > 60 }\nexempt aged \"Aged\" at Blog \"aged\" { when user is old }"),
            with(
                "define old { from 2010-01-01 when user.age > 60 }\nexempt aged \"Aged\" at Blog \"aged\" { when user is old }",
            ),
        ),
    ];
    let text: String = pairs.iter().map(|(name, old, new)| format!("== {name}\n{}\n", told(old, new))).collect();
    snapshot("changes_without_a_case", &text);
}

/// On two days other versions are out and sold, though no rule differs.
#[test]
fn days_of_sale() {
    let set = text_set(&changed("release 2008", "release 2008 from 2008-02-27"));
    let difference = diff(&edition(&set, &["as_of 2008-01-15"]), &edition(&set, &["as_of 2008-03-15"]), LIMIT);
    snapshot("days_of_sale", &shown(&difference));
}

/// A suite no longer includes the licence: the suite is to blame, and not a clause of another licence in it.
#[test]
fn suite_without_a_licence() {
    let more = "product Mail \"Mail\" { release 2000  functionality box }\n\
        license MailCAL \"Mail CAL\" at Blog \"CALs\" { assigned to user  grants Mail.box  provided late \"late\" at Blog \"l\": access.internet }\n\
        license Both \"Both\" at Blog \"both\" { assigned to user  version 1 { from 2001-01-01  includes WebCAL 2000, MailCAL 2000 } }\n";
    let old = format!("{BASE}{more}");
    let difference = between(&old, &old.replace("includes WebCAL 2000, MailCAL 2000", "includes MailCAL 2000"));
    snapshot("suite_without_a_licence", &shown(&difference));
}

/// A licence in a suite grants more, so that the suite covers more: that licence is to blame, and not a clause of another that
/// fails as before, nor the suite.
#[test]
fn suite_of_a_licence_that_grants_more() {
    let more = "product Mail \"Mail\" { release 2000  functionality box  functionality calendar }\n\
        license MailCAL \"Mail CAL\" at Blog \"CALs\" { assigned to user  grants Mail.box }\n\
        license CalendarCAL \"Calendar CAL\" at Blog \"CALs\" { assigned to user  grants Mail.calendar  provided late \"late\" at Blog \"l\": access.internet }\n\
        license Both \"Both\" at Blog \"both\" { assigned to user  version 1 { from 2001-01-01  includes MailCAL 2000, CalendarCAL 2000 } }\n";
    let old = format!("{BASE}{more}");
    check_texts(
        "suite_of_a_licence_that_grants_more",
        &old,
        &old.replace("grants Mail.box", "grants Mail.box, Mail.calendar"),
    );
}

/// What a reviewer is shown of each case as an example: true on the new side, and told apart from the old one.
fn examples(name: &str, old: &str, new: &str) {
    let difference = between(old, new);
    let cases = difference.changes.iter().flat_map(|change| &change.cases);
    let text = |case: &Case| format!("confirmed: {}\n{}", case.confirmed, case.witness.clone().unwrap_or_default());
    snapshot(name, &cases.map(text).collect::<Vec<_>>().join("\n"));
    assert_eq!(witnesses_fail(&difference, &[("policy.entail".to_owned(), new.to_owned())]), Vec::<String>::new());
    let idle = witnesses_show_nothing(&difference, &[("policy.entail".to_owned(), old.to_owned())]);
    assert_eq!(idle, Vec::<String>::new());
}

/// A product whose second functionality adds to its first.
const DRAWING: &str = r#"source Terms "Terms" { kind: contract }
product Cad "Cad" { release 1 from 2020-01-01  functionality draw "Drawing"  functionality simulate "Simulation" adds to draw }
license CadNamed "Cad named user" at Terms "1" { assigned to user  grants Cad.draw }
license CadSimulation "Cad simulation" at Terms "2" { assigned to user  grants Cad.simulate }
license CadSuite "Cad collection" at Terms "3" { assigned to user  version 1 { from 2020-01-01  includes CadNamed 1, CadSimulation 1 } }
"#;

/// No estate of the old side can state a member that it lacks: there is nothing that its test could expect.
#[test]
fn example_of_a_member_that_the_old_side_lacks() {
    let old = format!(
        "{DRAWING}enum Seat {{ named  trial }}\nfacts user {{ seat: Seat }}\n\
         exempt trials \"Trials\" at Terms \"4\" {{ for Cad  when user.seat is trial }}\n"
    );
    let new = old.replace("named  trial }", "named  trial  student }").replace("is trial", "in [trial, student]");
    examples("example_of_a_member_that_the_old_side_lacks", &old, &new);
}

/// The suite still covers a part of what whoever simulates demands, and a test's `covered by` asks of what is granted alone:
/// the example owns the suite, and its status tells the sides apart.
#[test]
fn example_of_a_part_of_the_demands() {
    let new = DRAWING.replace("CadNamed 1, CadSimulation 1", "CadNamed 1");
    examples("example_of_a_part_of_the_demands", DRAWING, &new);
}

/// A server demands by running what its product says so of, and not what that adds to; nothing is said of it where it demands nothing.
#[test]
fn example_of_a_demand_by_running() {
    let new = DRAWING.replace("adds to draw", "adds to draw demanded by every server");
    let new = new.replace("assigned to user", "assigned to user or server");
    let old = DRAWING.replace("assigned to user", "assigned to user or server");
    examples("example_of_a_demand_by_running", &old, &new);
    examples("example_of_a_demand_by_running_that_goes", &new, &old);
}

/// The example of a term about a host asks it of the host.
#[test]
fn example_of_a_term_about_a_host() {
    let old = r#"source Terms "Terms" { kind: contract }
enum Division { bare lpar zone }
facts host { division: Division "How is the machine divided?" }
product Ora "Ora" { release 1 from 2020-01-01  functionality run "Running" demanded by every server }
define hard "Hard partitioned" { reading Terms "1" { when host.division in [lpar, zone] } }
license OraPart "Ora partition" at Terms "2" { assigned to host  grants Ora.run  provided hard_only "hard partitioned" at Terms "2": host is hard }
"#;
    examples("example_of_a_term_about_a_host", old, &old.replace("[lpar, zone]", "[lpar]"));
}

/// Places for whoever a term is said of, while a prohibition is of the others: the term's change tells it, and no number changes.
#[test]
fn places_that_follow_from_a_term() {
    let old = r#"source Terms "Terms" { kind: contract }
facts server { pcs: int "How many computers?" }
product Dev "Dev" { release 1 from 2020-01-01  functionality code "Use" }
define small "Small organisation" { reading Terms "1" { when server.pcs < 250 } }
license DevPro "Dev professional" at Terms "2" { assigned to user  grants Dev.code }
exempt five "Five users" at Terms "3" { limit 5 per server  when server is small }
prohibit large "Not in a large organisation" at Terms "4" { when server is not small }
"#;
    check_texts("places_that_follow_from_a_term", old, &old.replace("250", "200"));
}
