//! Sets of hundreds of rules, and diagrams that grow too large.

use super::{edition, shown, text_set};
use entail::diff::{LIMIT, diff};
use std::fmt::Write;

/// So many exemptions of three facts each, of a hundred; the condition of one of them is given.
fn rules(count: usize, changed: &str) -> String {
    let mut text = "source S { kind: a }\nproduct P { release 1 release 2 functionality f }\nlicense L at S { assigned to user grants P.f \
                    provided newer at S: license.version >= server.version }\nfacts user {\n"
        .to_owned();
    (0..100).for_each(|fact| writeln!(text, "  f{fact}: bool \"{fact}?\"").unwrap());
    text += "}\n";
    for rule in 0..count {
        let [a, b, c] = [rule % 100, (rule + 1) % 100, (rule * 7 + rule / 100 + 2) % 100];
        let condition =
            if rule == 1 { changed.to_owned() } else { format!("user.f{a} and user.f{b} and not user.f{c}") };
        let product = if rule % 3 == 0 { "for P " } else { "" };
        writeln!(text, "prohibit r{rule} at S {{ {product}when {condition} }}").unwrap();
    }
    text
}

/// Whatever it is told, it is told the same each time, and without a hang.
#[test]
fn hundreds_of_rules() {
    let (old, new) =
        (text_set(&rules(300, "user.f1 and user.f2")), text_set(&rules(300, "user.f1 and user.f2 and user.f3")));
    let start = std::time::Instant::now();
    let difference = diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT);
    println!("{:?}", start.elapsed());
    let again = diff(&edition(&old, &[]), &edition(&new, &[]), LIMIT);
    assert_eq!(serde_json::to_string(&difference).unwrap(), serde_json::to_string(&again).unwrap());
    println!("{}", shown(&difference).chars().take(2000).collect::<String>());
}

/// Past the limit what is told says so.
#[test]
fn limit() {
    let (old, new) = (text_set(&rules(60, "user.f1")), text_set(&rules(60, "user.f2")));
    let difference = diff(&edition(&old, &[]), &edition(&new, &[]), 200);
    assert!(!difference.complete);
    assert_eq!(shown(&difference).lines().next(), Some("mixed, fewest cases, incomplete"));
}
