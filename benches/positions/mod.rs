//! Positions of any size, each following from its number of demands alone.

use entail::position::model::{Cover, Demand, Heads, Holder, Kind as Line, Metric, Model, Stock};

/// One way to make a position hard.
pub struct Kind {
    pub name: &'static str,
    pub model: fn(usize) -> Model,
}

pub static KINDS: [Kind; 7] = [
    Kind { name: "two sides", model: two_sides },
    Kind { name: "three sides", model: three_sides },
    Kind { name: "scarce stock", model: scarce_stock },
    Kind { name: "suites", model: suites },
    Kind { name: "stock and suites", model: stock_and_suites },
    Kind { name: "ample stock", model: ample_stock },
    Kind { name: "everything", model: everything },
];

/// Numbers that follow from the last.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % sides.max(1) as u64).unwrap_or(0)
    }
}

/// What is wanted: a product, and whether the server is of the newer version.
fn nature(product: usize, on_newer: bool) -> usize {
    2 * product + usize::from(on_newer)
}

/// Demands for a few products in two versions, by users on devices of servers.
struct Site {
    model: Model,
    products: usize,
}

/// Who comes on what, to which of the servers.
struct Shape {
    users: usize,
    devices: usize,
    servers: usize,
    products: usize,
}

impl Site {
    fn new(demands: usize, shape: &Shape) -> Site {
        let mut dice = Dice(7 + demands as u64);
        let mut model = Model::default();
        let mut holders = |metric: Metric, count: usize| -> Vec<usize> {
            let first = model.holders.len();
            model.holders.extend((0..count).map(|_| Holder { metric, heads: Heads::Count(1) }));
            (first..first + count).collect()
        };
        let users = holders(Metric::User, shape.users);
        let devices = holders(Metric::Device, shape.devices);
        let servers = holders(Metric::Server, shape.servers);
        // Sites differ in size; of ten demands nine are at home.
        let mut homes = |count: usize| -> Vec<usize> {
            (0..count).map(|_| dice.roll(servers.len()).min(dice.roll(servers.len()))).collect()
        };
        let (home_of_user, home_of_device) = (homes(users.len()), homes(devices.len()));
        let mut at: Vec<Vec<usize>> = vec![Vec::new(); servers.len()];
        home_of_device.iter().enumerate().for_each(|(device, &home)| at[home].push(device));
        for _ in 0..demands {
            let user = dice.roll(users.len());
            let home = home_of_user[user];
            let server = if dice.roll(10) > 0 { home } else { dice.roll(servers.len()) };
            let near = &at[server];
            let device = if near.is_empty() { dice.roll(devices.len()) } else { near[dice.roll(near.len())] };
            let nature = nature(dice.roll(shape.products), server % 3 == 0);
            let sides = [Some(users[user]), Some(devices[device]), None, Some(servers[server])];
            model.demands.push(Demand::new(nature, sides));
        }
        Site { model, products: shape.products }
    }

    /// The demands that units for these products cover; older units only those on older servers.
    fn cover(&self, products: &[usize], newer: bool) -> Cover {
        let versions: &[bool] = if newer { &[false, true] } else { &[false] };
        let wanted = (0..self.products).filter(|product| products.contains(product));
        let natures = wanted.flat_map(|product| versions.iter().map(move |&on_newer| nature(product, on_newer)));
        Cover { natures: natures.collect(), ..Cover::default() }
    }

    /// Something for sale.
    fn sell(&mut self, metric: Metric, price: i128, products: &[usize]) {
        let (licence, cover) = (self.model.kinds.len(), self.cover(products, true));
        self.model.kinds.push(Line { licence, metric, price: Some(price), pack: 1, cover });
    }

    /// Units owned of what is sold under a kind, in this version.
    fn own(&mut self, kind: usize, quantity: usize, products: &[usize], newer: bool) {
        let Line { licence, metric, .. } = self.model.kinds[kind];
        let (quantity, cover) = (quantity as u64, self.cover(products, newer));
        self.model.stock.push(Stock { kind, licence, metric, quantity, bound: None, cover });
    }
}

