//! Sets of hundreds of rules, and diagrams that grow too large.

use super::{edition, shown, snapshot, text_set};
use entail::diff::{LIMIT, diff};
use std::fmt::Write;

/// So many rules of three facts each, of a hundred, one of them given: their diagrams grow beyond any use.
fn tangled(count: usize, changed: &str) -> String {
    let mut text = "source S { kind: a }\nproduct P { release 1 functionality f }\nfacts user {\n".to_owned();
    (0..100).for_each(|fact| writeln!(text, "  f{fact}: bool \"{fact}?\"").unwrap());
    text += "}\n";
    for rule in 0..count {
        let [a, b, c] = [rule % 100, (rule + 1) % 100, (rule * 7 + rule / 100 + 2) % 100];
        let condition =
            if rule == 1 { changed.to_owned() } else { format!("user.f{a} and user.f{b} and not user.f{c}") };
        writeln!(text, "prohibit r{rule} at S {{ when {condition} }}").unwrap();
    }
    text
}

/// Thirty products with ten rules and a licence each, as a large set would have them; two conditions are given.
fn large(exempt: &str, provided: &str) -> String {
    let mut text =
        "source S { kind: a }\nenum R { a b c d e f g h }\nfacts user { r: R \"r\" h: bool \"h\" n: int \"n\" }\n\
                    facts access { c: bool \"c\" i: bool \"i\" }\nagreement A {}\n"
            .to_owned();
    for product in 0..30 {
        writeln!(
            text,
            "product P{product} {{ release 1 release 2 release 3 functionality f functionality g adds to f }}"
        )
        .unwrap();
        let clause = if product == 7 { provided } else { "not user.h or license.metric is host" };
        writeln!(
            text,
            "license L{product} at S {{ assigned to user or host grants P{product}.f\n  provided newer at S: license.version >= server.version\n  \
             provided own at S: {clause} }}"
        )
        .unwrap();
        for rule in 0..9 {
            let member = ["a", "b", "c", "d", "e", "f", "g", "h"][(product + rule) % 8];
            let condition = match (product, rule) {
                (3, 3) => exempt.to_owned(),
                _ if rule % 2 == 0 => format!("user.r is {member} and user.n >= {} and access.c", rule * 10),
                _ => format!("user.r in [{member}, a] and not access.i and agreement is A"),
            };
            writeln!(text, "exempt e{product}_{rule} at S {{ for P{product} when {condition} }}").unwrap();
        }
        writeln!(text, "prohibit p{product} at S {{ when user.h and access.i and user.n > {} }}", 500 + product)
            .unwrap();
    }
    text
}

/// Three hundred rules, of which one changes, and one clause. The same is told each time.
#[test]
fn hundreds_of_rules() {
    let old = text_set(&large("user.r is b and access.i", "not user.h"));
    let new = text_set(&large("user.r is b and access.i and access.c", "not user.h or access.i"));
    let difference = diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT);
    let again = diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT);
    assert_eq!(serde_json::to_string(&difference).unwrap(), serde_json::to_string(&again).unwrap());
    snapshot("hundreds_of_rules", &shown(&difference));
}

/// Past the limit what is told says so.
#[test]
fn limit() {
    let (old, new) = (text_set(&tangled(300, "user.f1")), text_set(&tangled(300, "user.f2")));
    let difference = diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT);
    assert!(!difference.complete);
    assert_eq!(shown(&difference).lines().next(), Some("mixed, incomplete"));
}
