//! Stand-in optimiser.
#![allow(
    missing_docs,
    clippy::all,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::unwrap_used
)]
use super::model::*;
use crate::value::Metric;
use microlp::{ComparisonOp, OptimizationDirection, Problem};
use std::collections::BTreeSet;
pub struct Cost {
    pub cost: i128,
    pub bound: i128,
    pub buys: bool,
    pub unmet: usize,
}
#[derive(Clone, Debug)]
enum Src {
    Buy(usize),
    Own(usize),
    Place(usize),
}
pub fn solve(m: &Model, _e: u64) -> Plan {
    let mut p = Problem::new(OptimizationDirection::Minimize);
    let mut srcs: Vec<Vec<(Src, BTreeSet<usize>, u64)>> = vec![vec![]; m.holders.len()];
    for (h, holder) in m.holders.iter().enumerate() {
        if holder.heads == Heads::Many {
            continue;
        }
        let at = |c: &BTreeSet<usize>| -> BTreeSet<usize> {
            c.iter().copied().filter(|d| m.demands[*d].side(holder.metric) == Some(h)).collect()
        };
        for (k, kind) in m.kinds.iter().enumerate() {
            if kind.price.is_some() && kind.metric == holder.metric {
                let c = at(&kind.cover.demands);
                if !c.is_empty() {
                    srcs[h].push((Src::Buy(k), c, kind.cover.need(h)));
                }
            }
        }
        for (s, st) in m.stock.iter().enumerate() {
            if st.metric == holder.metric {
                let ok = st.bound.is_none_or(|b| b == h || m.moves.iter().any(|mv| mv.from == b && mv.to == h));
                let c = at(&st.cover.demands);
                if ok && !c.is_empty() {
                    srcs[h].push((Src::Own(s), c, st.cover.need(h)));
                }
            }
        }
        for (q, qu) in m.quotas.iter().enumerate() {
            for c in &qu.candidates {
                if c.holder == h {
                    srcs[h].push((Src::Place(q), c.demands.clone(), 1));
                }
            }
        }
        // keep, of kinds for sale with equal cover and price, the first
        let mut keep: Vec<(Src, BTreeSet<usize>, u64)> = vec![];
        for s in srcs[h].drain(..) {
            if let Src::Buy(k) = s.0 {
                if keep.iter().any(|o| {
                    matches!(o.0, Src::Buy(j) if m.kinds[j].price <= m.kinds[k].price)
                        && o.1.is_superset(&s.1)
                        && o.2 <= s.2
                }) {
                    continue;
                }
            }
            keep.push(s);
        }
        srcs[h] = keep;
    }
    let mut pats: Vec<(usize, Vec<usize>, BTreeSet<usize>, microlp::Variable)> = vec![];
    for (h, holder) in m.holders.iter().enumerate() {
        let Heads::Count(n) = holder.heads else { continue };
        let s = &srcs[h];
        assert!(s.len() < 14, "stand-in too small: {}", s.len());
        for mask in 1u32..(1 << s.len()) {
            let set: Vec<usize> = (0..s.len()).filter(|i| mask >> i & 1 == 1).collect();
            let cov: BTreeSet<usize> = set.iter().flat_map(|i| s[*i].1.iter().copied()).collect();
            let redundant = set.iter().any(|i| {
                let rest: BTreeSet<usize> =
                    set.iter().filter(|j| *j != i).flat_map(|j| s[*j].1.iter().copied()).collect();
                rest == cov
            });
            if redundant {
                continue;
            }
            let mut w = 0.0;
            for i in &set {
                w += match s[*i].0 {
                    Src::Own(_) => 1e-7,
                    Src::Place(_) => 0.5e-7,
                    Src::Buy(_) => 0.0,
                } * s[*i].2 as f64;
            }
            let v = p.add_integer_var(w, (0, n as i32));
            pats.push((h, set, cov, v));
        }
    }
    let bs: Vec<_> = m
        .kinds
        .iter()
        .enumerate()
        .map(|(k, kind)| {
            kind.price.map(|pr| {
                p.add_integer_var((pr as f64 + 1e-3 + 1e-6 * k as f64) * kind.pack() as f64, (0, 100_000_000))
            })
        })
        .collect();
    for h in 0..m.holders.len() {
        let Heads::Count(n) = m.holders[h].heads else { continue };
        let e: Vec<_> = pats.iter().filter(|x| x.0 == h).map(|x| (x.3, 1.0)).collect();
        if !e.is_empty() {
            p.add_constraint(&e, ComparisonOp::Le, n as f64);
        }
    }
    for (k, kind) in m.kinds.iter().enumerate() {
        if let Some(b) = bs[k] {
            let mut e: Vec<_> = vec![(b, -(kind.pack() as f64))];
            for (h, set, _, v) in &pats {
                for i in set {
                    if matches!(srcs[*h][*i].0, Src::Buy(j) if j == k) {
                        e.push((*v, srcs[*h][*i].2 as f64));
                    }
                }
            }
            p.add_constraint(&e, ComparisonOp::Le, 0.0);
        }
    }
    for (s, st) in m.stock.iter().enumerate() {
        let mut e = vec![];
        for (h, set, _, v) in &pats {
            for i in set {
                if matches!(srcs[*h][*i].0, Src::Own(j) if j == s) {
                    e.push((*v, srcs[*h][*i].2 as f64));
                }
            }
        }
        if !e.is_empty() {
            p.add_constraint(&e, ComparisonOp::Le, st.quantity as f64);
        }
    }
    for (q, qu) in m.quotas.iter().enumerate() {
        let mut e = vec![];
        for (h, set, _, v) in &pats {
            for i in set {
                if matches!(srcs[*h][*i].0, Src::Place(j) if j == q) {
                    e.push((*v, 1.0));
                }
            }
        }
        if !e.is_empty() {
            p.add_constraint(&e, ComparisonOp::Le, qu.limit as f64);
        }
    }
    let mut pairs: BTreeSet<(usize, usize)> = m.moves.iter().map(|mv| (mv.from, mv.to)).collect();
    pairs.retain(|(a, b)| a != b);
    for (f, t) in pairs {
        let lim: u64 = m.moves.iter().filter(|mv| (mv.from, mv.to) == (f, t)).map(|mv| mv.heads).sum();
        let mut e = vec![];
        for (h, set, _, v) in &pats {
            if *h == t && set.iter().any(|i| matches!(srcs[*h][*i].0, Src::Own(j) if m.stock[j].bound == Some(f))) {
                e.push((*v, 1.0));
            }
        }
        if !e.is_empty() {
            p.add_constraint(&e, ComparisonOp::Le, lim as f64);
        }
    }
    let mut us = vec![];
    for (d, dem) in m.demands.iter().enumerate() {
        let u = p.add_binary_var(1e12);
        us.push(u);
        let mut e = vec![(u, 1.0)];
        for mt in Metric::ALL {
            if let Some(h) = dem.side(mt) {
                let Heads::Count(n) = m.holders[h].heads else { continue };
                let y = p.add_binary_var(0.0);
                let mut c: Vec<_> = pats.iter().filter(|x| x.0 == h && x.2.contains(&d)).map(|x| (x.3, 1.0)).collect();
                c.push((y, -(n as f64)));
                p.add_constraint(&c, ComparisonOp::Ge, 0.0);
                e.push((y, 1.0));
            }
        }
        p.add_constraint(&e, ComparisonOp::Ge, 1.0);
    }
    let sol = p.solve().unwrap();
    let bought: Vec<u64> = bs
        .iter()
        .enumerate()
        .map(|(k, b)| b.map_or(0, |b| sol.var_value(b).round() as u64 * m.kinds[k].pack()))
        .collect();
    let cost = bought.iter().zip(&m.kinds).map(|(n, k)| i128::from(*n) * k.price.unwrap_or(0)).sum();
    let hands = pats
        .iter()
        .filter_map(|(h, set, _, v)| {
            let n = sol.var_value(*v).round() as u64;
            (n > 0).then(|| Hand {
                holder: *h,
                heads: n,
                grants: set
                    .iter()
                    .map(|i| match srcs[*h][*i].0 {
                        Src::Buy(kind) => Grant::Bought { kind, units: srcs[*h][*i].2 },
                        Src::Own(stock) => Grant::Owned { stock, units: srcs[*h][*i].2 },
                        Src::Place(quota) => Grant::Place { quota },
                    })
                    .collect(),
            })
        })
        .collect();
    let unmet = us.iter().enumerate().filter(|(_, u)| sol.var_value(**u) > 0.5).map(|(d, _)| d).collect();
    Plan { cost, bound: cost, bought, hands, unmet, proof: Proof::Search, nodes: 0 }
}
pub fn cost(m: &Model, e: u64) -> Cost {
    let p = solve(m, e);
    Cost { cost: p.cost, bound: p.bound, buys: p.bought.iter().any(|b| *b > 0), unmet: p.unmet.len() }
}
