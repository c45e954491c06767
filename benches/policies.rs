//! How fast policy text is read and checked: the shipped set, and sets of many rules.
//!
//! `cargo bench --bench policies`. Figures of one run may be compared with each other, not with those of another machine.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use entail::source::Sources;
use entail::typing;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// A product with a licence and as many exemptions as asked for.
fn policy(rules: usize) -> String {
    let mut text = "source S \"A document\" { kind: article }\n\
        facts user { files: int \"How many files?\" }\n\
        product P \"A product\" { release 1 functionality use }\n\
        license CAL \"A licence\" { assigned to user grants P.use }\n"
        .to_owned();
    for rule in 0..rules {
        let _ = writeln!(
            text,
            "exempt rule{rule} \"A rule\" at S \"{rule}\" {{ when user.files > {rule} and not user.files in [1, 2, 3] }}"
        );
    }
    text
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn check(bencher: Bencher<'_, '_>, rules: usize) {
    let text = policy(rules);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let mut sources = Sources::default();
        let file = sources.add("policy.entail", black_box(&text)).ok();
        typing::check_files(&sources, file)
    });
}
