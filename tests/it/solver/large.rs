//! Large positions take few counted steps.

use std::collections::BTreeSet;

use entail::position::certificate::check;
use entail::position::model::{Cover, Demand, Heads, Holder, Kind, Metric, Model, Plan, Stock};
use entail::position::solve::{solve, solve_large};

fn holder(model: &mut Model, metric: Metric, heads: u64) -> usize {
    model.holders.push(Holder { metric, heads: Heads::Count(heads) });
    model.holders.len() - 1
}

/// A kind that covers every demand, at a price.
fn kind(model: &mut Model, metric: Metric, price: i128) {
    let natures: BTreeSet<usize> = model.demands.iter().map(|demand| demand.nature()).collect();
    let cover = Cover { natures, ..Cover::default() };
    model.kinds.push(Kind { licence: model.kinds.len(), metric, price: Some(price), pack: 1, cover });
}

/// Units owned of the first kind.
fn stock(model: &mut Model, quantity: u64) {
    let first = model.kinds[0].clone();
    model.stock.push(Stock {
        kind: 0,
        licence: first.licence,
        metric: first.metric,
        quantity,
        bound: None,
        cover: first.cover,
    });
}

fn solved(model: &Model, steps: u64) -> Plan {
    let plan = solve(model, steps);
    assert_eq!(check(model, &plan), Ok(()));
    assert_eq!(plan.bound, plan.cost, "{} steps", plan.nodes);
    plan
}

#[test]
fn thousands_of_users_on_three_hosts_count_as_one() {
    let mut model = Model::default();
    let hosts: Vec<usize> = (0..3).map(|_| holder(&mut model, Metric::Host, 1)).collect();
    for row in 0..2000 {
        let user = holder(&mut model, Metric::User, 1 + row % 7);
        model.demands.extend(hosts.iter().map(|&host| Demand::new(0, [Some(user), None, Some(host), None])));
    }
    kind(&mut model, Metric::User, 2_900);
    kind(&mut model, Metric::Host, 199_900);
    assert_eq!(solved(&model, 10).cost, 599_700);
    stock(&mut model, 7_900);
    // 7,995 heads; the other 95 are cheaper to license than the hosts.
    assert_eq!(solved(&model, 50).cost, 95 * 2_900);
}

#[test]
fn pairs_of_equal_price_do_not_explode() {
    let mut model = Model::default();
    for _ in 0..300 {
        let user = holder(&mut model, Metric::User, 1);
        let device = holder(&mut model, Metric::Device, 1);
        model.demands.push(Demand::new(0, [Some(user), Some(device), None, None]));
    }
    kind(&mut model, Metric::User, 2_900);
    kind(&mut model, Metric::Device, 2_900);
    assert_eq!(solved(&model, 10).bought, [300, 0]);
    stock(&mut model, 100);
    assert_eq!(solved(&model, 5_000).bought, [200, 0]);
}

/// Users and devices on a few hosts: who comes how follows from a seed.
fn three_sided(seed: usize, users: usize, devices: usize, hosts: usize) -> Model {
    let mut model = Model::default();
    let users: Vec<usize> = (0..users).map(|row| holder(&mut model, Metric::User, 1 + (row % 3) as u64)).collect();
    let devices: Vec<usize> = (0..devices).map(|_| holder(&mut model, Metric::Device, 1)).collect();
    let hosts: Vec<usize> = (0..hosts).map(|_| holder(&mut model, Metric::Host, 1)).collect();
    let mut state = seed * 7 + 1;
    let mut dice = |sides: usize| {
        state = (state * 48_271) % 2_147_483_647;
        state % sides
    };
    for _ in 0..600 {
        let (user, device, host) = (dice(users.len()), dice(devices.len()), dice(hosts.len()));
        let user = (dice(10) > 0).then(|| users[user]);
        let device = (dice(10) > 0).then(|| devices[device]);
        model.demands.push(Demand::new(0, [user, device, Some(hosts[host]), None]));
    }
    model
}

/// Whether a user or a device demands it.
fn is_of_heads(demand: &Demand) -> bool {
    demand.side(Metric::User).or(demand.side(Metric::Device)).is_some()
}

