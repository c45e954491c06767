//! Verifies a plan against its model, line by line. With the optimiser it shares the model and what that says of itself (what a
//! cover needs, who stands in for whom), and no other code.
//!
//! What is verified: every grant exists, is owned, bought or within its quota and may be held where
//! it is held; every demand outside `unmet` is met by the hands; the cost is the sum of the
//! purchases; and, where the proof gives prices, that they bound every plan from below by the
//! bound claimed. What is not verified: that equal plans were ranked rightly, and a bound that rests
//! on search alone.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::model::{Cover, Grant, Hand, Heads, Metric, Model, Plan, Prices, Proof};

/// Why a plan is not what it claims to be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// A list has not one entry per kind, demand, stock line or quota, or an index leads nowhere.
    #[error("the plan does not fit the model: {0}")]
    Shape(&'static str),
    /// A number exceeds what the checker can add up.
    #[error("a sum is too large to verify")]
    Overflow,
    /// A kind is bought that has no price.
    #[error("kind {0} is bought but not for sale")]
    NotForSale(usize),
    /// The number bought is no multiple of the pack.
    #[error("kind {0} is not bought in whole packs")]
    Pack(usize),
    /// The purchases do not add up to the cost.
    #[error("the purchases cost {actual}, not {claimed}")]
    Cost {
        /// The cost that the plan states.
        claimed: i128,
        /// The sum of its purchases.
        actual: i128,
    },
    /// More heads hold something than the holder has.
    #[error("holder {0} has fewer heads than hands")]
    Heads(usize),
    /// A unit is held by a holder of another metric.
    #[error("holder {0} holds a unit of another metric")]
    Metric(usize),
    /// More units of a kind are held than bought.
    #[error("more units of kind {0} are dealt than bought")]
    Undersupplied(usize),
    /// More units of a line of stock are held than owned.
    #[error("more units of stock {0} are dealt than owned")]
    Overdrawn(usize),
    /// Bound units are held elsewhere, with no move to allow it.
    #[error("stock {stock} is bound and may not go to holder {holder}")]
    Bound {
        /// The line of stock.
        stock: usize,
        /// Who holds it.
        holder: usize,
    },
    /// More heads hold moved units than the moves allow.
    #[error("too many heads of holder {to} stand in for holder {from}")]
    Moved {
        /// The holder that the units are bound to.
        from: usize,
        /// The holder that uses them.
        to: usize,
    },
    /// A place is held by a holder that is no candidate.
    #[error("holder {holder} is no candidate of quota {quota}")]
    NoCandidate {
        /// The quota.
        quota: usize,
        /// Who holds the place.
        holder: usize,
    },
    /// More places are held than the quota has.
    #[error("quota {0} has fewer places")]
    Quota(usize),
    /// The hands do not meet a demand that the plan claims to meet.
    #[error("demand {0} is not met")]
    Unmet(usize),
    /// A demand is listed as unmet although the hands meet it or a purchase would.
    #[error("demand {0} is listed as unmet without need")]
    NeedlesslyUnmet(usize),
    /// A price is negative, or charges for an unmet demand.
    #[error("the prices hold an amount that they may not")]
    Amount,
    /// A unit or place contributes more at a holder than it is worth.
    #[error("the prices are undercut at holder {0}")]
    Undercut(usize),
    /// The bound is not what the prices add up to, or exceeds the cost.
    #[error("the bound {claimed} does not follow")]
    Bounded {
        /// The bound that the plan states.
        claimed: i128,
    },
}

/// Verifies that `plan` is a plan for `model` and that its bound follows from its proof.
///
/// # Errors
/// The first [`Flaw`] found.
pub fn check(model: &Model, plan: &Plan) -> Result<(), Flaw> {
    purchases(model, plan)?;
    heads(model, plan)?;
    for hand in &plan.hands {
        grants(model, hand)?;
    }
    supplies(model, plan)?;
    moves(model, plan)?;
    demands(model, plan)?;
    bound(model, plan)
}

