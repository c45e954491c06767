//! What later stages ask an estate.

use super::{load, program};
use entail::estate::{Estate, Stated};
use entail::program::{Entity, FactId, Field, Program};
use entail::source::Sources;
use entail::value::{Metric, Rank};

fn estate(files: &[(&str, &str)]) -> (Sources, Estate, Program) {
    let keys = ("estate.toml", b"as_of = 2008-03-11\n".as_slice());
    let files: Vec<_> =
        std::iter::once(keys).chain(files.iter().map(|(name, text)| (*name, text.as_bytes()))).collect();
    let (sources, estate, problems) = load(&files);
    assert_eq!(problems, []);
    (sources, estate, program::program(&mut Sources::default()))
}

fn fact(program: &Program, entity: Entity, name: &str) -> FactId {
    let found = program.facts.iter().find(|(_, fact)| fact.entity == entity && fact.header.name == name);
    found.unwrap().0
}

#[test]
fn the_price_in_force_is_the_one_that_says_most() {
    let (_, estate, program) = estate(&[(
        "prices.csv",
        "license,price,version,metric,from,until\n\
         WindowsCAL,1,,,,\n\
         WindowsCAL,2,2003,,,\n\
         WindowsCAL,3,2003,user,,\n\
         WindowsCAL,4,2003,user,2009-01-01,\n\
         WindowsEC,5,,,,2008-01-01\n",
    )]);
    let license = |name: &str| program.licenses.iter().find(|(_, license)| license.header.name == name).unwrap().0;
    let price = |name, version, metric, day: &str| {
        let row = estate.prices.in_force(license(name), Rank(version), metric, day.parse().unwrap());
        row.map(|row| estate.prices[row].price.to_string())
    };
    assert_eq!(price("WindowsCAL", 0, Metric::User, "2008-03-11").as_deref(), Some("1"));
    assert_eq!(price("WindowsCAL", 1, Metric::Device, "2008-03-11").as_deref(), Some("2"));
    assert_eq!(price("WindowsCAL", 1, Metric::User, "2008-12-31").as_deref(), Some("3"));
    assert_eq!(price("WindowsCAL", 1, Metric::User, "2009-01-01").as_deref(), Some("4"));
    assert_eq!(price("WindowsEC", 1, Metric::Host, "2007-12-31").as_deref(), Some("5"));
    assert_eq!(price("WindowsEC", 1, Metric::Host, "2008-01-01"), None);
    assert_eq!(price("SharePointStandardCAL", 0, Metric::User, "2008-01-01"), None);
}

#[test]
fn alike_rows_have_one_meaning_and_know_how_they_came_to_it() {
    let (_, estate, program) = estate(&[("users.csv", "id,hosted,hours\na,no,1\nb,,1.0\nc,FALSE,\nd,yes,unknown\n")]);
    let hosted = estate.users.column(Field::Fact(fact(&program, Entity::User, "hosted"))).unwrap();
    assert_eq!([0, 1, 2, 3].map(|row| hosted.code(row)), [0, 1, 0, 2]);
    assert_eq!([0, 1, 2, 3].map(|row| hosted.meaning(row)), [0, 0, 0, 2]);
    assert_eq!([0, 1].map(|row| hosted.stated(row).is_default()), [false, true]);
    let hours = estate.users.column(Field::Fact(fact(&program, Entity::User, "hours"))).unwrap();
    assert_eq!([0, 1, 2, 3].map(|row| hours.meaning(row)), [0, 0, 1, 1]);
    assert_eq!(hours.entries().iter().filter(|stated| stated.value().is_none()).count(), 2);
}

#[test]
fn a_fact_is_found_where_it_stands_or_at_its_row() {
    let (sources, estate, program) = estate(&[("users.csv", "id,hosted\nbob,yes\n")]);
    let (row, _) = estate.users.iter().next().unwrap();
    let place = |name| estate.users.place(row, Field::Fact(fact(&program, Entity::User, name))).unwrap();
    assert_eq!((sources.place(place("hosted")).as_str(), &*sources.text(place("hosted"))), ("users.csv:2:5", "yes"));
    assert_eq!((sources.place(place("hours")).as_str(), &*sources.text(place("hours"))), ("users.csv:2:1", "bob,yes"));
    assert_eq!(estate.users.stated(row, Field::HostCores), &Stated::Unknown { blank: true });
    assert_eq!(estate.users.place(row, Field::HostCores), None);
}