/// What the best plan costs, by trying every choice of hosts: what is left has two sides.
fn by_every_choice(model: &Model, hosts: &[usize], prices: [i128; 3]) -> i128 {
    let choices = (0..1_usize << hosts.len()).map(|choice| {
        let taken = |host: usize| choice >> (host - hosts[0]) & 1 == 1;
        let mut rest = model.clone();
        rest.demands.retain(|demand| !demand.side(Metric::Host).is_some_and(taken));
        if !rest.demands.iter().all(is_of_heads) {
            return i128::MAX;
        }
        kind(&mut rest, Metric::User, prices[0]);
        kind(&mut rest, Metric::Device, prices[1]);
        let bought = hosts.iter().filter(|host| taken(**host)).count() as i128 * prices[2];
        solved(&rest, 1_000).cost + bought
    });
    choices.min().unwrap()
}

#[test]
fn three_sides_are_settled_host_by_host() {
    for seed in 0..6 {
        let model = three_sided(seed, 150, 150 + 20 * seed, 5);
        let hosts: Vec<usize> =
            (0..model.holders.len()).filter(|&holder| model.holders[holder].metric == Metric::Host).collect();
        for price in [20_000, 60_000, 90_000] {
            let mut whole = model.clone();
            let prices = [2_900, 2_900, price];
            kind(&mut whole, Metric::User, prices[0]);
            kind(&mut whole, Metric::Device, prices[1]);
            kind(&mut whole, Metric::Host, prices[2]);
            assert_eq!(solved(&whole, 10_000).cost, by_every_choice(&model, &hosts, prices), "seed {seed}, {price}");
        }
    }
}

/// Users and devices of a seed who want three products, each sold alone and all together, with units owned of three licences:
/// as many as said in percent of the users, for users of the first product in two versions, for devices with the second, and
/// for users of all three.
fn with_stock_and_suites(seed: usize, percent: [usize; 3]) -> Model {
    let mut model = three_sided(seed, 40, 40, 3);
    model.demands.truncate(90);
    model.demands.retain(is_of_heads);
    let sides = |demand: &Demand| Metric::ALL.map(|metric| demand.side(metric));
    let demands = model.demands.iter().enumerate();
    model.demands = demands.map(|(place, demand)| Demand::new(place % 15, sides(demand))).collect();
    let cover =
        |wanted: &dyn Fn(&usize) -> bool| Cover { natures: (0..15).filter(wanted).collect(), ..Cover::default() };
    let of = |product: usize| cover(&|nature| nature % 3 == product);
    let older = cover(&|nature| nature % 3 == 0 && nature % 5 < 3);
    let all = cover(&|_| true);
    for (metric, less) in [(Metric::User, 0), (Metric::Device, 100)] {
        for (price, cover) in [(2_900, of(0)), (6_700, of(1)), (9_400, of(2)), (12_900, all.clone())] {
            let licence = model.kinds.len();
            model.kinds.push(Kind { licence, metric, price: Some(price - less), pack: 1, cover });
        }
    }
    let lines = [(0, percent[0], of(0)), (0, percent[0], older), (5, percent[1], of(1)), (3, percent[2], all)];
    for (kind, percent, cover) in lines {
        let Kind { licence, metric, .. } = model.kinds[kind];
        let quantity = (40 * percent / 100) as u64;
        model.stock.push(Stock { kind, licence, metric, quantity, bound: None, cover });
    }
    model
}

/// Worths of units, cuts and what they differ in lead to as cheap a plan as the integer program over everything, and prove
/// as much.
#[test]
fn stock_of_three_licences_and_suites_are_proven() {
    for seed in 0..4 {
        for percent in [[5, 5, 2], [15, 10, 5], [40, 30, 10]] {
            let model = with_stock_and_suites(seed, percent);
            let best = solved(&model, 1_000_000);
            let plan = solve_large(&model, 100_000, 0);
            assert_eq!(check(&model, &plan), Ok(()), "seed {seed}, {percent:?}");
            assert_eq!((plan.cost, plan.bound), (best.cost, best.cost), "seed {seed}, {percent:?}");
        }
    }
}
