//! A component as one search sees it: what its units weigh, and which offers are worth a look.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use foldhash::fast::FixedState;

use super::deal::{self, Deal};
use super::ratio::divisor;
use crate::position::model::Model;
use crate::position::reduce::{Component, Offer, Pool, Source};

/// How many of the objectives a search minds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// Unmet demands: how few, for how little money, and which.
    Money,
    /// Also the number of units bought.
    Units,
    /// All but the number of kinds, which components do not decide alone.
    Full,
}

/// The objectives of one component, each a level: a plan weighs the sum of what its units, places
/// and unmet asks weigh, and weights compare level by level.
#[derive(Debug)]
pub struct Scale<'a> {
    model: &'a Model,
    pools: &'a [Pool],
    depth: Depth,
    /// Contested asks, in the order of their demands.
    contested: Vec<usize>,
    /// Kinds that occur, ascending.
    kinds: Vec<usize>,
}

/// A weight, one number per level.
pub type Weight = Vec<i128>;

/// What one unit or place weighs: money, whether it is bought, its kind if it is, whether it is a unit, its kind, and whether
/// it is a place. More of an earlier kind is lighter.
type UnitOrder = (i128, bool, usize, bool, usize, bool);

impl<'a> Scale<'a> {
    /// The scale of a component.
    #[must_use]
    pub fn new(model: &'a Model, pools: &'a [Pool], component: &Component, depth: Depth) -> Scale<'a> {
        let asks = component.asks.iter().enumerate();
        let mut contested: Vec<usize> = asks.filter(|(_, ask)| ask.contested).map(|(index, _)| index).collect();
        contested.sort_by_key(|&ask| component.asks.at(ask).demands().next());
        let kind = |source: &Source| match *source {
            Source::Kind(kind) => Some(kind),
            Source::Pool(pool) => Some(pools[pool].kind),
            Source::Place(_) => None,
        };
        let kinds: BTreeSet<usize> = sources(component).filter_map(|source| kind(&source)).collect();
        Scale { model, pools, depth, contested, kinds: kinds.into_iter().collect() }
    }

    /// The same without what comes after money, where nothing is contested.
    #[must_use]
    pub fn of_money(&self) -> Scale<'a> {
        Scale { depth: Depth::Money, contested: Vec::new(), kinds: self.kinds.clone(), ..*self }
    }

    /// The number of levels.
    #[must_use]
    pub fn levels(&self) -> usize {
        let after = match self.depth {
            Depth::Money => 0,
            Depth::Units => 1,
            Depth::Full => 3 + 2 * self.kinds.len(),
        };
        self.units() + after
    }

    /// The level of money. Before it stands the number of unmet demands, behind it each contested one: what a plan costs must
    /// not turn on how they are called.
    #[must_use]
    pub fn money(&self) -> usize {
        usize::from(!self.contested.is_empty())
    }

    /// The level of units bought.
    #[must_use]
    pub fn units(&self) -> usize {
        self.money() + 1 + self.contested.len()
    }

    /// Nothing.
    #[must_use]
    pub fn zero(&self) -> Weight {
        vec![0; self.levels()]
    }

    /// What a contested ask weighs when it stays unmet.
    #[must_use]
    pub fn unmet(&self, ask: usize) -> Weight {
        let mut weight = self.zero();
        weight[0] = 1;
        if let Some(rank) = self.contested.iter().position(|&known| known == ask) {
            weight[self.money() + 1 + rank] = 1;
        }
        weight
    }

    /// What buying units of a kind weighs, apart from dealing them.
    #[must_use]
    pub fn purchase(&self, kind: usize, units: u64) -> Weight {
        let units = i128::from(units);
        let mut weight = self.zero();
        weight[self.money()] = self.model.kinds[kind].price.unwrap_or(0) * units;
        if self.depth >= Depth::Units {
            weight[self.units()] = units;
        }
        if self.depth == Depth::Full {
            weight[self.units() + 1 + self.rank(kind)] = -units;
        }
        weight
    }

    /// What dealing one unit or place weighs, with its purchase unless that goes by packs.
    #[must_use]
    pub fn unit(&self, source: Source) -> Weight {
        let mut weight = match source {
            Source::Kind(kind) if !self.packed(kind) => self.purchase(kind, 1),
            Source::Kind(_) | Source::Pool(_) | Source::Place(_) => self.zero(),
        };
        if self.depth < Depth::Full {
            return weight;
        }
        let placed = self.units() + 1 + self.kinds.len();
        match source {
            Source::Kind(kind) => {
                weight[placed] = 1;
                weight[placed + 1 + self.rank(kind)] = -1;
            }
            Source::Pool(pool) => {
                weight[placed] = 1;
                weight[placed + 1 + self.rank(self.pools[pool].kind)] = -1;
            }
            Source::Place(_) => weight[placed + 1 + self.kinds.len()] = 1,
        }
        weight
    }

    /// How single units and places compare by what dealing them weighs, without the weights, which are as long as there are
    /// kinds.
    fn order(&self, source: Source) -> UnitOrder {
        let bought = |kind: &usize| !self.packed(*kind);
        let (bought, kind) = match source {
            Source::Kind(kind) => (Some(kind).filter(bought), Some(kind)),
            Source::Pool(pool) => (None, Some(self.pools[pool].kind)),
            Source::Place(_) => (None, None),
        };
        let price = bought.and_then(|kind| self.model.kinds[kind].price).unwrap_or(0);
        let earlier = |kind: Option<usize>| kind.filter(|_| self.depth == Depth::Full).unwrap_or(usize::MAX);
        let units = bought.is_some() && self.depth >= Depth::Units;
        let placed = kind.is_some() && self.depth == Depth::Full;
        let is_place = kind.is_none() && self.depth == Depth::Full;
        (price, units, earlier(bought), placed, earlier(kind), is_place)
    }

    /// What a deal weighs: all units and places that it draws, and the asks that it leaves unmet.
    #[must_use]
    pub fn weight(&self, deal: &Deal) -> Weight {
        let mut weight = self.zero();
        for (source, units) in deal::drawn(deal) {
            add(&mut weight, &scaled(&self.unit(source), units));
            if let Source::Kind(kind) = source
                && self.packed(kind)
            {
                add(&mut weight, &self.purchase(kind, units.next_multiple_of(self.pack(kind))));
            }
        }
        deal.unmet.iter().for_each(|&ask| add(&mut weight, &self.unmet(ask)));
        weight
    }

    /// Whether a kind is bought in packs of more than one.
    #[must_use]
    pub fn packed(&self, kind: usize) -> bool {
        self.model.kinds[kind].pack() > 1
    }

    /// Units in one pack.
    #[must_use]
    pub fn pack(&self, kind: usize) -> u64 {
        self.model.kinds[kind].pack()
    }

    /// What whole-numbered plans weigh on a level at least, if they weigh no less than this.
    #[must_use]
    pub fn least(&self, level: usize, weight: i128) -> i128 {
        let step = self.step(level);
        -((-weight).div_euclid(step)) * step
    }

    /// What the weights of all whole-numbered plans have in common on a level.
    fn step(&self, level: usize) -> i128 {
        if level != self.money() {
            return 1;
        }
        let cost = |&kind: &usize| Some(self.model.kinds[kind].price? * i128::from(self.pack(kind)));
        self.kinds.iter().filter_map(cost).fold(0, divisor).max(1)
    }

    fn rank(&self, kind: usize) -> usize {
        self.kinds.partition_point(|&known| known < kind)
    }
}