/// A third as many users and devices as demands, alike in nothing.
fn shape(demands: usize) -> Shape {
    Shape { users: demands / 3 + 1, devices: demands / 3 + 1, servers: demands / 250 + 3, products: 1 }
}

/// A licence for all who come to a server, worth it at the larger half of the sites.
const SERVER: i128 = 159_900;

/// User or device.
fn two_sides(demands: usize) -> Model {
    let mut site = Site::new(demands, &shape(demands));
    site.sell(Metric::User, 2_900, &[0]);
    site.sell(Metric::Device, 2_900, &[0]);
    site.model
}

/// User, device or server.
fn three_sides(demands: usize) -> Model {
    let mut site = Site::new(demands, &shape(demands));
    site.sell(Metric::User, 2_900, &[0]);
    site.sell(Metric::Device, 2_700, &[0]);
    site.sell(Metric::Server, SERVER, &[0]);
    site.model
}

/// Three sides, and too few units of user, device and server licences, of the older version and of the newer.
fn scarce_stock(demands: usize) -> Model {
    let mut site = Site::new(demands, &shape(demands));
    site.sell(Metric::User, 2_900, &[0]);
    site.sell(Metric::Device, 2_700, &[0]);
    site.sell(Metric::Server, SERVER, &[0]);
    stock(&mut site, demands, &[0]);
    site.model
}

fn stock(site: &mut Site, demands: usize, products: &[usize]) {
    site.own(0, demands / 20, products, false);
    site.own(0, demands / 30, products, true);
    site.own(1, demands / 25, products, false);
    site.own(1, demands / 40, products, true);
    site.own(2, 2, products, false);
    site.own(2, 1, products, true);
}

/// User or device, for three products that are also sold together.
fn suites(demands: usize) -> Model {
    suites_for_sale(demands).model
}

fn suites_for_sale(demands: usize) -> Site {
    let mut site = Site::new(demands, &Shape { products: 3, ..shape(demands) });
    for (metric, less) in [(Metric::User, 0), (Metric::Device, 100)] {
        site.sell(metric, 2_900 - less, &[0]);
        site.sell(metric, 6_700 - less, &[1]);
        site.sell(metric, 9_400 - less, &[2]);
        site.sell(metric, 12_900 - less, &[0, 1, 2]);
    }
    site
}

/// The same with too few units of three licences: for users of one product, for devices with another, and suites for users.
fn stock_and_suites(demands: usize) -> Model {
    let mut site = suites_for_sale(demands);
    site.own(0, demands / 20, &[0], false);
    site.own(0, demands / 30, &[0], true);
    site.own(5, demands / 25, &[1], false);
    site.own(5, demands / 40, &[1], true);
    site.own(3, demands / 50, &[0, 1, 2], true);
    site.model
}

/// The same with more units than are worth their price, but too few to serve all who could use them.
fn ample_stock(demands: usize) -> Model {
    let mut site = suites_for_sale(demands);
    site.own(0, demands / 9, &[0], false);
    site.own(0, demands / 12, &[0], true);
    site.own(5, demands / 8, &[1], false);
    site.own(5, demands / 15, &[1], true);
    site.own(3, demands / 10, &[0, 1, 2], true);
    site.model
}

/// Three sides, too little stock of each, and suites.
fn everything(demands: usize) -> Model {
    let mut site = Site::new(demands, &Shape { products: 3, ..shape(demands) });
    site.sell(Metric::User, 2_900, &[0]);
    site.sell(Metric::Device, 2_700, &[0]);
    site.sell(Metric::Server, SERVER, &[0]);
    for (metric, less) in [(Metric::User, 0), (Metric::Device, 100)] {
        site.sell(metric, 6_700 - less, &[1]);
        site.sell(metric, 9_400 - less, &[2]);
        site.sell(metric, 12_900 - less, &[0, 1, 2]);
    }
    stock(&mut site, demands, &[0]);
    site.own(5, demands / 50, &[0, 1, 2], true);
    site.model
}
