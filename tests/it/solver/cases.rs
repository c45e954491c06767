//! Positions worked out by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use entail::position::certificate::{Flaw, check};
use entail::position::model::{
    Candidate, Cover, Demand, Grant, Heads, Holder, Kind, Metric, Model, Plan, Proof, Quota, Stock,
};
use entail::position::solve::solve;

/// Builds models with little ink.
#[derive(Default)]
struct Build(Model);

impl Build {
    fn holder(&mut self, metric: Metric, heads: u64) -> usize {
        self.0.holders.push(Holder { metric, heads: Heads::Count(heads) });
        self.0.holders.len() - 1
    }

    fn users(&mut self, heads: u64) -> usize {
        self.holder(Metric::User, heads)
    }

    fn devices(&mut self, heads: u64) -> usize {
        self.holder(Metric::Device, heads)
    }

    fn host(&mut self) -> usize {
        self.holder(Metric::Host, 1)
    }

    fn demand(&mut self, user: Option<usize>, device: Option<usize>, host: Option<usize>) -> usize {
        self.0.demands.push(Demand::new(self.0.demands.len(), [user, device, host, None]));
        self.0.demands.len() - 1
    }

    fn kind(&mut self, licence: usize, metric: Metric, price: i128, demands: &[usize]) -> usize {
        let cover = cover(demands);
        self.0.kinds.push(Kind { licence, metric, price: Some(price), pack: 1, cover });
        self.0.kinds.len() - 1
    }

    fn stock(&mut self, kind: usize, quantity: u64, bound: Option<usize>) -> usize {
        let Kind { licence, metric, ref cover, .. } = self.0.kinds[kind];
        let cover = cover.clone();
        self.0.stock.push(Stock { kind, licence, metric, quantity, bound, cover });
        self.0.stock.len() - 1
    }

    fn quota(&mut self, limit: u64, holder: usize, demands: &[usize]) {
        let candidates = vec![Candidate { holder, demands: demands.iter().copied().collect() }];
        self.0.quotas.push(Quota { limit, candidates });
    }

    /// Solves it, verifies the plan and shows it.
    fn shows(&self, expected: &str) -> Plan {
        let plan = solve(&self.0, 100_000);
        assert_eq!(check(&self.0, &plan), Ok(()), "{plan:#?}");
        assert_eq!(shown(&plan), expected);
        plan
    }
}

fn cover(demands: &[usize]) -> Cover {
    // Each demand has a nature of its own.
    Cover { natures: demands.iter().copied().collect(), needs: BTreeMap::new() }
}

/// Cost, purchases, what stays unmet and the proof in a line.
fn shown(plan: &Plan) -> String {
    let mut text = format!("{}:", plan.cost);
    for (kind, units) in plan.bought.iter().enumerate().filter(|(_, units)| **units > 0) {
        write!(text, " {units} of {kind}").unwrap();
    }
    if !plan.unmet.is_empty() {
        write!(text, " unmet {:?}", plan.unmet).unwrap();
    }
    let proof = match plan.proof {
        Proof::Cut(_) => "cut",
        Proof::Dual(_) => "dual",
        Proof::Search => "search",
    };
    assert_eq!(plan.bound, plan.cost);
    format!("{text} ({proof})")
}

fn used(plan: &Plan) -> BTreeMap<String, u64> {
    let mut used: BTreeMap<String, u64> = BTreeMap::new();
    for hand in &plan.hands {
        for grant in &hand.grants {
            let (name, units) = match *grant {
                Grant::Bought { kind, units } => (format!("bought {kind}"), units),
                Grant::Owned { stock, units } => (format!("owned {stock}"), units),
                Grant::Place { quota } => (format!("place {quota}"), 1),
            };
            *used.entry(name).or_default() += units * hand.heads;
        }
    }
    used
}

#[test]
fn internal_users_need_a_cal_each() {
    let mut build = Build::default();
    let staff = build.users(200);
    let demand = build.demand(Some(staff), None, None);
    build.kind(0, Metric::User, 29, &[demand]);
    build.shows("5800: 200 of 0 (cut)");
}

/// External users: a CAL each at 29, or a connector for the host at 1,999.
fn externals(heads: u64, hosts: usize) -> Build {
    let mut build = Build::default();
    let visitors = build.users(heads);
    let demands: Vec<usize> = (0..hosts)
        .map(|_| {
            let host = build.host();
            build.demand(Some(visitors), None, Some(host))
        })
        .collect();
    build.kind(0, Metric::User, 29, &demands);
    build.kind(1, Metric::Host, 1999, &demands);
    build
}

