//! The general case: an integer program over what heads hold, searched with exact linear bounds.
//!
//! For each group there is the share of its heads that hold each pattern, and for each facet whether
//! the group meets it in full; an ask needs one facet met. Shares times heads must be whole numbers.
//! The search branches on what is not, depth first, and leaves a node once its bound, compared level
//! by level and rounded up to what whole plans can weigh, is no better than the best plan known.

use std::collections::{BTreeMap, BTreeSet};

use super::deal::{Deal, Share};
use super::effort::Effort;
use super::market::{Market, Weight, add, scaled};
use super::patterns::{Pattern, met, patterns};
use super::ratio::Ratio;
use super::simplex::{End, Program};
use crate::position::reduce::Source;

/// What a search found.
#[derive(Debug)]
pub struct Outcome {
    /// The best plan known.
    pub best: Option<(Weight, Deal)>,
    /// No plan that meets the same demands costs less money.
    pub bound: i128,
    /// Whether the search came to its end, so that the best plan is one.
    pub complete: bool,
}

/// Finds the lightest plan for a component, if there is a lighter one than `known`.
#[must_use]
pub fn search(market: &Market, known: Option<Weight>, effort: &mut Effort) -> Outcome {
    let mut problem = Problem::new(market);
    let Some(root) = problem.program() else {
        return Outcome { best: None, bound: 0, complete: false };
    };
    effort.work(root.size() as u64);
    let (mut best, mut least) = (None, known);
    let mut open = vec![(0, root)];
    let mut bound = None;
    while let Some((known, mut node)) = open.pop() {
        if !effort.node() || open.len() * node.size() > KEPT {
            bound = Some(open.iter().map(|(bound, _)| *bound).fold(known, i128::min));
            break;
        }
        match problem.visit(&mut node, least.as_deref(), effort) {
            Visit::Closed => {}
            Visit::Better(weight, deal) => {
                least = Some(weight.clone());
                best = Some((weight, deal));
            }
            Visit::Branch(first, second) => {
                let money = problem.rounded_money(&node).max(known);
                open.extend([second, first].into_iter().flatten().map(|program| (money, program)));
            }
            Visit::Stopped => {
                let money = problem.rounded_money(&node).max(known);
                bound = Some(open.iter().map(|(bound, _)| *bound).fold(money, i128::min));
                break;
            }
        }
    }
    let money = market.scale.money();
    let cost = best.as_ref().map(|(weight, _): &(Weight, Deal)| weight[money]);
    let complete = bound.is_none() && problem.all_patterns;
    let bound = match (bound, cost) {
        _ if !problem.all_patterns => 0,
        (None, cost) => cost.unwrap_or(0),
        // What stays unmet might be another demand, and then the money is no bound for this one.
        (Some(_), _) if money > 0 => 0,
        (Some(bound), cost) => cost.map_or(bound, |cost| cost.min(bound)),
    };
    Outcome { best, bound, complete }
}

/// No more terms than this are kept for open nodes at once; a search that would need more ends.
const KEPT: usize = 4_000_000;

enum Visit {
    /// Nothing better below this node.
    Closed,
    /// Its least weight is a plan, the best so far.
    Better(Weight, Deal),
    /// Two nodes take its place, the more promising one first.
    Branch(Option<Program>, Option<Program>),
    /// The effort ended.
    Stopped,
}

/// What a variable stands for, in the order in which the search branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    /// A contested ask stays unmet.
    Unmet(usize),
    /// A group meets a facet.
    Meets(usize, usize),
    /// All heads of a group hold its only pattern, or none does.
    Whole(usize),
    /// Packs of a kind.
    Packs(usize),
    /// The share of a group's heads that hold one of its patterns.
    Pattern(usize, usize),
    /// Units that a group draws from a source for an offer, per head.
    Draw(usize, usize, Source),
}

struct Problem<'a> {
    market: &'a Market<'a>,
    patterns: Vec<Vec<Pattern>>,
    all_patterns: bool,
    required: Vec<BTreeSet<usize>>,
    variables: Vec<(Meaning, Weight)>,
    index: BTreeMap<Meaning, usize>,
}

