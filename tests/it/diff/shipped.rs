//! The shipped set under two settings.

use super::{condition_text, edition, set, shown, snapshot, witnesses_fail};
use entail::diff::difference::Word;
use entail::diff::{LIMIT, diff};

fn under(old: &[&str], new: &[&str]) -> String {
    let set = set(&crate::shipped());
    let difference = diff(&edition(&set, old), &edition(&set, new), LIMIT);
    assert_eq!(witnesses_fail(&difference, &crate::shipped()), Vec::<String>::new());
    shown(&difference)
}

/// By the article a person is external if a customer, supplier, alumnus, parent or of the public, or else neither employee
/// nor like one, and in any case not hosted; by the PUR if neither employee nor onsite contractor or agent. So the onsite are
/// external in the article alone, unless like personnel or hosted. The other way, the PUR has external whom the article
/// leaves out: the hosted, and of those it does not name the similar personnel. Nothing else parts them.
#[test]
fn article_against_pur() {
    snapshot("article_against_pur", &under(&["reading external=Blog"], &["reading external=PUR"]));
}

/// The comment names as internal, beyond the PUR, offsite contractors, offsite agents and service providers. Of an affiliate's
/// employee the PUR says no and the comment nothing. On onsite contractors and agents, and on employees, they agree.
#[test]
fn pur_against_comment() {
    snapshot("pur_against_comment", &under(&["reading external=PUR"], &["reading external=Comment"]));
}

/// Contractors and agents, on site or off, are internal since October 2024 if they work more than 30 hours or are on site
/// daily. So offsite ones, external before, become internal by either: two cases. Onsite ones, internal before, become external
/// by neither: one case. A service provider is external in both.
#[test]
fn pur_against_october_2024() {
    let text = under(&["reading external=PUR"], &["reading external=ProductTerms2024_10"]);
    snapshot("pur_against_october_2024", &text);
}

/// Before the Product Terms and under them. Without an SPLA the PUR gives way to them, with the same meaning: which reading
/// applies changes, what it says does not, and so no verdict.
#[test]
fn two_days() {
    snapshot("two_days", &under(&["as_of 2015-06-30"], &["as_of 2015-07-01"]));
}

/// Under an SPLA the SPUR applies, whose text is not at hand: who is external is open. Hosting is allowed.
#[test]
fn two_agreements() {
    let text = under(&["as_of 2008-03-11", "agreement none"], &["as_of 2008-03-11", "agreement SPLA"]);
    snapshot("two_agreements", &text);
}

/// Where agreements are fixed, a case may still turn on the day of signing, and rules to blame exempt different people. Each
/// witness says when the agreement was signed and names the rule that decides for it: both sides confirm every one of them, and
/// every one passes as a policy test.
#[test]
fn every_witness_under_fixed_agreements_is_one() {
    let set = set(&crate::shipped());
    let agreements =
        [("none", "SchoolAgreement"), ("SchoolAgreement", "none"), ("none", "SPLA"), ("SPLA", "SchoolAgreement")];
    let counted = agreements.map(|(old, new)| {
        let [old, new] = [old, new].map(|name| edition(&set, &[&format!("agreement {name}")]));
        let difference = diff(&old, &new, LIMIT);
        assert_eq!(witnesses_fail(&difference, &crate::shipped()), Vec::<String>::new());
        let cases: Vec<_> = difference.changes.iter().flat_map(|change| &change.cases).collect();
        (cases.len(), cases.iter().filter(|case| case.confirmed).count())
    });
    assert_eq!(counted, [(65, 65), (65, 65), (24, 24), (165, 165)]);
}

/// A set of which one passage is another.
fn edited(passage: &str, into: &str) -> Vec<(String, String)> {
    let all = crate::shipped().into_iter();
    let edited: Vec<(String, String)> = all.map(|(name, text)| (name, text.replace(passage, into))).collect();
    assert_ne!(edited, crate::shipped(), "{passage}");
    edited
}

