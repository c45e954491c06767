//! How the time for a plan grows with its demands, for easy positions and hard ones.
//!
//! `cargo bench --bench plans` measures; figures of one run may be compared with each other, not with those of another
//! machine. `cargo bench --bench plans -- gaps [KIND [DEMANDS]]` solves each kind once and tells cost, bound and gap.
#![allow(clippy::cast_possible_wrap, clippy::cast_precision_loss, clippy::print_stdout, clippy::disallowed_methods)]

mod positions;

use divan::{Bencher, black_box};
use entail::position::certificate::check;
use entail::position::solve::solve;
use positions::{KINDS, Kind};

fn main() {
    let mut words = std::env::args().skip_while(|word| word != "gaps").skip(1).filter(|word| !word.starts_with('-'));
    if std::env::args().any(|word| word == "gaps") {
        let (kind, demands) = (words.next(), words.next().and_then(|word| word.parse().ok()));
        return gaps(kind.as_deref(), demands);
    }
    divan::main();
}

/// What a user gives a plan where nothing is said.
const EFFORT: u64 = 100_000;

/// Solves positions once, checks their plans and tells what is proven of them.
fn gaps(only: Option<&str>, demands: Option<usize>) {
    println!(
        "{:<14} {:>8} {:>9} {:>9} {:>14} {:>14} {:>7}  steps",
        "kind", "demands", "seconds", "proof", "cost", "bound", "gap %"
    );
    for kind in KINDS.iter().filter(|kind| only.is_none_or(|only| only == kind.name)) {
        for demands in demands.map_or(DEMANDS.to_vec(), |demands| vec![demands]) {
            let model = (kind.model)(demands);
            let (wall, start) = (std::time::Instant::now(), on_processor());
            let plan = solve(&model, EFFORT);
            let spent = on_processor().zip(start).map(|(end, start)| end - start);
            let seconds = spent.unwrap_or_else(|| wall.elapsed().as_secs_f64());
            let flaw = check(&model, &plan).err().map(|flaw| flaw.to_string()).unwrap_or_default();
            let gap = (plan.cost - plan.bound) as f64 * 100.0 / plan.cost.max(1) as f64;
            let proof = match plan.proof {
                entail::position::model::Proof::Cut(_) => "cut",
                entail::position::model::Proof::Dual(_) => "dual",
                entail::position::model::Proof::Search => "search",
            };
            println!(
                "{:<14} {demands:>8} {seconds:>9.3} {proof:>9} {:>14} {:>14} {gap:>7.3}  {} {flaw}",
                kind.name, plan.cost, plan.bound, plan.nodes
            );
        }
    }
}

/// The seconds that this process was on a processor, which others do not lengthen; none where the system does not tell.
fn on_processor() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds: f64 = told.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

const DEMANDS: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// A kind of position with so many demands.
#[derive(Clone, Copy)]
struct Case(&'static Kind, usize);

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", self.0.name, self.1)
    }
}

fn cases() -> impl Iterator<Item = Case> {
    KINDS.iter().flat_map(|kind| DEMANDS.map(|demands| Case(kind, demands)))
}

#[divan::bench(args = cases(), max_time = 5)]
fn plan(bencher: Bencher<'_, '_>, Case(kind, demands): Case) {
    let model = (kind.model)(demands);
    bencher.bench_local(|| solve(black_box(&model), EFFORT));
}