impl<'a> Problem<'a> {
    fn new(market: &'a Market<'a>) -> Problem<'a> {
        let required = required(market);
        let mut problem = Problem {
            market,
            patterns: Vec::new(),
            all_patterns: true,
            required,
            variables: Vec::new(),
            index: BTreeMap::new(),
        };
        for (group, offers) in market.offers.iter().enumerate() {
            let (patterns, all) = patterns(offers, &problem.required[group]);
            problem.patterns.push(patterns);
            problem.all_patterns &= all;
        }
        problem.declare();
        problem
    }

    /// Names the variables and says what each weighs.
    fn declare(&mut self) {
        let scale = self.market.scale;
        let mut all: Vec<(Meaning, Weight)> = Vec::new();
        for (index, ask) in self.market.component.asks.iter().enumerate() {
            if ask.contested {
                all.push((Meaning::Unmet(index), scale.unmet(index)));
            }
            let parted = ask.sides().filter(|(group, _)| self.patterns[*group].len() > 1);
            let optional = parted.filter(|(group, facet)| !self.required[*group].contains(facet));
            all.extend(optional.map(|(group, facet)| (Meaning::Meets(group, facet), scale.zero())));
        }
        for (group, offers) in self.market.offers.iter().enumerate() {
            let heads = self.market.component.groups[group].heads;
            for (pattern, held) in self.patterns[group].iter().enumerate() {
                let mut weight = scale.zero();
                for &(offer, units) in &held.units {
                    if let [source] = offers[offer].sources[..] {
                        add(&mut weight, &scaled(&scaled(&scale.unit(source), units), heads));
                    }
                }
                all.push((self.holding(group, pattern), weight));
            }
            for (index, offer) in offers.iter().enumerate() {
                for &source in &offer.sources {
                    if let Source::Kind(kind) = source
                        && scale.packed(kind)
                    {
                        all.push((Meaning::Packs(kind), scale.purchase(kind, scale.pack(kind))));
                    }
                    if offer.sources.len() > 1 {
                        all.push((Meaning::Draw(group, index, source), scaled(&scale.unit(source), heads)));
                    }
                }
            }
        }
        all.sort();
        all.dedup();
        self.index = all.iter().enumerate().map(|(index, (meaning, _))| (*meaning, index)).collect();
        self.variables = all;
    }

    /// The variable for the heads that hold a pattern.
    fn holding(&self, group: usize, pattern: usize) -> Meaning {
        if self.patterns[group].len() == 1 { Meaning::Whole(group) } else { Meaning::Pattern(group, pattern) }
    }

    /// The variable for a group meeting a facet that is not required; none if it cannot.
    fn meeting(&self, group: usize, facet: usize) -> Option<Meaning> {
        match &self.patterns[group][..] {
            [] => None,
            [only] => only.facets.contains(&facet).then_some(Meaning::Whole(group)),
            _ => Some(Meaning::Meets(group, facet)),
        }
    }

    /// The linear program of the root.
    fn program(&mut self) -> Option<Program> {
        let costs: Vec<Weight> = self.variables.iter().map(|(_, weight)| weight.clone()).collect();
        let mut program = Program::new(self.market.scale.levels(), &costs);
        self.ask_rows(&mut program)?;
        for group in 0..self.patterns.len() {
            self.group_rows(&mut program, group)?;
        }
        self.supply_rows(&mut program)?;
        Some(program)
    }

    fn ask_rows(&self, program: &mut Program) -> Option<()> {
        for (index, ask) in self.market.component.asks.iter().enumerate() {
            if ask.sides().any(|(group, facet)| self.required[group].contains(&facet)) {
                continue;
            }
            let mut meanings: Vec<Meaning> =
                ask.sides().filter_map(|(group, facet)| self.meeting(group, facet)).collect();
            meanings.extend(ask.contested.then_some(Meaning::Unmet(index)));
            let terms: Vec<_> = meanings.iter().map(|meaning| (self.index[meaning], Ratio::whole(-1))).collect();
            program.add(&terms, Ratio::whole(-1))?;
        }
        Some(())
    }

    fn group_rows(&self, program: &mut Program, group: usize) -> Option<()> {
        let all = |factor: i128, wanted: &dyn Fn(&Pattern) -> bool| -> Vec<(usize, Ratio)> {
            let patterns = self.patterns[group].iter().enumerate().filter(|(_, pattern)| wanted(pattern));
            let variable = |pattern| self.index[&self.holding(group, pattern)];
            patterns.map(|(pattern, _)| (variable(pattern), Ratio::whole(factor))).collect()
        };
        // Holding an only pattern twice would be in vain, so that this needs no row.
        if self.patterns[group].len() > 1 {
            program.add(&all(1, &|_| true), Ratio::ONE)?;
        }
        if !self.required[group].is_empty() {
            program.add(&all(-1, &|_| true), Ratio::whole(-1))?;
        }
        for facet in 0..self.market.component.groups[group].facets {
            if let Some(&meets) = self.index.get(&Meaning::Meets(group, facet)) {
                let mut terms = all(-1, &|pattern| pattern.facets.contains(&facet));
                terms.push((meets, Ratio::ONE));
                program.add(&terms, Ratio::ZERO)?;
            }
        }
        for (index, offer) in self.market.offers[group].iter().enumerate() {
            if offer.sources.len() > 1 {
                let mut terms = self.uses(group, index, Ratio::ONE)?;
                let draw = |&source| self.index[&Meaning::Draw(group, index, source)];
                terms.extend(offer.sources.iter().map(draw).map(|draw| (draw, Ratio::whole(-1))));
                program.add(&terms, Ratio::ZERO)?;
            }
        }
        Some(())
    }

    /// The units of an offer that the patterns of a group hold, times a factor.
    fn uses(&self, group: usize, offer: usize, factor: Ratio) -> Option<Vec<(usize, Ratio)>> {
        let mut terms = Vec::new();
        for (pattern, held) in self.patterns[group].iter().enumerate() {
            for (_, units) in held.units.iter().filter(|(known, _)| *known == offer) {
                let units = Ratio::whole(i128::from(*units)).times(factor)?;
                terms.push((self.index[&self.holding(group, pattern)], units));
            }
        }
        Some(terms)
    }

    /// What is drawn from pools, quotas and packs, and by heads that stand in for others.
    fn supply_rows(&self, program: &mut Program) -> Option<()> {
        let component = self.market.component;
        let mut drawn: BTreeMap<Source, Vec<(usize, Ratio)>> = BTreeMap::new();
        let mut moved: BTreeMap<(usize, usize), Vec<(usize, Ratio)>> = BTreeMap::new();
        for (group, offers) in self.market.offers.iter().enumerate() {
            let heads = Ratio::whole(i128::from(component.groups[group].heads));
            for (index, offer) in offers.iter().enumerate() {
                for &source in &offer.sources {
                    let terms = match self.index.get(&Meaning::Draw(group, index, source)) {
                        Some(&draw) => vec![(draw, heads)],
                        None => self.uses(group, index, heads)?,
                    };
                    drawn.entry(source).or_default().extend(terms);
                }
            }
            let to = component.groups[group].members[0].0;
            for &(from, _) in component.moves.keys().filter(|(_, known)| *known == to) {
                let standing = |held: &Pattern| held.units.iter().any(|unit| offers[unit.0].moved == Some(from));
                let patterns = self.patterns[group].iter().enumerate().filter(|(_, held)| standing(held));
                let terms = patterns.map(|(pattern, _)| (self.index[&self.holding(group, pattern)], heads));
                moved.entry((from, to)).or_default().extend(terms);
            }
        }
        for (pair, terms) in moved {
            program.add(&terms, Ratio::whole(i128::from(component.moves[&pair])))?;
        }
        for (source, mut terms) in drawn {
            if let Some(&limit) = component.limits.get(&source) {
                program.add(&terms, Ratio::whole(i128::from(limit)))?;
            }
            if let Source::Kind(kind) = source
                && let Some(&packs) = self.index.get(&Meaning::Packs(kind))
            {
                let pack = self.market.scale.pack(kind);
                terms.push((packs, Ratio::whole(-i128::from(pack))));
                program.add(&terms, Ratio::ZERO)?;
            }
        }
        Some(())
    }

    fn visit(&self, node: &mut Program, least: Option<&[i128]>, effort: &mut Effort) -> Visit {
        loop {
            match node.solve(effort) {
                End::Infeasible => return Visit::Closed,
                End::Exhausted => return Visit::Stopped,
                End::Optimal => {}
            }
            match self.compare(&node.values(), least) {
                Promise::None => return Visit::Closed,
                Promise::Some => break,
                // Only plans as heavy as the best one up to here are of interest, so that the next
                // level may be rounded up.
                Promise::Rounded(level, least) => {
                    if node.at_least(level, Ratio::whole(least)).is_none() {
                        return Visit::Stopped;
                    }
                }
            }
        }
        match self.fraction(node) {
            Some((variable, heads)) => Self::branch(node, variable, heads),
            None => match self.read(node) {
                Some((weight, deal)) => Visit::Better(weight, deal),
                None => Visit::Stopped,
            },
        }
    }

    /// What the least weight of a node promises against the best known.
    fn compare(&self, values: &[Ratio], best: Option<&[i128]>) -> Promise {
        let Some(best) = best else {
            return Promise::Some;
        };
        for (level, (&value, &best)) in values.iter().zip(best).enumerate() {
            let least = self.rounded(level, value);
            if least > best {
                return Promise::None;
            }
            if least < best {
                return Promise::Some;
            }
            if value.as_whole() != Some(least) {
                return Promise::Rounded(level, least);
            }
        }
        Promise::None
    }

    /// A value rounded up to what whole plans can weigh on a level.
    fn rounded(&self, level: usize, value: Ratio) -> i128 {
        self.market.scale.least(level, -value.negated().floor())
    }

    fn rounded_money(&self, node: &Program) -> i128 {
        let level = self.market.scale.money();
        self.rounded(level, node.values()[level])
    }

    /// The first variable that is not whole, and the heads that its value is a share of.
    fn fraction(&self, node: &Program) -> Option<(usize, i128)> {
        let mut all = self.variables.iter().enumerate().map(|(variable, (meaning, _))| {
            let heads = match *meaning {
                Meaning::Unmet(_) | Meaning::Meets(..) | Meaning::Whole(_) | Meaning::Packs(_) => 1,
                Meaning::Pattern(group, _) | Meaning::Draw(group, ..) => self.heads(group),
            };
            (variable, heads)
        });
        all.find(|&(variable, heads)| whole(node.value(variable), heads).is_none())
    }

    fn heads(&self, group: usize) -> i128 {
        i128::from(self.market.component.groups[group].heads)
    }

    fn branch(node: &Program, variable: usize, heads: i128) -> Visit {
        let value = node.value(variable);
        let all = value.times(Ratio::whole(heads)).map(Ratio::floor);
        let side = |factor: i128, limit: Option<Ratio>| {
            let mut child = node.clone();
            child.add(&[(variable, Ratio::whole(factor))], limit?)?;
            Some(child)
        };
        let Some(floor) = all else {
            return Visit::Stopped;
        };
        let below = side(1, Ratio::new(floor, heads));
        let above = side(-1, Ratio::new(-floor - 1, heads));
        if below.is_none() || above.is_none() {
            return Visit::Stopped;
        }
        Visit::Branch(above, below)
    }

    /// The plan that whole values describe.
    fn read(&self, node: &Program) -> Option<(Weight, Deal)> {
        let mut deal = Deal::default();
        deal.shares.resize_with(self.patterns.len(), Share::default);
        let mut weight = self.market.scale.zero();
        for (level, value) in node.values().into_iter().enumerate() {
            weight[level] = value.as_whole()?;
        }
        for (variable, (meaning, _)) in self.variables.iter().enumerate() {
            let value = node.value(variable);
            match *meaning {
                Meaning::Unmet(ask) if !value.is_zero() => deal.unmet.push(ask),
                Meaning::Whole(group) if !value.is_zero() => {
                    self.settle(&mut deal.shares[group], group, 0, self.market.component.groups[group].heads);
                }
                Meaning::Pattern(group, pattern) if !value.is_zero() => {
                    let heads = u64::try_from(whole(value, self.heads(group))?).ok()?;
                    self.settle(&mut deal.shares[group], group, pattern, heads);
                }
                Meaning::Draw(group, offer, source) if !value.is_zero() => {
                    let units = u64::try_from(whole(value, self.heads(group))?).ok()?;
                    deal.shares[group].draw(offer, source, units);
                }
                Meaning::Unmet(_)
                | Meaning::Meets(..)
                | Meaning::Whole(_)
                | Meaning::Packs(_)
                | Meaning::Pattern(..)
                | Meaning::Draw(..) => {}
            }
        }
        // A plan found on the way may meet more than it counts on.
        let shares = &deal.shares;
        deal.unmet.retain(|&ask| !self.serves(shares, ask));
        Some((weight, deal))
    }

    /// Whether what is dealt meets an ask.
    fn serves(&self, shares: &[Share], ask: usize) -> bool {
        let component = self.market.component;
        component.asks.at(ask).sides().any(|(group, facet)| {
            let offers = &self.market.offers[group];
            let meeting = shares[group].heads.iter().filter(|(units, _)| met(offers, units).contains(&facet));
            meeting.map(|(_, heads)| heads).sum::<u64>() >= component.groups[group].heads
        })
    }

    /// Deals a pattern to heads, and draws what comes from an offer with one source only.
    fn settle(&self, share: &mut Share, group: usize, pattern: usize, heads: u64) {
        let held = &self.patterns[group][pattern].units;
        share.heads.push((held.iter().copied().collect(), heads));
        for &(offer, units) in held {
            if let [source] = self.market.offers[group][offer].sources[..] {
                share.draw(offer, source, units * heads);
            }
        }
    }
}

enum Promise {
    /// Nothing better.
    None,
    /// Something better, perhaps.
    Some,
    /// Nothing lighter than this on a level, but perhaps on the next.
    Rounded(usize, i128),
}

/// The facets that a group must meet, since an ask has no other side.
fn required(market: &Market) -> Vec<BTreeSet<usize>> {
    let served =
        |&(group, facet): &(usize, usize)| market.offers[group].iter().any(|offer| offer.facets.contains(&facet));
    let mut required = vec![BTreeSet::new(); market.offers.len()];
    for ask in market.component.asks.iter().filter(|ask| !ask.contested) {
        let mut sides = ask.sides().filter(served);
        if let (Some((group, facet)), None) = (sides.next(), sides.next()) {
            required[group].insert(facet);
        }
    }
    required
}

fn whole(value: Ratio, heads: i128) -> Option<i128> {
    value.times(Ratio::whole(heads))?.as_whole()
}
