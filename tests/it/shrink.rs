//! Makes a disagreement small: takes out of a case whatever it can while the two sides still part over the same key.

use std::fmt::Debug;

use crate::case::*;

/// How many smaller cases are tried: a large one whose disagreement hangs on everything is shown as it is then.
const MOST_TRIES: usize = 3_000;

/// The smallest case found for which `fails` still holds, one piece taken out at a time until none can go.
pub fn shrink(case: &Case, fails: &dyn Fn(&Case) -> bool) -> Case {
    let (mut smallest, mut left) = (case.clone(), MOST_TRIES);
    loop {
        let ways = smaller(&smallest);
        let tried = &ways[..ways.len().min(left)];
        left -= tried.len();
        let Some(next) = tried.iter().position(fails) else { return smallest };
        left += tried.len() - next - 1;
        smallest = tried[next].clone();
    }
}

/// The case with one piece less, every way of it, the largest pieces first.
fn smaller(case: &Case) -> Vec<Case> {
    let mut ways = Vec::new();
    without_one(case, &mut ways);
    simpler_rules(case, &mut ways);
    simpler_licenses(case, &mut ways);
    simpler_rows(case, &mut ways);
    ways
}

/// A list of a case.
type List<T> = fn(&mut Case) -> &mut Vec<T>;

/// Offers the case with each element of a list taken out.
fn drop_each<T>(case: &Case, ways: &mut Vec<Case>, list: List<T>) {
    let count = list(&mut case.clone()).len();
    for index in (0..count).rev() {
        let mut next = case.clone();
        list(&mut next).remove(index);
        ways.push(next);
    }
}

/// Offers the case with one element of a list changed by each of some changes, where that changes it.
fn change_each<T: Debug>(case: &Case, ways: &mut Vec<Case>, list: List<T>, changes: &[fn(&mut T)]) {
    let count = list(&mut case.clone()).len();
    for index in 0..count {
        for change in changes {
            let mut next = case.clone();
            let element = &mut list(&mut next)[index];
            let before = format!("{element:?}");
            change(element);
            if format!("{element:?}") != before {
                ways.push(next);
            }
        }
    }
}

fn without_one(case: &Case, ways: &mut Vec<Case>) {
    drop_each(case, ways, |case| &mut case.exemptions);
    drop_each(case, ways, |case| &mut case.prohibitions);
    drop_each(case, ways, |case| &mut case.advice);
    drop_each(case, ways, |case| &mut case.reaches);
    drop_each(case, ways, |case| &mut case.reassigns);
    drop_each(case, ways, |case| &mut case.licenses);
    drop_each(case, ways, |case| &mut case.estate.accesses);
    drop_each(case, ways, |case| &mut case.estate.holdings);
    drop_each(case, ways, |case| &mut case.estate.prices);
    drop_each(case, ways, |case| &mut case.estate.absences);
    drop_each(case, ways, |case| &mut case.estate.routes);
    drop_each(case, ways, |case| &mut case.estate.servers);
    drop_each(case, ways, |case| &mut case.estate.users);
    drop_each(case, ways, |case| &mut case.estate.devices);
    drop_each(case, ways, |case| &mut case.estate.hosts);
    drop_each(case, ways, |case| &mut case.estate.readings);
    drop_each(case, ways, |case| &mut case.estate.evidence);
    drop_each(case, ways, |case| &mut case.definitions);
    drop_each(case, ways, |case| &mut case.terms);
    drop_each(case, ways, |case| &mut case.products);
    drop_each(case, ways, |case| &mut case.prefers);
    drop_each(case, ways, |case| &mut case.sources);
    drop_each(case, ways, |case| &mut case.agreements);
    drop_each(case, ways, |case| &mut case.facts);
    drop_each(case, ways, |case| &mut case.enums);
}

