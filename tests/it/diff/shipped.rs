//! The shipped set under two settings.

use super::{edition, set, shown, snapshot, witnesses_fail};
use entail::diff::{LIMIT, diff};

fn under(old: &[&str], new: &[&str]) -> String {
    let set = set(&crate::shipped());
    let difference = diff(&edition(&set, old), &edition(&set, new), LIMIT);
    assert_eq!(witnesses_fail(&difference, &crate::shipped()), Vec::<String>::new());
    shown(&difference)
}

#[test]
fn article_against_pur() {
    snapshot("article_against_pur", &under(&["reading external=Blog"], &["reading external=PUR"]));
}

#[test]
fn pur_against_comment() {
    snapshot("pur_against_comment", &under(&["reading external=PUR"], &["reading external=Comment"]));
}

#[test]
fn pur_against_october_2024() {
    let text = under(&["reading external=PUR"], &["reading external=ProductTerms2024_10"]);
    snapshot("pur_against_october_2024", &text);
}

#[test]
fn the_set_itself() {
    assert_eq!(under(&[], &[]), "equivalent (proved), fewest cases\n");
}
