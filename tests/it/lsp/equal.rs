//! What the server says is wrong is what the front end says is wrong, with the same texts: on the shipped set, on its
//! damaged files, and on generated sets.
//!
//! A few hundred damages in an ordinary run; `ENTAIL_CASES=2000` tries that many.

use super::client::{Client, Files, position};
use crate::{generate, print};
use entail::diagnostic::in_order;
use entail::source::Sources;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;

fn cases(usual: usize) -> usize {
    std::env::var("ENTAIL_CASES").map_or(usual, |cases| cases.parse().unwrap())
}

/// A problem as both sides can tell it: its code, its sentences, and where it is.
type Told = (String, String, Value);

/// What the front end says of some texts, by their paths.
fn by_front_end(texts: &BTreeMap<String, String>) -> BTreeMap<String, Vec<Told>> {
    let mut sources = Sources::default();
    let (_, mut diagnostics) = crate::checked(texts.clone(), &mut sources);
    in_order(&mut diagnostics, &sources);
    let mut told: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let label = diagnostic.primary.as_ref().unwrap();
        let source = sources.get(label.span.file).unwrap();
        let range = label.span.range();
        let place = serde_json::json!({
            "start": position(source.text(), range.start), "end": position(source.text(), range.end)
        });
        let mut message = format!("{}\n{}", diagnostic.message, label.text);
        if let Some(help) = &diagnostic.help {
            message.push_str(&format!("\nhelp: {help}"));
        }
        told.entry(source.name().to_owned()).or_default().push((diagnostic.code.text().to_owned(), message, place));
    }
    told
}

/// What the server last told, findings of the linter aside.
fn by_server(client: &Client) -> BTreeMap<String, Vec<Told>> {
    let told = client.told.iter().map(|(path, problems)| {
        let problems = problems.as_array().unwrap().iter().map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            (text("code"), text("message"), one["range"].clone())
        });
        (path.clone(), problems.filter(|(code, ..)| !is_finding(code)).collect::<Vec<_>>())
    });
    told.filter(|(_, problems)| !problems.is_empty()).collect()
}

/// Codes that only the linter has.
fn is_finding(code: &str) -> bool {
    code.starts_with('W')
}

/// The shipped set on a disk, all of it open.
fn shipped() -> (Client, BTreeMap<String, String>) {
    let mut texts: BTreeMap<String, String> =
        crate::shipped().into_iter().map(|(name, text)| (format!("/w/policies/{name}"), text)).collect();
    let tests = crate::policies_in("policies/tests").into_iter();
    texts.extend(tests.map(|(name, text)| (format!("/w/policies/tests/{name}"), text)));
    let files = Files::default();
    texts.iter().for_each(|(path, text)| files.write(path, text.clone()));
    let mut client = Client::start(files, Value::Null);
    texts.iter().for_each(|(path, text)| client.open(path, text));
    (client, texts)
}

#[test]
fn the_shipped_set_has_nothing_wrong_in_an_editor_either() {
    let (client, texts) = shipped();
    assert!(by_front_end(&texts).is_empty());
    assert!(by_server(&client).is_empty(), "{:#?}", by_server(&client));
    let told: Vec<_> = client.told.values().flat_map(|problems| problems.as_array().unwrap()).collect();
    assert!(told.is_empty(), "the linter too has nothing to say: {told:#?}");
}

#[test]
fn a_damaged_file_is_told_of_as_the_front_end_tells_of_it() {
    let (mut client, mut texts) = shipped();
    let paths: Vec<String> = texts.keys().cloned().collect();
    let mut different = Vec::new();
    for case in 0..cases(160) {
        let path = &paths[case % paths.len()];
        let (whole, damage) = (texts[path].clone(), damage(&texts[path], case));
        client.edit(path, damage.clone(), "");
        let damaged = format!("{}{}", &whole[..damage.start], &whole[damage.end..]);
        texts.insert(path.clone(), damaged);
        if by_server(&client) != by_front_end(&texts) {
            different.push(format!(
                "{path} without {:?}: {:#?}\n{:#?}",
                &whole[damage.clone()],
                by_server(&client),
                by_front_end(&texts)
            ));
        }
        client.edit(path, damage.start..damage.start, &whole[damage]);
        texts.insert(path.clone(), whole);
    }
    assert!(by_server(&client).is_empty(), "what was mended is wrong no longer");
    assert!(different.is_empty(), "{} differ\n{}", different.len(), different.join("\n"));
}

/// Somewhere in a text, from one character to a few lines.
fn damage(text: &str, case: usize) -> Range<usize> {
    let spread = case.wrapping_mul(2_654_435_761) % text.len().max(1);
    let length = [1, 2, 5, 20, 90][case % 5];
    let boundary = |at: usize| (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
    boundary(spread)..boundary(spread + length)
}

#[test]
fn generated_sets_are_told_of_as_the_front_end_tells_of_them() {
    const PATH: &str = "/w/policies/generated.entail";
    let mut client = Client::start(Files::default(), Value::Null);
    client.open(PATH, "");
    let mut different = Vec::new();
    for case in 0..cases(120) {
        let mut text = print::policy_text(&generate::case(case as u64));
        // Every other one is damaged.
        if case % 2 == 1 {
            text.replace_range(damage(&text, case), "");
        }
        client.replace(PATH, &text);
        let texts = BTreeMap::from([(PATH.to_owned(), text)]);
        if by_server(&client) != by_front_end(&texts) {
            different.push(format!("seed {case}: {:#?}\n{:#?}", by_server(&client), by_front_end(&texts)));
        }
    }
    assert!(different.is_empty(), "{} differ\n{}", different.len(), different.join("\n"));
}