/// `weight` as often as `count` says.
#[must_use]
pub fn scaled(weight: &[i128], count: u64) -> Weight {
    weight.iter().map(|level| level * i128::from(count)).collect()
}

/// Adds a weight to another.
pub fn add(sum: &mut [i128], weight: &[i128]) {
    sum.iter_mut().zip(weight).for_each(|(sum, weight)| *sum += weight);
}

/// Everything that a component draws on, with repetitions; groups that are made the same offers are looked at once.
pub fn sources(component: &Component) -> impl Iterator<Item = Source> {
    let mut known: HashSet<*const Vec<Offer>, FixedState> = HashSet::default();
    let groups = component.groups.iter().filter(move |group| known.insert(Rc::as_ptr(&group.offers)));
    groups.flat_map(|group| group.offers.iter()).flat_map(|offer| offer.sources.iter().copied())
}

/// A component with only the offers that may occur in a best plan.
#[derive(Debug)]
pub struct Market<'a> {
    /// The component.
    pub component: &'a Component,
    /// What things weigh.
    pub scale: &'a Scale<'a>,
    /// The offers to each group.
    pub offers: Vec<Rc<Vec<Offer>>>,
}

impl<'a> Market<'a> {
    /// The component without the kinds excluded; none if an ask could not be met then.
    #[must_use]
    pub fn open(component: &'a Component, scale: &'a Scale<'a>, excluded: &BTreeSet<usize>) -> Option<Market<'a>> {
        let mut market = Market { component, scale, offers: Vec::with_capacity(component.groups.len()) };
        // Groups that are made the same offers share them.
        let mut known: HashMap<*const Vec<Offer>, Rc<Vec<Offer>>, FixedState> = HashMap::default();
        for group in &component.groups {
            let offers = known.entry(Rc::as_ptr(&group.offers)).or_insert_with(|| {
                let offers = group.offers.iter().map(|offer| market.trim(offer, excluded));
                Rc::new(market.undominated(offers.filter(|offer| !offer.sources.is_empty()).collect()))
            });
            market.offers.push(Rc::clone(offers));
        }
        let served =
            |(group, facet): (usize, usize)| market.offers[group].iter().any(|offer| offer.facets.contains(&facet));
        let open = component.asks.iter().all(|ask| ask.contested || ask.sides().any(served));
        open.then_some(market)
    }

    /// Whether nothing can run short and nothing comes in packs, so that groups weigh by
    /// themselves.
    #[must_use]
    pub fn plain(&self) -> bool {
        let mut offers = self.offers.iter().flat_map(|offers| offers.iter());
        offers.all(|offer| self.plain_offer(offer)) && !self.component.asks.are_contested()
    }

    /// The money for one unit of a source.
    #[must_use]
    pub fn price(&self, source: Source) -> i128 {
        match source {
            Source::Kind(kind) => self.scale.purchase(kind, 1)[self.scale.money()],
            Source::Pool(_) | Source::Place(_) => 0,
        }
    }

    /// What one head's units of a plain offer weigh.
    #[must_use]
    pub fn weight(&self, offer: &Offer) -> Weight {
        let unit = offer.sources.first().map_or_else(|| self.scale.zero(), |&source| self.scale.unit(source));
        scaled(&unit, offer.units)
    }

    /// Of sources that never run short, only the lightest is worth a look.
    fn trim(&self, offer: &Offer, excluded: &BTreeSet<usize>) -> Offer {
        let open = |source: &&Source| !matches!(source, Source::Kind(kind) if excluded.contains(kind));
        let (plain, mut sources): (Vec<Source>, Vec<Source>) =
            offer.sources.iter().filter(open).partition(|source| self.plain_source(source));
        sources.extend(plain.into_iter().min_by_key(|&source| self.scale.order(source)));
        Offer { sources, facets: offer.facets.clone(), ..*offer }
    }

    /// Drops plain offers that another one serves as well for less. Where units of several versions
    /// are counted together an offer may be worth more than by itself, so these all stay.
    fn undominated(&self, offers: Vec<Offer>) -> Vec<Offer> {
        let weights: Vec<Option<Weight>> = offers.iter().map(|offer| self.comparable(offer)).collect();
        let beaten = |index: usize| {
            let Some(weight) = &weights[index] else {
                return false;
            };
            (0..offers.len()).any(|other| {
                let lighter = weights[other].as_ref().is_some_and(|known| known < weight);
                lighter && offers[index].facets.is_subset(&offers[other].facets)
            })
        };
        let keep: Vec<bool> = (0..offers.len()).map(|index| !beaten(index)).collect();
        offers.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(offer, _)| offer).collect()
    }

    fn comparable(&self, offer: &Offer) -> Option<Weight> {
        (self.plain_offer(offer) && offer.licence.is_none()).then(|| self.weight(offer))
    }

    fn plain_offer(&self, offer: &Offer) -> bool {
        offer.moved.is_none() && offer.sources.iter().all(|source| self.plain_source(source))
    }

    fn plain_source(&self, source: &Source) -> bool {
        let packed = matches!(*source, Source::Kind(kind) if self.scale.packed(kind));
        !packed && !self.component.limits.contains_key(source)
    }
}