fn purchases(model: &Model, plan: &Plan) -> Result<(), Flaw> {
    if plan.bought.len() != model.kinds.len() {
        return Err(Flaw::Shape("units bought are not listed per kind"));
    }
    let mut actual = 0_i128;
    for (index, (kind, &units)) in model.kinds.iter().zip(&plan.bought).enumerate() {
        if units == 0 {
            continue;
        }
        let price = kind.price.ok_or(Flaw::NotForSale(index))?;
        if units % kind.pack.max(1) != 0 {
            return Err(Flaw::Pack(index));
        }
        actual = add(actual, times(price, units)?)?;
    }
    if actual != plan.cost {
        return Err(Flaw::Cost { claimed: plan.cost, actual });
    }
    Ok(())
}

fn heads(model: &Model, plan: &Plan) -> Result<(), Flaw> {
    let mut handed = vec![0_u64; model.holders.len()];
    for hand in &plan.hands {
        let sum = handed.get_mut(hand.holder).ok_or(Flaw::Shape("a hand has no holder"))?;
        *sum = sum.checked_add(hand.heads).ok_or(Flaw::Overflow)?;
    }
    for (holder, (known, sum)) in model.holders.iter().zip(handed).enumerate() {
        match known.heads {
            Heads::Count(count) if sum > count => return Err(Flaw::Heads(holder)),
            Heads::Count(_) | Heads::Many => {}
        }
    }
    Ok(())
}

fn grants(model: &Model, hand: &Hand) -> Result<(), Flaw> {
    let holder = hand.holder;
    let metric = model.holders.get(holder).map(|known| known.metric);
    let same = |unit: Metric| {
        if metric == Some(unit) { Ok(()) } else { Err(Flaw::Metric(holder)) }
    };
    for grant in &hand.grants {
        match *grant {
            Grant::Bought { kind, .. } => {
                same(model.kinds.get(kind).ok_or(Flaw::Shape("no such kind"))?.metric)?;
            }
            Grant::Owned { stock, .. } => {
                let line = model.stock.get(stock).ok_or(Flaw::Shape("no such stock"))?;
                same(line.metric)?;
                if line.bound.is_some_and(|from| from != holder && model.movable(from, holder) == 0) {
                    return Err(Flaw::Bound { stock, holder });
                }
            }
            Grant::Place { quota } => {
                let known = model.quotas.get(quota).ok_or(Flaw::Shape("no such quota"))?;
                if !known.candidates.iter().any(|candidate| candidate.holder == holder) {
                    return Err(Flaw::NoCandidate { quota, holder });
                }
            }
        }
    }
    Ok(())
}

fn supplies(model: &Model, plan: &Plan) -> Result<(), Flaw> {
    let mut bought = vec![0_u64; model.kinds.len()];
    let mut owned = vec![0_u64; model.stock.len()];
    let mut places = vec![0_u64; model.quotas.len()];
    for hand in &plan.hands {
        for grant in &hand.grants {
            let (sum, units) = match *grant {
                Grant::Bought { kind, units } => (bought.get_mut(kind), units),
                Grant::Owned { stock, units } => (owned.get_mut(stock), units),
                Grant::Place { quota } => (places.get_mut(quota), 1),
            };
            let sum = sum.ok_or(Flaw::Shape("a grant leads nowhere"))?;
            let all = units.checked_mul(hand.heads).ok_or(Flaw::Overflow)?;
            *sum = sum.checked_add(all).ok_or(Flaw::Overflow)?;
        }
    }
    let short = |(dealt, had): (&u64, u64)| *dealt > had;
    if let Some(kind) = bought.iter().zip(plan.bought.iter().copied()).position(short) {
        return Err(Flaw::Undersupplied(kind));
    }
    if let Some(stock) = owned.iter().zip(model.stock.iter().map(|line| line.quantity)).position(short) {
        return Err(Flaw::Overdrawn(stock));
    }
    if let Some(quota) = places.iter().zip(model.quotas.iter().map(|known| known.limit)).position(short) {
        return Err(Flaw::Quota(quota));
    }
    Ok(())
}

fn moves(model: &Model, plan: &Plan) -> Result<(), Flaw> {
    let mut moved: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for hand in &plan.hands {
        let from = |grant: &Grant| match grant {
            Grant::Owned { stock, .. } => model.stock.get(*stock).and_then(|line| line.bound),
            Grant::Bought { .. } | Grant::Place { .. } => None,
        };
        let origins: BTreeSet<usize> = hand.grants.iter().filter_map(from).collect();
        for from in origins.into_iter().filter(|&from| from != hand.holder) {
            let sum = moved.entry((from, hand.holder)).or_default();
            *sum = sum.checked_add(hand.heads).ok_or(Flaw::Overflow)?;
        }
    }
    for ((from, to), sum) in moved {
        if sum > model.movable(from, to) {
            return Err(Flaw::Moved { from, to });
        }
    }
    Ok(())
}

