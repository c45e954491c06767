//! Readings that come, go, move and yield, terms of accesses, and clauses on a fact of the licence.

use super::{between, shown, snapshot, witnesses_fail, witnesses_show_nothing};
use entail::diff::difference::Word;

/// One term as an article reads it, with room for another reading.
const BASE: &str = r#"source Contract "The contract" { kind: contract }
source Blog "An article" { kind: article }
prefer Contract { over Blog because "it binds" }
enum Relation { employee  student  alumnus  customer }
facts user { relation: Relation "Who?" }
facts access { internet: bool "Over the Internet?" }
facts license { moved: bool = no "Moved?" }
product Web "Web server" { release 2000  release 2003  functionality standard }
license WebCAL "Web CAL" at Contract "CALs" {
  assigned to user or device
  grants Web.standard
  provided same_or_later "same version or later" at Contract "versions": license.version >= server.version
}
define external "External user" {
  reading Blog "page 1" { when user.relation is customer }
}
define distant "From afar" { when access.internet and user.relation is student }
exempt outside "Outsiders" at Contract "outside" { when user is external }
exempt afar "From afar" at Contract "afar" { when access is distant }
"#;

/// The base with a reading of the contract behind that of the article.
fn with_contract(when: &str) -> String {
    let blog = "reading Blog \"page 1\" { when user.relation is customer }";
    let contract = format!("{blog}\n  reading Contract \"2.1\" {{ from 2010-01-01  when {when} }}");
    BASE.replace(blog, &contract)
}

/// The same set, in which the article goes before the contract.
fn article_first(text: &str) -> String {
    text.replace("prefer Contract { over Blog", "prefer Blog { over Contract")
}

fn check(name: &str, old: &str, new: &str) {
    let difference = between(old, new);
    snapshot(name, &shown(&difference));
    let file = |text: &str| [("policy.entail".to_owned(), text.to_owned())];
    assert_eq!(witnesses_fail(&difference, &file(new)), Vec::<String>::new());
    assert_eq!(witnesses_show_nothing(&difference, &file(old)), Vec::<String>::new());
}

/// From its day on the contract applies, which has alumni external as well: that is told as who becomes external, and when.
#[test]
fn reading_that_comes() {
    check("reading_that_comes", BASE, &with_contract("user.relation in [customer, alumnus]"));
}

#[test]
fn reading_that_goes() {
    check("reading_that_goes", &with_contract("user.relation in [customer, alumnus]"), BASE);
}

/// A reading that comes and yields to the other changes no verdict. What it says is told all the same, so that whoever
/// acknowledges it acknowledges that.
#[test]
fn reading_that_yields() {
    let new = with_contract("user.relation in [customer, alumnus]");
    check("reading_that_yields", &article_first(BASE), &article_first(&new));
}

/// In one edition the article is preferred, in the other the contract: who is external follows.
#[test]
fn another_preference() {
    let both = with_contract("user.relation in [customer, alumnus]");
    check("another_preference", &article_first(&both), &both);
}

/// A document that is in force later only: of the days before, no reading is left, and no policy test can say so.
#[test]
fn document_of_a_later_day() {
    check("document_of_a_later_day", BASE, &BASE.replace("kind: article }", "kind: article  from 2005-01-01 }"));
}

/// Of a document that no reading applies from, too, the day is told.
#[test]
fn document_that_yields_of_a_later_day() {
    let both = article_first(&with_contract("user.relation in [customer, alumnus]"));
    let later = both.replace("kind: contract }", "kind: contract  from 2005-01-01 }");
    let difference = between(&both, &later);
    assert_eq!(difference.verdict, Word::CitationOnly);
    snapshot("document_that_yields_of_a_later_day", &shown(&difference));
}

/// A term of accesses is witnessed by an access.
#[test]
fn term_of_accesses() {
    check(
        "term_of_accesses",
        BASE,
        &BASE.replace("internet and user.relation is student", "internet and user.relation is employee"),
    );
}

/// The witness owns such a unit, of which the test asks.
#[test]
fn clause_on_a_fact_of_the_licence() {
    let clause = "provided unmoved \"not moved\" at Contract \"moves\": not license.moved\n  provided same_or_later";
    check("clause_on_a_fact_of_the_licence", BASE, &BASE.replace("provided same_or_later", clause));
}

/// Without the preference the two readings tie: no estate of those days can be judged, which is neither stricter nor looser,
/// whatever else changes.
#[test]
fn preference_that_goes() {
    let both = with_contract("user.relation in [customer, alumnus]");
    let tied = both.replace("prefer Contract { over Blog because \"it binds\" }\n", "");
    check("preference_that_goes", &both, &tied);
    let looser = tied.replace("when access is distant", "when access.internet");
    assert_eq!(between(&both, &looser).verdict, Word::Mixed);
    assert_eq!(between(&looser, &both).verdict, Word::Mixed);
}

/// Where three tie, all three are named.
#[test]
fn three_readings_that_tie() {
    let both = with_contract("user.relation is alumnus");
    let third = "source Letter \"A letter\" { kind: letter  from 2012-01-01 }\nextend external { reading Letter { when user.relation is student } }\n";
    let difference =
        between(&both, &(both.replace("prefer Contract { over Blog because \"it binds\" }\n", "") + third));
    let verdicts: Vec<String> = difference.changes.iter().map(|change| change.to.to_string()).collect();
    assert!(verdicts.iter().any(|verdict| *verdict == "Blog, Contract and Letter, none preferred"), "{verdicts:?}");
}

/// A unit that one side lacks can be stated by the other alone, which confirms the case.
#[test]
fn unit_that_one_side_lacks() {
    let clause = "provided unmoved \"not moved\" at Contract \"moves\": not license.moved\n  provided same_or_later";
    let old = BASE.replace("provided same_or_later", clause);
    let later = old.replace("release 2003", "release 2003  release 2008");
    let fewer = old.replace("assigned to user or device", "assigned to user");
    for (old, new) in [(&old, &later), (&later, &old), (&old, &fewer), (&fewer, &old)] {
        let difference = between(old, new);
        let cases: Vec<_> = difference.changes.iter().flat_map(|change| &change.cases).collect();
        assert!(!cases.is_empty() && cases.iter().all(|case| case.confirmed), "{}", shown(&difference));
        assert_eq!(witnesses_fail(&difference, &[("policy.entail".to_owned(), new.clone())]), Vec::<String>::new());
    }
}
