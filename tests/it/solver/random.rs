//! Tiny models in which everything occurs: shared sides, stock bound and free, moves, places, packs,
//! several units per head, free and unsold kinds, empty and uncountable populations.

use std::collections::BTreeSet;

use entail::position::model::{Candidate, Cover, Demand, Heads, Holder, Kind, Metric, Model, Quota, Stock};

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    fn index(&mut self, length: usize) -> usize {
        self.roll(length as u64) as usize
    }
}

/// The model of a seed.
pub fn model(seed: u64) -> Model {
    let mut dice = Dice(seed.wrapping_mul(0x1234_5678_9abc_def1));
    let mut model = Model::default();
    holders(&mut dice, &mut model);
    demands(&mut dice, &mut model);
    kinds(&mut dice, &mut model);
    stock(&mut dice, &mut model);
    quotas(&mut dice, &mut model);
    moves(&mut dice, &mut model);
    model
}

fn holders(dice: &mut Dice, model: &mut Model) {
    let mut left = 5;
    for metric in [Metric::User, Metric::Device, Metric::Host, Metric::Server] {
        let count = if metric <= Metric::Device { dice.roll(3) } else { dice.roll(2) };
        for _ in 0..count.max(u64::from(metric == Metric::User)) {
            let heads = match metric {
                Metric::Host | Metric::Server => Heads::Count(1),
                Metric::User | Metric::Device if dice.chance(4) => Heads::Many,
                Metric::User | Metric::Device if dice.chance(4) => Heads::Count(0),
                Metric::User | Metric::Device => Heads::Count((1 + dice.roll(3)).min(left)),
            };
            if let Heads::Count(heads) = heads {
                left -= heads.min(left);
            }
            if left > 0 {
                model.holders.push(Holder { metric, heads });
            }
        }
    }
    if model.holders.is_empty() {
        model.holders.push(Holder { metric: Metric::User, heads: Heads::Count(2) });
    }
}

fn demands(dice: &mut Dice, model: &mut Model) {
    for _ in 0..1 + dice.roll(4) {
        let nature = dice.index(4);
        let mut side = |metric: Metric, percent: u64| {
            let own: Vec<usize> =
                (0..model.holders.len()).filter(|&holder| model.holders[holder].metric == metric).collect();
            (!own.is_empty() && dice.chance(percent)).then(|| own[dice.index(own.len())])
        };
        let sides = [(Metric::User, 75), (Metric::Device, 50), (Metric::Host, 40), (Metric::Server, 30)];
        let demand = Demand::new(nature, sides.map(|(metric, percent)| side(metric, percent)));
        if demand.sides().next().is_some() {
            model.demands.push(demand);
        }
    }
}

fn cover(dice: &mut Dice, model: &Model, metric: Metric) -> Cover {
    let percent = 40 + dice.roll(60);
    let mut cover = Cover::default();
    cover.natures.extend((0..4).filter(|_| dice.chance(percent)));
    for (index, holder) in model.holders.iter().enumerate() {
        let single = holder.heads == Heads::Count(1);
        if holder.metric == metric && dice.chance(if single { 40 } else { 8 }) {
            cover.needs.insert(index, 1 + dice.roll(if single { 3 } else { 2 }));
        }
    }
    cover
}

fn metric(dice: &mut Dice, model: &Model) -> Metric {
    model.holders[dice.index(model.holders.len())].metric
}

fn kinds(dice: &mut Dice, model: &mut Model) {
    let even = dice.chance(50);
    for _ in 0..1 + dice.roll(4) {
        let metric = metric(dice, model);
        let price = match dice.roll(8) {
            0 => None,
            1 => Some(0),
            _ if even => Some(2),
            _ => Some(1 + i128::from(dice.roll(5))),
        };
        let pack = if dice.chance(15) { 2 + dice.roll(2) } else { dice.roll(2) };
        let licence = dice.index(2);
        let cover = cover(dice, model, metric);
        model.kinds.push(Kind { licence, metric, price, pack, cover });
    }
}

fn stock(dice: &mut Dice, model: &mut Model) {
    for _ in 0..dice.roll(3) {
        let kind = dice.index(model.kinds.len());
        let Kind { licence, metric, .. } = model.kinds[kind];
        let own: Vec<usize> =
            (0..model.holders.len()).filter(|&holder| model.holders[holder].metric == metric).collect();
        let bound = dice.chance(30).then(|| own[dice.index(own.len())]);
        let cover = if dice.chance(60) { model.kinds[kind].cover.clone() } else { cover(dice, model, metric) };
        model.stock.push(Stock { kind, licence, metric, quantity: dice.roll(4), bound, cover });
    }
}

fn quotas(dice: &mut Dice, model: &mut Model) {
    if !dice.chance(25) {
        return;
    }
    let mut candidates = Vec::new();
    for (holder, known) in model.holders.iter().enumerate() {
        let own = |demand: &usize| model.demands[*demand].side(known.metric) == Some(holder);
        let demands: BTreeSet<usize> = (0..model.demands.len()).filter(own).filter(|_| dice.chance(70)).collect();
        if known.metric <= Metric::Device && !demands.is_empty() && dice.chance(70) {
            candidates.push(Candidate { holder, demands });
        }
    }
    model.quotas.push(Quota { limit: dice.roll(4), candidates });
}

fn moves(dice: &mut Dice, model: &mut Model) {
    let bound: Vec<usize> = model.stock.iter().filter_map(|line| line.bound).collect();
    for from in bound {
        let alike = |holder: &usize| *holder != from && model.holders[*holder].metric == model.holders[from].metric;
        let others: Vec<usize> = (0..model.holders.len()).filter(alike).collect();
        if !others.is_empty() && dice.chance(60) {
            let to = others[dice.index(others.len())];
            *model.moves.entry((from, to)).or_default() += dice.roll(3);
        }
    }
}