fn demands(model: &Model, plan: &Plan) -> Result<(), Flaw> {
    let unmet: BTreeSet<usize> = plan.unmet.iter().copied().collect();
    if unmet.last().is_some_and(|&demand| demand >= model.demands.len()) {
        return Err(Flaw::Shape("an unmet demand is none of the model"));
    }
    let hands = Hands::of(model, plan);
    for (index, demand) in model.demands.iter().enumerate() {
        let met = demand.sides().any(|holder| meets(model, holder, hands.of_holder(holder), index));
        match unmet.contains(&index) {
            false if !met => return Err(Flaw::Unmet(index)),
            true if met || model.is_purchasable(index) => return Err(Flaw::NeedlesslyUnmet(index)),
            false | true => {}
        }
    }
    Ok(())
}

/// The hands of a plan, by holder.
#[derive(Debug)]
pub struct Hands<'p> {
    sorted: Vec<&'p Hand>,
    /// Where those of each holder end.
    ends: Vec<usize>,
}

impl<'p> Hands<'p> {
    /// Those of a plan for a model.
    #[must_use]
    pub fn of(model: &Model, plan: &'p Plan) -> Hands<'p> {
        let mut sorted: Vec<&Hand> = plan.hands.iter().collect();
        sorted.sort_by_key(|hand| hand.holder);
        let mut ends = vec![0; model.holders.len()];
        for hand in &sorted {
            ends.get_mut(hand.holder).into_iter().for_each(|hands| *hands += 1);
        }
        let mut end = 0;
        for hands in &mut ends {
            end += *hands;
            *hands = end;
        }
        Hands { sorted, ends }
    }

    /// Those of a holder.
    #[must_use]
    pub fn of_holder(&self, holder: usize) -> &[&'p Hand] {
        let start = holder.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(holder).and_then(|&end| self.sorted.get(start..end)).unwrap_or(&[])
    }
}

/// Whether every head of the holder has the demand met by these hands of his.
#[must_use]
pub fn meets(model: &Model, holder: usize, hands: &[&Hand], demand: usize) -> bool {
    let Some(Heads::Count(count)) = model.holders.get(holder).map(|known| known.heads) else {
        return false;
    };
    let meeting = hands.iter().filter(|hand| head_meets(model, holder, &hand.grants, demand));
    meeting.fold(0_u64, |sum, hand| sum.saturating_add(hand.heads)) >= count
}

/// Whether one head of the holder that holds these grants has the demand met.
#[must_use]
pub fn head_meets(model: &Model, holder: usize, grants: &[Grant], demand: usize) -> bool {
    let placed = |grant: &Grant| match *grant {
        Grant::Place { quota } => model.is_lifted(demand, quota, holder),
        Grant::Bought { .. } | Grant::Owned { .. } => false,
    };
    let covering = || grants.iter().filter_map(|grant| covering(model, holder, grant, demand));
    // Units of one licence are counted together: some of these must reach the largest need among them.
    let enough = |(licence, largest, _): (usize, u64, u64)| {
        let counted = covering().filter(|&(other, need, _)| other == licence && need <= largest);
        counted.fold(0_u64, |sum, (_, _, held)| sum.saturating_add(held)) >= largest
    };
    covering().any(enough) || grants.iter().any(placed)
}

/// The licence of a grant that covers the demand, how many units of it the holder needs, and how many are held.
fn covering(model: &Model, holder: usize, grant: &Grant, demand: usize) -> Option<(usize, u64, u64)> {
    let (licence, cover, held) = match *grant {
        Grant::Bought { kind, units } => (model.kinds[kind].licence, &model.kinds[kind].cover, units),
        Grant::Owned { stock, units } => (model.stock[stock].licence, &model.stock[stock].cover, units),
        Grant::Place { .. } => return None,
    };
    let need = cover.needs.get(&holder).copied().unwrap_or(1).max(1);
    model.is_covered(demand, cover).then_some((licence, need, held))
}

fn bound(model: &Model, plan: &Plan) -> Result<(), Flaw> {
    let claimed = plan.bound;
    let follows = match &plan.proof {
        Proof::Search => claimed <= plan.cost,
        Proof::Cut(prices) | Proof::Dual(prices) => {
            amounts(model, plan, prices)?;
            contributions(model, prices)?;
            claimed <= plan.cost && claimed == total(model, prices)?
        }
    };
    if follows { Ok(()) } else { Err(Flaw::Bounded { claimed }) }
}

/// No amount is negative, and none is charged for a demand that nobody meets or that is met for
/// nothing.
fn amounts(model: &Model, plan: &Plan, prices: &Prices) -> Result<(), Flaw> {
    let ascends = prices.demands.is_sorted_by(|earlier, later| earlier.0 < later.0);
    let known = prices.demands.last().is_none_or(|&(demand, _)| demand < model.demands.len());
    let lengths = (prices.stock.len(), prices.quotas.len());
    if !ascends || !known || lengths != (model.stock.len(), model.quotas.len()) {
        return Err(Flaw::Shape("the prices do not list demands in order, and every stock line and quota"));
    }
    let amounts = prices.demands.iter().map(|(_, amount)| amount);
    let mut all = amounts.chain(&prices.stock).chain(&prices.quotas);
    let none = |holder: usize| model.holders[holder].heads == Heads::Count(0);
    let unmet: BTreeSet<usize> = plan.unmet.iter().copied().collect();
    let is_free = |demand: usize| unmet.contains(&demand) || model.demands[demand].sides().any(none);
    let charged = prices.demands.iter().any(|&(demand, amount)| amount != 0 && is_free(demand));
    if prices.denominator <= 0 || charged || all.any(|&amount| amount < 0) {
        return Err(Flaw::Amount);
    }
    Ok(())
}

/// What one source contributes at one holder: the amounts of the demands that it covers there. It
/// may not exceed what a holder in full takes of it, at its price. A version that needs more units
/// counts for less, so a mix of versions contributes no more than its units are worth.
fn contributions(model: &Model, prices: &Prices) -> Result<(), Flaw> {
    for (covered, units) in units(model, prices)? {
        let charged = charged(model, prices, covered)?;
        let fits = |&(holder, sum): &(usize, i128), cover: &Cover, worth: i128| {
            fits(model, holder, sum, times(worth, cover.need(holder))?)
        };
        for (cover, worth) in units.free.into_values() {
            charged.iter().try_for_each(|own| fits(own, cover, worth))?;
        }
        for (cover, worth, from) in units.bound {
            let at = |holder| charged.binary_search_by_key(&holder, |own| own.0).map(|place| &charged[place]);
            let mut own = users(model, from).into_iter().filter_map(|holder| at(holder).ok());
            own.try_for_each(|own| fits(own, cover, worth))?;
        }
    }
    for (quota, &worth) in model.quotas.iter().zip(&prices.quotas).filter(|(quota, _)| quota.limit > 0) {
        let mut listed: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for candidate in &quota.candidates {
            listed.entry(candidate.holder).or_default().extend(&candidate.demands);
        }
        for (holder, demands) in listed {
            let metric = model.holders[holder].metric;
            let own = demands.into_iter().filter(|&demand| model.demands[demand].side(metric) == Some(holder));
            let place = |demand| prices.demands.binary_search_by_key(&demand, |&(own, _)| own);
            let mut amounts = own.filter_map(|demand| place(demand).ok()).map(|place| prices.demands[place].1);
            let sum = amounts.try_fold(0, add)?;
            fits(model, holder, sum, worth)?;
        }
    }
    Ok(())
}

/// Units for sale or owned that cover the same demands, and what one of them is worth at most.
#[derive(Default)]
struct Units<'m> {
    /// Those that go anywhere: of as many as each holder needs alike, the worth of the cheapest.
    free: BTreeMap<&'m BTreeMap<usize, u64>, (&'m Cover, i128)>,
    /// Those that are bound, with the holder.
    bound: Vec<(&'m Cover, i128, usize)>,
}

