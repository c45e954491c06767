//! How the time for a plan grows with its demands: two sides (a minimum cut), and three with hosts (a search over cuts).
//!
//! `cargo bench --bench plans`. Figures of one run may be compared with each other, not with those of another machine.
#![allow(clippy::cast_possible_wrap)]

use divan::{Bencher, black_box};
use entail::position::model::{Cover, Demand, Heads, Holder, Kind, Metric, Model};
use entail::position::solve::solve;
use std::collections::BTreeSet;

fn main() {
    divan::main();
}

const EFFORT: u64 = 100_000;

/// A third as many users and devices as demands, alike in nothing; the demands go round 20 hosts.
fn model(demands: usize, kinds: &[(Metric, i128)]) -> Model {
    let mut model = Model::default();
    let mut holders = |metric: Metric, count: usize| -> Vec<usize> {
        let first = model.holders.len();
        model.holders.extend((0..count).map(|_| Holder { metric, heads: Heads::Count(1) }));
        (first..first + count).collect()
    };
    let (users, devices) = (holders(Metric::User, demands / 3 + 1), holders(Metric::Device, demands / 3 + 1));
    let hosts = holders(Metric::Host, 20);
    model.demands = (0..demands)
        .map(|row| Demand {
            user: Some(users[row * 7_919 % users.len()]),
            device: Some(devices[row * 104_729 / 3 % devices.len()]),
            host: Some(hosts[row % hosts.len()]),
            server: None,
        })
        .collect();
    let all: BTreeSet<usize> = (0..demands).collect();
    model.kinds = kinds
        .iter()
        .enumerate()
        .map(|(licence, &(metric, price))| {
            let cover = Cover { demands: all.clone(), ..Cover::default() };
            Kind { licence, metric, price: Some(price), pack: 1, cover }
        })
        .collect();
    model
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000], max_time = 5)]
fn two_sides(bencher: Bencher<'_, '_>, demands: usize) {
    let model = model(demands, &[(Metric::User, 2_900), (Metric::Device, 2_900)]);
    bencher.bench_local(|| solve(black_box(&model), EFFORT));
}

#[divan::bench(args = [100, 1_000, 10_000, 100_000], max_time = 5)]
fn three_sides(bencher: Bencher<'_, '_>, demands: usize) {
    let host = i128::try_from(demands).unwrap_or(0) * 50;
    let model = model(demands, &[(Metric::User, 2_900), (Metric::Device, 2_900), (Metric::Host, host)]);
    bencher.bench_local(|| solve(black_box(&model), EFFORT));
}