#[test]
fn many_external_users_are_cheaper_by_connector() {
    externals(4250, 1).shows("1999: 1 of 1 (cut)");
    externals(68, 1).shows("1972: 68 of 0 (cut)");
    externals(69, 1).shows("1999: 1 of 1 (cut)");
    externals(206, 3).shows("5974: 206 of 0 (cut)");
    externals(207, 3).shows("5997: 3 of 1 (cut)");
}

#[test]
fn places_go_to_administrators() {
    let mut build = Build::default();
    let administrators = build.users(10);
    let demand = build.demand(Some(administrators), None, None);
    build.kind(0, Metric::User, 29, &[demand]);
    build.quota(2, administrators, &[demand]);
    let plan = build.shows("232: 8 of 0 (dual)");
    assert_eq!(used(&plan), BTreeMap::from([("bought 0".into(), 8), ("place 0".into(), 2)]));
}

/// Users with two demands, a CAL for each at 30 and 40, and a suite for both.
fn layers(suite: i128) -> Build {
    let mut build = Build::default();
    let staff = build.users(50);
    let (files, mail) = (build.demand(Some(staff), None, None), build.demand(Some(staff), None, None));
    build.kind(0, Metric::User, 30, &[files]);
    build.kind(1, Metric::User, 40, &[mail]);
    build.kind(2, Metric::User, suite, &[files, mail]);
    build
}

#[test]
fn a_suite_is_bought_when_it_beats_its_parts() {
    layers(69).shows("3450: 50 of 2 (cut)");
    layers(71).shows("3500: 50 of 0 50 of 1 (cut)");
    // Of equal plans the one with fewer units.
    layers(70).shows("3500: 50 of 2 (cut)");
}

#[test]
fn an_additive_cal_comes_on_top() {
    let mut build = Build::default();
    let (few, all) = (build.users(20), build.users(100));
    let base = [build.demand(Some(few), None, None), build.demand(Some(all), None, None)];
    let voice = build.demand(Some(few), None, None);
    build.kind(0, Metric::User, 67, &base);
    build.kind(1, Metric::User, 36, &[voice]);
    build.shows("8760: 120 of 0 20 of 1 (cut)");
}

#[test]
fn stock_of_either_metric_goes_where_it_helps() {
    let mut build = Build::default();
    let (office, shift) = (build.users(80), build.users(60));
    let (desks, kiosks) = (build.devices(100), build.devices(20));
    let demands = [build.demand(Some(office), Some(desks), None), build.demand(Some(shift), Some(kiosks), None)];
    let user = build.kind(0, Metric::User, 29, &demands);
    let device = build.kind(0, Metric::Device, 29, &demands);
    build.stock(user, 50, None);
    build.stock(device, 20, None);
    let plan = build.shows("870: 30 of 0 (dual)");
    assert_eq!(used(&plan), BTreeMap::from([("bought 0".into(), 30), ("owned 0".into(), 50), ("owned 1".into(), 20)]));
}

#[test]
fn stock_that_is_short_goes_to_heads_not_to_populations() {
    // Three demands, and a unit of each pair of them. Counted by demand the three units are enough
    // for both heads, but no head can do with one and a half.
    let mut build = Build::default();
    let staff = build.users(2);
    let demands: Vec<usize> = (0..3).map(|_| build.demand(Some(staff), None, None)).collect();
    for pair in [[0, 1], [1, 2], [0, 2]] {
        let kind = build.kind(0, Metric::User, 10, &[demands[pair[0]], demands[pair[1]]]);
        build.stock(kind, 1, None);
    }
    let plan = build.shows("10: 1 of 0 (search)");
    assert_eq!(plan.hands.len(), 2);
}

#[test]
fn bound_units_stay_unless_a_move_lets_them_go() {
    let mut build = Build::default();
    let (absent, substitute) = (build.users(3), build.users(3));
    let demands = [build.demand(Some(absent), None, None), build.demand(Some(substitute), None, None)];
    let kind = build.kind(0, Metric::User, 29, &demands);
    build.stock(kind, 5, Some(absent));
    build.shows("87: 3 of 0 (cut)");
    build.0.moves.insert((absent, substitute), 1);
    build.shows("58: 2 of 0 (search)");
    build.0.moves.insert((absent, substitute), 3);
    build.shows("29: 1 of 0 (dual)");
}

#[test]
fn hosts_need_their_units_in_packs() {
    let mut build = Build::default();
    let host = build.host();
    let demand = build.demand(None, None, Some(host));
    let kind = build.kind(0, Metric::Host, 100, &[demand]);
    build.0.kinds[kind].cover.needs.insert(host, 5);
    build.0.kinds[kind].pack = 2;
    let plan = build.shows("600: 6 of 0 (dual)");
    assert_eq!(used(&plan), BTreeMap::from([("bought 0".into(), 5)]));
    // Two units owned help, though one more must be bought than is needed.
    build.stock(kind, 2, None);
    build.shows("400: 4 of 0 (dual)");
}