impl<'m> Units<'m> {
    fn add(&mut self, cover: &'m Cover, worth: i128, holder: Option<usize>) {
        match holder {
            Some(holder) => self.bound.push((cover, worth, holder)),
            None => {
                let (_, least) = self.free.entry(&cover.needs).or_insert((cover, worth));
                *least = worth.min(*least);
            }
        }
    }
}

/// Units of a metric, by the natures of the demands that they cover.
type Covered<'m> = (Metric, &'m BTreeSet<usize>);

/// All units, those together that cover the same demands. Of a line of stock of which there is nothing, nobody has anything.
fn units<'m>(model: &'m Model, prices: &Prices) -> Result<BTreeMap<Covered<'m>, Units<'m>>, Flaw> {
    let mut units: BTreeMap<Covered<'m>, Units<'m>> = BTreeMap::new();
    for kind in &model.kinds {
        let Some(price) = kind.price else { continue };
        let worth = price.checked_mul(prices.denominator).ok_or(Flaw::Overflow)?;
        units.entry((kind.metric, &kind.cover.natures)).or_default().add(&kind.cover, worth, None);
    }
    for (line, &worth) in model.stock.iter().zip(&prices.stock).filter(|(line, _)| line.quantity > 0) {
        units.entry((line.metric, &line.cover.natures)).or_default().add(&line.cover, worth, line.bound);
    }
    Ok(units)
}

