//! The general case: a program in whole numbers over what heads hold.
//!
//! For each group there is the number of heads that hold each pattern, and for each facet whether the group meets it in full;
//! an ask needs one facet met. Units of the same sources are interchangeable, so that what is drawn is counted for all offers
//! that leave the same choice of sources, and dealt to heads afterwards.

use std::collections::{BTreeMap, BTreeSet};

use super::deal::{Deal, Share};
use super::market::{Market, Weight, add, scaled};
use super::patterns::{Pattern, met, patterns};
use crate::position::reduce::{Offer, Source};

/// A variable: a whole number, not negative.
#[derive(Debug)]
pub struct Variable {
    /// What one of it weighs.
    pub weight: Weight,
    /// The most there can be of it in a plan that draws nothing in vain.
    pub most: u64,
    meaning: Meaning,
}

/// Terms, by variable and factor, that add up to no more than a limit.
#[derive(Debug)]
pub struct Row {
    /// The terms.
    pub terms: Terms,
    /// The limit.
    pub limit: i128,
}

/// Variables and their factors.
pub type Terms = Vec<(usize, i128)>;

/// What a variable stands for, in the order in which a search branches.
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
    /// The heads of a group that hold one of its patterns.
    Pattern(usize, usize),
    /// Units drawn from a source for all offers that leave this choice of sources.
    Draw(usize, Source),
}

/// A component's program.
#[derive(Debug)]
pub struct Formulation<'a> {
    market: &'a Market<'a>,
    patterns: Vec<Vec<Pattern>>,
    all_patterns: bool,
    required: Vec<BTreeSet<usize>>,
    /// The choices that offers with more than one source leave, ascending.
    choices: Vec<Vec<Source>>,
    variables: Vec<Variable>,
    index: BTreeMap<Meaning, usize>,
}

