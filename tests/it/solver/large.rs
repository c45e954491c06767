//! Large positions take few counted steps.

use std::collections::BTreeSet;

use entail::position::certificate::check;
use entail::position::model::{Cover, Demand, Heads, Holder, Kind, Metric, Model, Plan, Stock};
use entail::position::solve::solve;

fn holder(model: &mut Model, metric: Metric, heads: u64) -> usize {
    model.holders.push(Holder { metric, heads: Heads::Count(heads) });
    model.holders.len() - 1
}

/// A kind that covers every demand, at a price.
fn kind(model: &mut Model, metric: Metric, price: i128) {
    let demands: BTreeSet<usize> = (0..model.demands.len()).collect();
    let cover = Cover { demands, ..Cover::default() };
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
        model.demands.extend(hosts.iter().map(|&host| Demand {
            user: Some(user),
            host: Some(host),
            ..Demand::default()
        }));
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
        model.demands.push(Demand { user: Some(user), device: Some(device), ..Demand::default() });
    }
    kind(&mut model, Metric::User, 2_900);
    kind(&mut model, Metric::Device, 2_900);
    assert_eq!(solved(&model, 10).bought, [300, 0]);
    stock(&mut model, 100);
    assert_eq!(solved(&model, 5_000).bought, [200, 0]);
}
