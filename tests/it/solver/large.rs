use std::collections::BTreeSet;
use std::time::Instant;

use entail::position::certificate::check;
use entail::position::model::*;
use entail::position::solve::{cost, solve};

fn dice(seed: &mut u64, sides: u64) -> u64 {
    *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    (*seed >> 33) % sides
}

fn run(name: &str, model: &Model) {
    let start = Instant::now();
    let plan = solve(model, 1_000_000);
    let solved = start.elapsed();
    let start = Instant::now();
    let c = cost(model, 1_000_000);
    let costed = start.elapsed();
    let start = Instant::now();
    assert_eq!(check(model, &plan), Ok(()));
    let checked = start.elapsed();
    let proof = format!("{:?}", plan.proof).split('(').next().unwrap().to_owned();
    println!(
        "{name}: cost {} bound {} {proof} nodes {} solve {solved:?} cost {costed:?} {}..{} check {checked:?} unmet {}",
        plan.cost,
        plan.bound,
        plan.nodes,
        c.bound,
        c.cost,
        plan.unmet.len()
    );
}

fn holder(m: &mut Model, metric: Metric, heads: u64) -> usize {
    m.holders.push(Holder { metric, heads: Heads::Count(heads) });
    m.holders.len() - 1
}

fn kind(m: &mut Model, licence: usize, metric: Metric, price: i128, demands: BTreeSet<usize>) -> usize {
    m.kinds.push(Kind {
        licence,
        metric,
        price: Some(price),
        pack: 1,
        cover: Cover { demands, needs: Default::default() },
    });
    m.kinds.len() - 1
}

fn stock(m: &mut Model, kind: usize, quantity: u64) {
    let k = m.kinds[kind].clone();
    m.stock.push(Stock { kind, licence: k.licence, metric: k.metric, quantity, bound: None, cover: k.cover });
}

fn on(m: &Model, metric: Metric) -> BTreeSet<usize> {
    (0..m.demands.len()).filter(|&d| m.demands[d].side(metric).is_some()).collect()
}