/// Whether somebody comes is said as such, also where there are too many ways to divide the cases: not by some fact of his
/// that may have any value, nor by one that he has not.
#[test]
fn cases_say_who_comes() {
    let rule = "except SQLServer\n  when access.channel is internet and not access.identified";
    let of_one =
        |word: &str| edited(rule, &format!("for OCS\n  when access.channel is internet {word} not access.identified"));
    let (old, new) = (set(&of_one("and")), set(&of_one("or")));
    let difference = diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT);
    assert!(!difference.minimal && difference.complete);
    let cases = difference.changes.iter().flat_map(|change| &change.cases);
    let conditions: Vec<String> = cases.flat_map(|case| &case.when).map(condition_text).collect();
    assert!(conditions.iter().any(|condition| condition == "access.user in [present]"), "{conditions:?}");
    let says_nothing = |condition: &&String| condition.contains("absent") || condition.ends_with("[yes, no]");
    assert_eq!(conditions.iter().find(says_nothing), None);
}

/// Connectors also serve students for others' benefit. What is not out on a day is no reason for a case to end on that day, on
/// which no verdict changes. Each agreement is signed by the day of its estate where it may be.
#[test]
fn cases_end_where_something_does() {
    let benefit = "\"More on EC\": access.benefit is licensee";
    let new = set(&edited(benefit, &format!("{benefit} or user.relation is student")));
    let old = set(&crate::shipped());
    let difference = diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT);
    let told = difference.changes.iter().filter(|change| change.subject == "WindowsEC: WindowsServer.standard");
    let told: Vec<_> = told.cloned().collect();
    let cases: Vec<_> = told.iter().flat_map(|change| &change.cases).collect();
    let until = |day: &str| {
        cases.iter().any(|case| case.when.iter().any(|one| condition_text(one).ends_with(&format!("until {day}"))))
    };
    assert!(!cases.is_empty() && !until("2012-09-04"), "{}", shown(&difference));
    let signed_late = |witness: &&String| {
        let day = |key: &str| witness.lines().find_map(|line| line.trim().strip_prefix(key).map(str::to_owned));
        day("agreement_signed: ").zip(day("as_of: ")).is_some_and(|(signed, as_of)| signed > as_of)
    };
    let witnesses: Vec<&String> = cases.iter().filter_map(|case| case.witness.as_ref()).collect();
    assert_eq!(witnesses.into_iter().find(signed_late), None);
}

/// What a witness looks like.
#[test]
fn witness() {
    let set = set(&crate::shipped());
    let sides = [edition(&set, &["reading external=Blog"]), edition(&set, &["reading external=PUR"])];
    let difference = diff(&sides[0], &sides[1], LIMIT);
    let cases = difference.changes.iter().flat_map(|change| &change.cases);
    snapshot("witness", &cases.filter_map(|case| case.witness.clone()).collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_set_itself() {
    assert_eq!(under(&[], &[]), "equivalent (proved), fewest cases\n");
}

/// In which order files and items stand means nothing, nor what is declared beside them.
#[test]
fn order_and_strangers_change_nothing() {
    let reversed = |text: &str| {
        let mut items: Vec<String> = Vec::new();
        for part in text.trim().split("\n\n") {
            match items.last_mut().filter(|_| part.starts_with(' ')) {
                Some(item) => *item += &format!("\n\n{part}"),
                None => items.push(part.to_owned()),
            }
        }
        items.reverse();
        items.join("\n\n")
    };
    let all = crate::shipped().into_iter().rev();
    let mut other: Vec<(String, String)> = all.map(|(name, text)| (name, reversed(&text) + "\n")).collect();
    let same = |new: &[(String, String)]| {
        let (old, new) = (set(&crate::shipped()), set(new));
        diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT)
    };
    assert_eq!(same(&other).verdict, Word::Equivalent);
    other.insert(
        0,
        ("stranger.entail".to_owned(), "agreement Stranger \"An agreement that nothing names\" {}\n".to_owned()),
    );
    assert_eq!(same(&other).verdict, Word::CitationOnly);
}
