//! Readings side by side: what `entail compare` prints.

use crate::cli::{Estate, run};
use crate::why::{printed, snapshot};

#[test]
fn the_school_under_every_reading() {
    snapshot("compare", "school", &printed(&["compare", "examples/school"]));
    snapshot("compare", "school_under_an_spla", &printed(&["compare", "examples/school", "--agreement", "SPLA"]));
    let json = printed(&["compare", "examples/school", "--format", "json"]);
    let (before, after) = json.split_once("\"sha256\": ").unwrap();
    let after = after.split_once('\n').unwrap().1;
    snapshot("compare", "school_json", &format!("{before}\"sha256\": …\n{after}"));
}

#[test]
fn nothing_to_compare() {
    let folder = Estate::empty("compare-policies")
        .file("a.entail", "product P { release 1 functionality use }\nlicense L { assigned to user grants P.use }\n");
    let estate = Estate::empty("compare-nothing")
        .file("estate.toml", "as_of = 2008-03-11\n")
        .file("users.csv", "id\nbob\n")
        .file("servers.csv", "id,product,version\nweb,P,1\n")
        .file("accesses.csv", "user,server\nbob,web\n");
    snapshot("compare", "nothing", &printed(&["compare", estate.path(), "-p", folder.path()]));
}

#[test]
fn readings_that_come_to_the_same() {
    let estate = Estate::new("compare-same");
    snapshot("compare", "all_the_same", &printed(&["compare", estate.path()]));
    assert_eq!(run(&["compare", estate.path(), "--format", "csv"]).status, 2);
    assert_eq!(run(&["compare", "nowhere"]).status, 5);
}