fn simpler_rules(case: &Case, ways: &mut Vec<Case>) {
    change_each(
        case,
        ways,
        |case| &mut case.sources,
        &[
            |source: &mut Source| source.period = Period::default(),
            |source: &mut Source| {
                source.when = None;
            },
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.exemptions,
        &[
            |rule: &mut Exemption| rule.period = Period::default(),
            |rule: &mut Exemption| rule.scope = Scope::default(),
            |rule: &mut Exemption| rule.evidence = None,
            |rule: &mut Exemption| rule.limit = None,
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.prohibitions,
        &[
            |rule: &mut Prohibition| rule.period = Period::default(),
            |rule: &mut Prohibition| rule.scope = Scope::default(),
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.reaches,
        &[
            |rule: &mut Reach| rule.period = Period::default(),
            |rule: &mut Reach| {
                rule.when = None;
            },
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.reassigns,
        &[
            |rule: &mut Reassign| rule.period = Period::default(),
            |rule: &mut Reassign| {
                rule.when = None;
            },
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.enums,
        &[|list: &mut Enum| drop(list.members.pop()), |list: &mut Enum| list.extended = 0],
    );
    change_each(
        case,
        ways,
        |case| &mut case.products,
        &[
            |product: &mut Product| drop(product.releases.pop()),
            |product: &mut Product| {
                product.features.clear();
            },
        ],
    );
    change_each(case, ways, |case| &mut case.products, &[|product: &mut Product| drop(product.functionalities.pop())]);
    change_each(case, ways, |case| &mut case.products, &[|product: &mut Product| drop(product.releases.remove(0))]);
    change_each(
        case,
        ways,
        |case| &mut case.products,
        &[|product: &mut Product| {
            product.releases.iter_mut().for_each(|release| (release.from, release.also) = (None, Vec::new()));
        }],
    );
    change_each(
        case,
        ways,
        |case| &mut case.advice,
        &[
            |rule: &mut Advice| rule.period = Period::default(),
            |rule: &mut Advice| rule.scope = Scope::default(),
            |rule: &mut Advice| drop_first(&mut rule.when),
            |rule: &mut Advice| drop_first(&mut rule.say),
            |rule: &mut Advice| rule.say.truncate(1),
        ],
    );
    for index in 0..case.definitions.len() {
        simpler_body(case, index, ways);
    }
    simpler_conditions(case, ways);
}

fn simpler_body(case: &Case, index: usize, ways: &mut Vec<Case>) {
    let Body::Readings(readings) = &case.definitions[index].body else { return };
    let mut offer = |readings: Vec<Reading>| {
        let mut next = case.clone();
        next.definitions[index].body = Body::Readings(readings);
        ways.push(next);
    };
    for place in (0..readings.len()).filter(|_| readings.len() > 1) {
        let mut fewer = readings.clone();
        fewer.remove(place);
        fewer[0].extended = false;
        offer(fewer);
    }
    for place in 0..readings.len() {
        let changes: [fn(&mut Reading); 3] =
            [|one| one.period = Period::default(), |one| one.open = None, |one| one.extended = false];
        for change in changes {
            let mut simpler = readings.clone();
            change(&mut simpler[place]);
            if format!("{simpler:?}") != format!("{readings:?}") {
                offer(simpler);
            }
        }
    }
}

/// Each condition of the policies replaced by a simpler one.
fn simpler_conditions(case: &Case, ways: &mut Vec<Case>) {
    let mut probe = case.clone();
    let count = conditions_mut(&mut probe).len();
    for index in 0..count {
        let cond = conditions_mut(&mut probe)[index].clone();
        for simpler in parts(&cond) {
            let mut next = case.clone();
            *conditions_mut(&mut next)[index] = simpler;
            ways.push(next);
        }
    }
}

fn parts(cond: &Cond) -> Vec<Cond> {
    match cond {
        Cond::All(list) | Cond::Any(list) => {
            let again = |list: Vec<Cond>| if matches!(cond, Cond::All(_)) { Cond::All(list) } else { Cond::Any(list) };
            let mut found = list.clone();
            for (index, part) in list.iter().enumerate() {
                found.extend(parts(part).into_iter().map(|simpler| {
                    let mut list = list.clone();
                    list[index] = simpler;
                    again(list)
                }));
            }
            found
        }
        Cond::Not(inner) => {
            let mut found = vec![(**inner).clone()];
            found.extend(parts(inner).into_iter().map(|simpler| Cond::Not(Box::new(simpler))));
            found
        }
        _ => Vec::new(),
    }
}

fn conditions_mut(case: &mut Case) -> Vec<&mut Cond> {
    let mut found: Vec<&mut Cond> = Vec::new();
    found.extend(case.exemptions.iter_mut().map(|rule| &mut rule.when));
    found.extend(case.prohibitions.iter_mut().map(|rule| &mut rule.when));
    for define in &mut case.definitions {
        match &mut define.body {
            Body::One(cond) => found.push(cond),
            Body::Readings(readings) => {
                for reading in readings {
                    found.extend(reading.when.iter_mut());
                    found.extend(reading.open.iter_mut().filter_map(|open| open.when.as_mut()));
                }
            }
        }
    }
    for license in &mut case.licenses {
        found.extend(license.provided.iter_mut().map(|clause| &mut clause.when));
        found.extend(license.blocks.iter_mut().flat_map(|block| &mut block.provided).map(|clause| &mut clause.when));
    }
    found.extend(case.terms.iter_mut().flat_map(|terms| &mut terms.provided).map(|clause| &mut clause.when));
    found
}

fn simpler_licenses(case: &Case, ways: &mut Vec<Case>) {
    change_each(
        case,
        ways,
        |case| &mut case.licenses,
        &[
            |license: &mut License| license.provided.clear(),
            |license: &mut License| drop(license.provided.pop()),
            |license: &mut License| drop_first(&mut license.provided),
            |license: &mut License| license.blocks.clear(),
            |license: &mut License| drop(license.blocks.pop()),
            |license: &mut License| drop_first(&mut license.blocks),
            |license: &mut License| license.versions = None,
            |license: &mut License| license.units = None,
            |license: &mut License| license.pack = None,
            |license: &mut License| license.minimum = None,
            |license: &mut License| license.under = None,
            |license: &mut License| license.metrics.truncate(1),
            |license: &mut License| drop_first(&mut license.metrics),
            |license: &mut License| license.provided.iter_mut().for_each(|clause| clause.period = Period::default()),
            |license: &mut License| license.blocks.iter_mut().for_each(|block| block.period = Period::default()),
            |license: &mut License| license.blocks.iter_mut().for_each(|block| block.provided.clear()),
            |license: &mut License| license.blocks.iter_mut().for_each(|block| block.pack = None),
            |license: &mut License| license.blocks.iter_mut().for_each(|block| drop(block.includes.pop())),
            |license: &mut License| {
                license.blocks.iter_mut().for_each(|block| {
                    if block.includes.len() > 1 {
                        block.includes.remove(0);
                    }
                })
            },
            |license: &mut License| license.grants.iter_mut().for_each(|grants| grants.functionalities.truncate(1)),
        ],
    );
}

fn simpler_rows(case: &Case, ways: &mut Vec<Case>) {
    change_each(case, ways, |case| &mut case.estate.users, &[one_head, without_facts, without_a_fact]);
    change_each(case, ways, |case| &mut case.estate.devices, &[one_head, without_facts, without_a_fact]);
    change_each(
        case,
        ways,
        |case| &mut case.estate.holdings,
        &[
            |row: &mut Holding| row.assigned_to = None,
            |row: &mut Holding| row.sa_until = None,
            |row: &mut Holding| row.acquired = None,
            |row: &mut Holding| row.quantity = 1,
            |row: &mut Holding| row.quantity = (row.quantity - 1).max(1),
            |row: &mut Holding| row.facts.clear(),
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.estate.prices,
        &[
            |row: &mut Price| row.version = None,
            |row: &mut Price| row.metric = None,
            |row: &mut Price| row.period = Period::default(),
            |row: &mut Price| row.cents = 1000,
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.estate.servers,
        &[
            |row: &mut Server| row.host = None,
            |row: &mut Server| row.runs_on = None,
            |row: &mut Server| row.facts.clear(),
            |row: &mut Server| drop(row.facts.pop_first()),
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.estate.hosts,
        &[
            |row: &mut Host| row.kind = None,
            |row: &mut Host| row.cores = None,
            |row: &mut Host| row.processors = None,
            |row: &mut Host| row.facts.clear(),
        ],
    );
    change_each(
        case,
        ways,
        |case| &mut case.estate.accesses,
        &[
            |row: &mut Access| row.functionality = None,
            |row: &mut Access| row.device = row.device.take().filter(|_| row.user.is_none()),
            |row: &mut Access| row.user = row.user.take().filter(|_| row.device.is_none()),
            |row: &mut Access| row.facts.clear(),
            |row: &mut Access| drop(row.facts.pop_first()),
            |row: &mut Access| drop(row.facts.pop_last()),
        ],
    );
    change_each(case, ways, |case| &mut case.estate.absences, &[|row: &mut Absence| row.count = None]);
    let mut plain = case.clone();
    plain.estate.agreement = None;
    plain.estate.signed = None;
    let mut fewer = case.clone();
    fewer.estate.facts.clear();
    ways.extend([plain, fewer].into_iter().filter(|next| format!("{next:?}") != format!("{case:?}")));
}

fn one_head(row: &mut Population) {
    row.count = match row.count {
        Count::Heads(heads) => Count::Heads((heads - 1).max(1)),
        Count::Many => Count::Heads(1),
    };
}

fn without_facts(row: &mut Population) {
    row.facts.clear();
}

fn without_a_fact(row: &mut Population) {
    row.facts.pop_first();
}

fn drop_first<T>(list: &mut Vec<T>) {
    if list.len() > 1 {
        list.remove(0);
    }
}
