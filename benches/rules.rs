//! How the work of `diff` and `lint` grows: with the number of rules, and with the number of facts that they read.
//!
//! `cargo bench --bench rules`. Figures of one run may be compared with each other, not with those of another machine.

use divan::{Bencher, black_box};
use entail::diff::{Edition, LIMIT, diff};
use entail::lint::lint;
use entail::program::Program;
use entail::source::Sources;
use entail::typing;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// Products with nine exemptions, a prohibition and a licence each, which read so many facts of a user in turn. The last
/// exemption of the first product has the condition given.
fn policy(products: usize, facts: usize, last: &str) -> String {
    let mut text = "source S \"A document\" { kind: article }\nagreement A \"An agreement\" {}\n\
        enum Relation { employee contractor customer partner }\n\
        facts user { relation: Relation \"What is the relation?\" hosted: bool \"Is it hosted?\" }\nfacts user {\n"
        .to_owned();
    for fact in 0..facts {
        let _ = writeln!(text, "  f{fact}: int \"How much of f{fact}?\"");
    }
    text += "}\n";
    for product in 0..products {
        let _ = writeln!(
            text,
            "product P{product} \"Product {product}\" {{ release 1 release 2 functionality use functionality more adds to use }}\n\
             license L{product} \"Licence {product}\" {{ assigned to user or host grants P{product}.use\n\
             provided newer at S: license.version >= server.version\n\
             provided own at S: not user.hosted or license.metric is host }}\n\
             prohibit p{product} \"Not allowed\" at S {{ for P{product} when user.hosted and user.f0 > {product} }}"
        );
        for rule in 0..9 {
            let fact = (product * 9 + rule) % facts;
            let own = format!("user.f{fact} > {rule} and (user.relation is customer or not user.hosted)");
            let when = if (product, rule) == (0, 8) { last } else { &own };
            let _ = writeln!(text, "exempt e{product}_{rule} \"A rule\" at S {{ for P{product} when {when} }}");
        }
    }
    text
}

/// A checked set; what is wrong with it is for the tests to say.
fn set(text: &str) -> (Program, Sources) {
    let mut sources = Sources::default();
    let file = sources.add("policy.entail", text).ok();
    let (program, _) = typing::check_files(&sources, file);
    (program, sources)
}

fn compare(bencher: Bencher<'_, '_>, products: usize, facts: usize) {
    let old = set(&policy(products, facts, "user.relation is partner"));
    let new = set(&policy(products, facts, "user.relation in [partner, customer] and not user.hosted"));
    let [old, new] = [&old, &new].map(|(program, sources)| Edition::symbolic(program, sources));
    bencher.bench_local(|| diff(black_box(&old), black_box(&new), LIMIT));
}

/// Ten rules a product, six facts.
#[divan::bench(args = [100, 300, 1_000], max_time = 10)]
fn diff_of_rules(bencher: Bencher<'_, '_>, rules: usize) {
    compare(bencher, rules / 10, 6);
}

/// Three hundred rules.
#[divan::bench(args = [3, 9, 27, 81], max_time = 10)]
fn diff_of_facts(bencher: Bencher<'_, '_>, facts: usize) {
    compare(bencher, 30, facts);
}

/// Ten rules a product, six facts.
#[divan::bench(args = [100, 300, 1_000], max_time = 10)]
fn lint_of_rules(bencher: Bencher<'_, '_>, rules: usize) {
    let (program, sources) = set(&policy(rules / 10, 6, "user.relation is partner"));
    bencher.bench_local(|| lint(black_box(&program), black_box(&sources)));
}

/// Three hundred rules.
#[divan::bench(args = [3, 9, 27, 81], max_time = 10)]
fn lint_of_facts(bencher: Bencher<'_, '_>, facts: usize) {
    let (program, sources) = set(&policy(30, facts, "user.relation is partner"));
    bencher.bench_local(|| lint(black_box(&program), black_box(&sources)));
}