#[test]
#[ignore]
fn timings() {
    let only = std::env::var("ONLY").ok();
    let want = |n: &str| only.as_ref().is_none_or(|o| o == n);
    let mut seed = 1;
    // A
    let mut m = Model::default();
    let hosts: Vec<usize> = (0..3).map(|_| holder(&mut m, Metric::Host, 1)).collect();
    for i in 0..2000 {
        let u = holder(&mut m, Metric::User, 1 + i % 7);
        for &h in &hosts {
            m.demands.push(Demand { user: Some(u), host: Some(h), ..Demand::default() });
        }
    }
    let all = on(&m, Metric::User);
    kind(&mut m, 0, Metric::User, 2900, all.clone());
    kind(&mut m, 1, Metric::Host, 199_900, all);
    if want("A") {
        run("A 2000 users, 3 hosts", &m);
    }
    stock(&mut m, 0, 1000);
    if want("A2") {
        run("A2 with 1000 CALs owned", &m);
    }
    // A3: each user a random subset of 8 hosts, random heads
    let mut m = Model::default();
    let hosts: Vec<usize> = (0..8).map(|_| holder(&mut m, Metric::Host, 1)).collect();
    for i in 0..2000 {
        let u = holder(&mut m, Metric::User, 1 + i % 7);
        for &h in &hosts {
            if dice(&mut seed, 3) == 0 {
                m.demands.push(Demand { user: Some(u), host: Some(h), ..Demand::default() });
            }
        }
    }
    let all = on(&m, Metric::User);
    kind(&mut m, 0, Metric::User, 2900, all.clone());
    kind(&mut m, 1, Metric::Host, 1_999_900, all);
    if want("A3") {
        run("A3 2000 users, subsets of 8 hosts", &m);
    }
    stock(&mut m, 0, 1000);
    if want("A4") {
        run("A4 with 1000 CALs owned", &m);
    }
    // B
    for (n, owned, varied) in [(50, 30, false), (50, 30, true), (300, 100, false), (300, 400, true), (2000, 900, true)]
    {
        let mut m = Model::default();
        for i in 0..n {
            let (a, b) = if varied { (1 + dice(&mut seed, 9), 1 + dice(&mut seed, 9)) } else { (1, 1) };
            let (u, d) = (holder(&mut m, Metric::User, a), holder(&mut m, Metric::Device, b));
            let _ = i;
            m.demands.push(Demand { user: Some(u), device: Some(d), ..Demand::default() });
        }
        let all = on(&m, Metric::User);
        kind(&mut m, 0, Metric::User, 2900, all.clone());
        kind(&mut m, 0, Metric::Device, 2900, all);
        if want("B0") {
            run(&format!("B0 {n} pairs no stock varied {varied}"), &m);
        }
        stock(&mut m, 0, owned);
        if want(&format!("B{n}")) {
            run(&format!("B {n} pairs, {owned} owned, varied {varied}"), &m);
        }
    }
    // D: users with demand sets over 6 products, old and new CALs, suite, stock of both
    let mut m = Model::default();
    for i in 0..2000 {
        let u = holder(&mut m, Metric::User, 1 + i % 5);
        for p in 0..6 {
            if dice(&mut seed, 2) == 0 {
                m.demands.push(Demand { user: Some(u), ..Demand::default() });
                let d = m.demands.len() - 1;
                if m.kinds.len() <= 6 {
                    for q in 0..7 {
                        kind(&mut m, q, Metric::User, 3000 + 100 * q as i128, BTreeSet::new());
                    }
                }
                m.kinds[p].cover.demands.insert(d);
                if p < 4 {
                    m.kinds[6].cover.demands.insert(d);
                }
            }
        }
    }
    m.kinds[6].price = Some(8000);
    if want("D0") {
        run("D0 2000 users, 6 products, suite", &m);
    }
    stock(&mut m, 6, 700);
    stock(&mut m, 0, 800);
    if want("D") {
        run("D  and stock", &m);
    }
    stock(&mut m, 1, 300);
    stock(&mut m, 2, 500);
    if want("D2") {
        run("D2 and more stock", &m);
    }
    // E
    for (n, dd, owned) in [(100, 150, 0), (100, 150, 60), (300, 500, 0), (300, 500, 200), (3000, 6000, 0)] {
        let mut m = Model::default();
        let us: Vec<usize> = (0..n)
            .map(|_| {
                let h = 1 + dice(&mut seed, 20);
                holder(&mut m, Metric::User, h)
            })
            .collect();
        let ds: Vec<usize> = (0..n)
            .map(|_| {
                let h = 1 + dice(&mut seed, 20);
                holder(&mut m, Metric::Device, h)
            })
            .collect();
        for _ in 0..dd {
            let (u, d) = (us[dice(&mut seed, n) as usize], ds[dice(&mut seed, n) as usize]);
            m.demands.push(Demand { user: Some(u), device: Some(d), ..Demand::default() });
        }
        let all = on(&m, Metric::User);
        kind(&mut m, 0, Metric::User, 2900, all.clone());
        kind(&mut m, 0, Metric::Device, 2900, all);
        if owned > 0 {
            stock(&mut m, 0, owned);
            stock(&mut m, 1, owned / 2);
        }
        if want(&format!("E{n}")) {
            run(&format!("E {n} users x devices, {dd} demands, {owned} owned"), &m);
        }
    }
    // G
    for n in [10, 20, 40] {
        let mut m = Model::default();
        let us: Vec<usize> = (0..n)
            .map(|_| {
                let h = 1 + dice(&mut seed, 20);
                holder(&mut m, Metric::User, h)
            })
            .collect();
        let ds: Vec<usize> = (0..n)
            .map(|_| {
                let h = 1 + dice(&mut seed, 20);
                holder(&mut m, Metric::Device, h)
            })
            .collect();
        let hs: Vec<usize> = (0..n / 4).map(|_| holder(&mut m, Metric::Host, 1)).collect();
        for _ in 0..3 * n {
            let (u, d, h) =
                (us[dice(&mut seed, n) as usize], ds[dice(&mut seed, n) as usize], hs[dice(&mut seed, n / 4) as usize]);
            m.demands.push(Demand { user: Some(u), device: Some(d), host: Some(h), ..Demand::default() });
        }
        let all = on(&m, Metric::User);
        kind(&mut m, 0, Metric::User, 2900, all.clone());
        kind(&mut m, 0, Metric::Device, 2900, all.clone());
        kind(&mut m, 1, Metric::Host, 199_900, all);
        if want(&format!("G{n}")) {
            run(&format!("G {n} three sides"), &m);
        }
    }
}