/// What is charged at each holder for demands that such units cover there; holders by whom it is nothing left out.
fn charged(model: &Model, prices: &Prices, (metric, natures): Covered<'_>) -> Result<Vec<(usize, i128)>, Flaw> {
    let mut sums = vec![0_i128; model.holders.len()];
    let demands = prices.demands.iter().map(|&(demand, amount)| (&model.demands[demand], amount));
    for (demand, amount) in demands.filter(|(demand, _)| natures.contains(&demand.nature())) {
        if let Some(sum) = demand.side(metric).and_then(|holder| sums.get_mut(holder)) {
            *sum = add(*sum, amount)?;
        }
    }
    Ok(sums.into_iter().enumerate().filter(|(_, sum)| *sum != 0).collect())
}

/// Who may use units that are bound to a holder.
fn users(model: &Model, from: usize) -> BTreeSet<usize> {
    model.substitutes(from).chain([from]).collect()
}

/// Whether `sum` is at most `worth` for every head of the holder. An uncountable holder is never
/// met, so nothing can contribute there; one without heads has its demands met for nothing.
fn fits(model: &Model, holder: usize, sum: i128, worth: i128) -> Result<(), Flaw> {
    match model.holders[holder].heads {
        Heads::Many => Ok(()),
        Heads::Count(heads) if sum <= times(worth, heads)? => Ok(()),
        Heads::Count(_) => Err(Flaw::Undercut(holder)),
    }
}

/// What every cost is a multiple of: what the prices of all packs have in common.
///
/// # Errors
/// The price of a pack past counting.
pub fn step(model: &Model) -> Result<i128, Flaw> {
    let mut common = 0_i128;
    for kind in &model.kinds {
        if let Some(price) = kind.price {
            common = divisor(common, times(price, kind.pack.max(1))?);
        }
    }
    Ok(common.max(1))
}

/// What the prices add up to, rounded up to money that purchases can cost.
fn total(model: &Model, prices: &Prices) -> Result<i128, Flaw> {
    let mut sum = 0_i128;
    for &(_, amount) in &prices.demands {
        sum = add(sum, amount)?;
    }
    for (line, &worth) in model.stock.iter().zip(&prices.stock) {
        sum = add(sum, -times(worth, line.quantity)?)?;
    }
    for (quota, &worth) in model.quotas.iter().zip(&prices.quotas) {
        sum = add(sum, -times(worth, quota.limit)?)?;
    }
    let money = step(model)?;
    let step = prices.denominator.checked_mul(money).ok_or(Flaw::Overflow)?;
    let steps = sum.div_euclid(step) + i128::from(sum.rem_euclid(step) != 0);
    steps.checked_mul(money).ok_or(Flaw::Overflow)
}

fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { divisor(b, a % b) }
}

fn add(a: i128, b: i128) -> Result<i128, Flaw> {
    a.checked_add(b).ok_or(Flaw::Overflow)
}

fn times(amount: i128, count: u64) -> Result<i128, Flaw> {
    amount.checked_mul(i128::from(count)).ok_or(Flaw::Overflow)
}