impl<'a> Formulation<'a> {
    /// The program of a component, as a search sees it.
    #[must_use]
    pub fn of(market: &'a Market<'a>) -> Formulation<'a> {
        let required = required(market);
        let offers = market.offers.iter().flat_map(|offers| offers.iter());
        let choices: BTreeSet<&Vec<Source>> =
            offers.map(|offer| &offer.sources).filter(|sources| sources.len() > 1).collect();
        let choices = choices.into_iter().cloned().collect();
        let found = market.offers.iter().zip(&required).map(|(offers, required)| patterns(offers, required));
        let (patterns, all): (Vec<_>, Vec<bool>) = found.unzip();
        let all_patterns = all.into_iter().all(|all| all);
        let (variables, index) = (Vec::new(), BTreeMap::new());
        let mut formulation = Formulation { market, patterns, all_patterns, required, choices, variables, index };
        formulation.declare();
        formulation
    }

    /// Whether no pattern is left out, so that the best solution is a best plan.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.all_patterns
    }

    /// What there is to decide.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// Where a variable stands among those to branch on, the ones on which most others depend first, and for how many heads.
    #[must_use]
    pub fn rank(&self, variable: usize) -> (usize, u64) {
        match self.variables[variable].meaning {
            Meaning::Unmet(_) => (0, 1),
            Meaning::Meets(group, _) | Meaning::Whole(group) => (1, self.heads(group)),
            Meaning::Packs(_) => (2, 1),
            Meaning::Pattern(..) => (3, 1),
            Meaning::Draw(..) => (4, 1),
        }
    }

    /// The variables that count unmet asks.
    pub fn unmet(&self) -> impl Iterator<Item = usize> {
        (0..self.variables.len()).filter(|&variable| matches!(self.variables[variable].meaning, Meaning::Unmet(_)))
    }

    /// Names the variables and says what each weighs.
    fn declare(&mut self) {
        let scale = self.market.scale;
        let mut all: BTreeMap<Meaning, (Weight, u64)> = BTreeMap::new();
        for (index, ask) in self.market.component.asks.iter().enumerate() {
            if ask.contested {
                all.insert(Meaning::Unmet(index), (scale.unmet(index), 1));
            }
            let parted = ask.sides().filter(|(group, _)| self.patterns[*group].len() > 1);
            let optional = parted.filter(|(group, facet)| !self.required[*group].contains(facet));
            all.extend(optional.map(|(group, facet)| (Meaning::Meets(group, facet), (scale.zero(), 1))));
        }
        for (group, offers) in self.market.offers.iter().enumerate() {
            for (pattern, held) in self.patterns[group].iter().enumerate() {
                let mut weight = scale.zero();
                for &(offer, units) in &held.units {
                    if let [source] = offers[offer].sources[..] {
                        add(&mut weight, &scaled(&scale.unit(source), units));
                    }
                }
                let own = match self.holding(group, pattern) {
                    Meaning::Whole(_) => (scaled(&weight, self.heads(group)), 1),
                    _ => (weight, self.heads(group)),
                };
                all.insert(self.holding(group, pattern), own);
            }
            for offer in offers.iter() {
                self.declare_sources(offer, self.heads(group).saturating_mul(offer.units), &mut all);
            }
        }
        self.index = all.keys().enumerate().map(|(index, meaning)| (*meaning, index)).collect();
        self.variables = all.into_iter().map(|(meaning, (weight, most))| Variable { weight, most, meaning }).collect();
    }

    /// The packs and draws of an offer of which a group may take so many units.
    fn declare_sources(&self, offer: &Offer, units: u64, all: &mut BTreeMap<Meaning, (Weight, u64)>) {
        let scale = self.market.scale;
        for &source in &offer.sources {
            if let Source::Kind(kind) = source
                && scale.packed(kind)
            {
                let packs =
                    all.entry(Meaning::Packs(kind)).or_insert_with(|| (scale.purchase(kind, scale.pack(kind)), 0));
                packs.1 = packs.1.saturating_add(units.div_ceil(scale.pack(kind)));
            }
            if let Some(choice) = self.choice(offer) {
                let draw = all.entry(Meaning::Draw(choice, source)).or_insert_with(|| (scale.unit(source), 0));
                draw.1 = draw.1.saturating_add(units);
            }
        }
    }

    /// The choice of sources that an offer leaves; none if it has only one.
    fn choice(&self, offer: &Offer) -> Option<usize> {
        self.choices.binary_search(&offer.sources).ok()
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

    /// What every plan fulfils.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        self.ask_rows(&mut rows);
        (0..self.patterns.len()).for_each(|group| self.group_rows(group, &mut rows));
        self.supply_rows(&mut rows);
        rows
    }

    fn ask_rows(&self, rows: &mut Vec<Row>) {
        for (index, ask) in self.market.component.asks.iter().enumerate() {
            if ask.sides().any(|(group, facet)| self.required[group].contains(&facet)) {
                continue;
            }
            let mut meanings: Vec<Meaning> =
                ask.sides().filter_map(|(group, facet)| self.meeting(group, facet)).collect();
            meanings.extend(ask.contested.then_some(Meaning::Unmet(index)));
            let terms = meanings.iter().map(|meaning| (self.index[meaning], -1)).collect();
            rows.push(Row { terms, limit: -1 });
        }
    }

    fn group_rows(&self, group: usize, rows: &mut Vec<Row>) {
        let patterns = &self.patterns[group];
        let all = |factor: i128, wanted: &dyn Fn(&Pattern) -> bool| -> Terms {
            let patterns = patterns.iter().enumerate().filter(|(_, pattern)| wanted(pattern));
            patterns.map(|(pattern, _)| (self.index[&self.holding(group, pattern)], factor)).collect()
        };
        let heads = i128::from(self.heads(group));
        // Holding an only pattern twice would be in vain, so that this needs no row.
        if patterns.len() > 1 {
            rows.push(Row { terms: all(1, &|_| true), limit: heads });
        }
        if !self.required[group].is_empty() {
            let counted = if patterns.len() > 1 { heads } else { 1 };
            rows.push(Row { terms: all(-1, &|_| true), limit: -counted });
        }
        for facet in 0..self.market.component.groups[group].facets {
            if let Some(&meets) = self.index.get(&Meaning::Meets(group, facet)) {
                let mut terms = all(-1, &|pattern| pattern.facets.contains(&facet));
                terms.push((meets, heads));
                rows.push(Row { terms, limit: 0 });
            }
        }
    }

    /// The units of an offer that the heads of a group hold.
    fn uses(&self, group: usize, offer: usize) -> Terms {
        let mut terms = Vec::new();
        for (pattern, held) in self.patterns[group].iter().enumerate() {
            for &(_, units) in held.units.iter().filter(|(known, _)| *known == offer) {
                terms.push(self.counted(group, pattern, units));
            }
        }
        terms
    }

    /// So many for each head that holds a pattern.
    fn counted(&self, group: usize, pattern: usize, each: u64) -> (usize, i128) {
        let meaning = self.holding(group, pattern);
        let heads = if matches!(meaning, Meaning::Whole(_)) { self.heads(group) } else { 1 };
        (self.index[&meaning], i128::from(each) * i128::from(heads))
    }

    /// What is drawn from pools, quotas and packs, and by heads that stand in for others.
    fn supply_rows(&self, rows: &mut Vec<Row>) {
        let component = self.market.component;
        let mut drawn: BTreeMap<Source, Terms> = BTreeMap::new();
        let mut chosen: BTreeMap<usize, Terms> = BTreeMap::new();
        let mut moved: BTreeMap<(usize, usize), Terms> = BTreeMap::new();
        for (group, offers) in self.market.offers.iter().enumerate() {
            for (index, offer) in offers.iter().enumerate() {
                let uses = self.uses(group, index);
                match (self.choice(offer), &offer.sources[..]) {
                    (Some(choice), _) => chosen.entry(choice).or_default().extend(uses),
                    (None, sources) => {
                        sources.iter().for_each(|&source| drawn.entry(source).or_default().extend(&uses))
                    }
                }
            }
            let to = component.groups[group].members[0].0;
            for &(from, _) in component.moves.keys().filter(|(_, known)| *known == to) {
                let standing = |held: &Pattern| held.units.iter().any(|unit| offers[unit.0].moved == Some(from));
                let patterns = self.patterns[group].iter().enumerate().filter(|(_, held)| standing(held));
                let terms = patterns.map(|(pattern, _)| self.counted(group, pattern, 1));
                moved.entry((from, to)).or_default().extend(terms);
            }
        }
        for (choice, mut terms) in chosen {
            for &source in &self.choices[choice] {
                let draw = self.index[&Meaning::Draw(choice, source)];
                terms.push((draw, -1));
                drawn.entry(source).or_default().push((draw, 1));
            }
            rows.push(Row { terms, limit: 0 });
        }
        rows.extend(moved.into_iter().map(|(pair, terms)| Row { terms, limit: i128::from(component.moves[&pair]) }));
        for (source, mut terms) in drawn {
            if let Some(&limit) = component.limits.get(&source) {
                rows.push(Row { terms: terms.clone(), limit: i128::from(limit) });
            }
            if let Source::Kind(kind) = source
                && let Some(&packs) = self.index.get(&Meaning::Packs(kind))
            {
                terms.push((packs, -i128::from(self.market.scale.pack(kind))));
                rows.push(Row { terms, limit: 0 });
            }
        }
    }

    fn heads(&self, group: usize) -> u64 {
        self.market.component.groups[group].heads
    }

    /// The plan that values describe; none if they draw less than heads hold.
    #[must_use]
    pub fn deal(&self, values: &[u64]) -> Option<Deal> {
        let mut deal = Deal::default();
        deal.shares.resize_with(self.patterns.len(), Share::default);
        let mut stores: Vec<Vec<(Source, u64)>> = vec![Vec::new(); self.choices.len()];
        for (variable, &value) in self.variables.iter().zip(values).filter(|(_, value)| **value > 0) {
            match variable.meaning {
                Meaning::Unmet(ask) => deal.unmet.push(ask),
                Meaning::Whole(group) => self.settle(&mut deal.shares[group], group, 0, self.heads(group)),
                Meaning::Pattern(group, pattern) => self.settle(&mut deal.shares[group], group, pattern, value),
                Meaning::Draw(choice, source) => stores[choice].push((source, value)),
                Meaning::Meets(..) | Meaning::Packs(_) => {}
            }
        }
        for (group, share) in deal.shares.iter_mut().enumerate() {
            self.supply(share, group, &mut stores)?;
        }
        // A plan found on the way may meet more than it counts on.
        let shares = &deal.shares;
        deal.unmet.retain(|&ask| !self.serves(shares, ask));
        Some(deal)
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

    /// Draws what heads of a group hold of offers that leave a choice of sources.
    fn supply(&self, share: &mut Share, group: usize, stores: &mut [Vec<(Source, u64)>]) -> Option<()> {
        let offers = &self.market.offers[group];
        for (held, heads) in share.heads.clone() {
            for (offer, units) in held {
                let Some(choice) = self.choice(&offers[offer]) else { continue };
                let mut wanted = units * heads;
                while wanted > 0 {
                    let (source, left) = stores[choice].iter_mut().find(|(_, left)| *left > 0)?;
                    let units = wanted.min(*left);
                    share.draw(offer, *source, units);
                    *left -= units;
                    wanted -= units;
                }
            }
        }
        Some(())
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