#[test]
fn uncountable_heads_leave_only_the_host() {
    let mut build = externals(1, 1);
    build.0.holders[0].heads = Heads::Many;
    build.shows("1999: 1 of 1 (cut)");
    build.0.kinds[1].price = None;
    build.shows("0: unmet [0] (cut)");
}

#[test]
fn the_earliest_demands_get_the_stock() {
    let mut build = Build::default();
    let rows: Vec<usize> = (0..3).map(|_| build.users(2)).collect();
    let demands: Vec<usize> = rows.iter().map(|&row| build.demand(Some(row), None, None)).collect();
    let kind = build.kind(0, Metric::User, 10, &demands);
    build.0.kinds[kind].price = None;
    build.stock(kind, 5, None);
    build.shows("0: unmet [2] (dual)");
    // Fewest first: one large population gives way to two small ones.
    build.0.holders[rows[0]].heads = Heads::Count(4);
    build.shows("0: unmet [0] (dual)");
}

/// Money comes before the order of demands: what a position costs must not turn on which of them stand first.
#[test]
fn of_demands_that_cannot_all_be_met_the_cheapest_rest_is_met() {
    let mut build = Build::default();
    let (anna, bert) = (build.users(1), build.users(1));
    let web = [anna, bert].map(|user| build.demand(Some(user), None, None));
    let portal = build.demand(Some(bert), None, None);
    let suite = build.kind(0, Metric::User, 0, &[web[0], web[1], portal]);
    build.0.kinds[suite].price = None;
    build.stock(suite, 1, None);
    build.kind(1, Metric::User, 94, &[portal]);
    build.shows("0: unmet [0] (dual)");
}

/// Which of many users with several devices each go without, where too few units are owned and none is for sale, takes a long
/// search. That all can be met shows without it; where not all can, few stay unmet.
#[test]
fn large_positions_are_met_from_stock_where_they_can_be() {
    let mut build = Build::default();
    let (users, devices): (Vec<usize>, Vec<usize>) = (0..60).map(|_| (build.users(1), build.devices(1))).unzip();
    let pair = |place: usize| (users[place / 4], devices[(place / 4 * 7 + place % 4 * 13) % 60]);
    let demands: Vec<usize> =
        (0..240).map(pair).map(|(user, device)| build.demand(Some(user), Some(device), None)).collect();
    for (metric, quantity) in [(Metric::User, 59), (Metric::Device, 4)] {
        let kind = build.kind(0, metric, 0, &demands);
        build.0.kinds[kind].price = None;
        build.stock(kind, quantity, None);
    }
    let plan = solve(&build.0, 10_000);
    assert_eq!(check(&build.0, &plan), Ok(()));
    assert_eq!((plan.unmet.len(), plan.least_unmet, plan.cost, plan.bound), (0, 0, 0, 0));
    build.0.stock[1].quantity = 3;
    // The last user may go without a unit, or one of his devices.
    let plan = solve(&build.0, 10_000);
    assert_eq!(check(&build.0, &plan), Ok(()));
    assert!((1..=4).contains(&plan.unmet.len()) && plan.least_unmet <= 1, "{plan:#?}");
}

#[test]
fn equal_prices_leave_one_kind_and_the_earlier_one() {
    let mut build = Build::default();
    let mut demands = Vec::new();
    for heads in 1..=50 {
        let (users, devices) = (build.users(heads), build.devices(51 - heads));
        demands.push(build.demand(Some(users), Some(devices), None));
    }
    build.kind(0, Metric::User, 29, &demands);
    build.kind(0, Metric::Device, 29, &demands);
    build.shows("18850: 325 of 0 325 of 1 (cut)");
    for holder in &mut build.0.holders {
        holder.heads = Heads::Count(3);
    }
    let plan = build.shows("4350: 150 of 0 (cut)");
    assert_eq!(plan.hands.len(), 50);
}

#[test]
fn fewer_kinds_win_over_earlier_ones() {
    // The device side can do with kind 2 throughout; kinds 0 and 1 would be needed both.
    let mut build = Build::default();
    let pairs: Vec<(usize, usize)> = (0..2).map(|_| (build.users(1), build.devices(1))).collect();
    let demands: Vec<usize> =
        pairs.iter().map(|&(user, device)| build.demand(Some(user), Some(device), None)).collect();
    build.kind(0, Metric::User, 5, &demands[..1]);
    build.kind(1, Metric::User, 5, &demands[1..]);
    build.kind(2, Metric::Device, 5, &demands);
    build.shows("10: 2 of 2 (cut)");
}

#[test]
fn an_odd_cycle_is_beyond_a_cut() {
    // A user, a device and a host, each pair with a demand: two of the three must be licensed.
    let mut build = Build::default();
    let (user, device, host) = (build.users(1), build.devices(1), build.host());
    let demands = [
        build.demand(Some(user), Some(device), None),
        build.demand(Some(user), None, Some(host)),
        build.demand(None, Some(device), Some(host)),
    ];
    for metric in [Metric::User, Metric::Device, Metric::Host] {
        build.kind(0, metric, 10, &demands);
    }
    build.shows("20: 1 of 0 1 of 1 (dual)");
    build.0.kinds[0].price = Some(11);
    build.shows("20: 1 of 1 1 of 2 (search)");
}

#[test]
fn no_effort_still_makes_a_plan() {
    let mut build = layers(70);
    build.0.quotas.push(Quota { limit: 3, candidates: Vec::new() });
    let plan = solve(&build.0, 0);
    assert_eq!(check(&build.0, &plan), Ok(()));
    assert!(plan.bound <= plan.cost && plan.unmet.is_empty());
}

#[test]
fn a_mutated_plan_is_refused() {
    let build = {
        let mut build = externals(68, 1);
        build.stock(0, 10, None);
        build
    };
    let model = &build.0;
    let plan = solve(model, 100_000);
    assert_eq!(check(model, &plan), Ok(()));
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan.clone();
        change(&mut plan);
        check(model, &plan).unwrap_err()
    };
    assert_eq!(refused(&|plan| plan.hands[0].heads -= 1), Flaw::Unmet(0));
    assert_eq!(refused(&|plan| plan.hands[0].heads += 1), Flaw::Heads(0));
    assert_eq!(refused(&|plan| plan.hands[0].grants.clear()), Flaw::Unmet(0));
    assert_eq!(refused(&|plan| plan.unmet.push(0)), Flaw::NeedlesslyUnmet(0));
    assert_eq!(refused(&|plan| plan.hands[0].holder = 1), Flaw::Heads(1));
    let claimed = plan.cost;
    assert_eq!(refused(&|plan| plan.bought[0] -= 1), Flaw::Cost { claimed, actual: claimed - 29 });
    assert_eq!(refused(&|plan| (plan.bought[0] -= 1, plan.cost -= 29).1), Flaw::Undersupplied(0));
    assert_eq!(refused(&|plan| plan.bound -= 1), Flaw::Bounded { claimed: claimed - 1 });
    assert_eq!(refused(&|plan| prices(plan).demands[0].1 += 1), Flaw::Undercut(0));
    assert!(matches!(refused(&|plan| prices(plan).demands[0].1 /= 2), Flaw::Bounded { .. }));
    assert_eq!(refused(&|plan| prices(plan).stock[0] = 0), Flaw::Undercut(0));
}

fn prices(plan: &mut Plan) -> &mut entail::position::model::Prices {
    match &mut plan.proof {
        Proof::Cut(prices) | Proof::Dual(prices) => prices,
        Proof::Search => panic!("the plan has no prices"),
    }
}

#[test]
fn an_overdrawn_or_misplaced_unit_is_refused() {
    let mut build = Build::default();
    let (own, other) = (build.users(2), build.users(2));
    let demands = [build.demand(Some(own), None, None), build.demand(Some(other), None, None)];
    let kind = build.kind(0, Metric::User, 5, &demands);
    let stock = build.stock(kind, 2, Some(own));
    build.quota(1, other, &demands[1..]);
    let plan = solve(&build.0, 1_000);
    assert_eq!(check(&build.0, &plan), Ok(()));
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut plan = plan.clone();
        change(&mut plan);
        check(&build.0, &plan).unwrap_err()
    };
    let all = |holder: usize, grant: Grant| {
        move |plan: &mut Plan| {
            for hand in plan.hands.iter_mut().filter(|hand| hand.holder == holder) {
                hand.grants = vec![grant.clone()].into();
            }
        }
    };
    assert_eq!(refused(&all(other, Grant::Owned { stock, units: 1 })), Flaw::Bound { stock, holder: other });
    assert_eq!(refused(&all(own, Grant::Owned { stock, units: 2 })), Flaw::Overdrawn(stock));
    assert_eq!(refused(&all(other, Grant::Place { quota: 0 })), Flaw::Quota(0));
    assert_eq!(refused(&all(own, Grant::Place { quota: 0 })), Flaw::NoCandidate { quota: 0, holder: own });
    let listed: BTreeSet<usize> = plan.hands.iter().map(|hand| hand.holder).collect();
    assert_eq!(listed, BTreeSet::from([own, other]));
}
