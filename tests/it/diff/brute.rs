//! Generated pairs of small sets: the cases against every combination of facts, evaluated here from the meaning of the
//! language alone. `ENTAIL_DIFFS=5000` tries more pairs.

use super::{condition_text, edition, text_set, witnesses_fail, witnesses_show_nothing};
use crate::generate::Rng;
use entail::diff::difference::{Case, Change, ChangeKind, Condition, Difference};
use entail::diff::verdict::Verdict;
use entail::diff::{LIMIT, diff};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A condition as the generator makes it.
#[derive(Clone, Debug, PartialEq)]
enum Cond {
    Relation(Vec<usize>),
    Hosted,
    AtLeast(i32),
    Internet,
    Owned,
    UnderA,
    NoUser,
    External,
    SameOrLater,
    ServerIs(usize),
    PerUser,
    Not(Box<Cond>),
    All(Vec<Cond>),
    Any(Vec<Cond>),
}

const RELATIONS: [&str; 3] = ["a", "b", "c"];
const DAYS: [&str; 5] = ["2009-06-01", "2010-01-01", "2010-06-01", "2011-01-01", "2011-06-01"];
/// The day on which release 3 is out: before, no server has it.
const OUT: usize = 2;

/// A set: readings of one term, two exemptions, a prohibition, two clauses; each with the day from which it is in force.
#[derive(Clone, Debug)]
struct Policy {
    one: Cond,
    open: Option<Cond>,
    two: Cond,
    two_from: Option<usize>,
    exempt: Vec<(Cond, Option<usize>)>,
    quota: (u64, Cond),
    prohibit: Cond,
    clauses: Vec<(Cond, Option<usize>)>,
}

/// One combination of facts.
#[derive(Clone, Copy, Debug)]
struct Point {
    user: bool,
    device: bool,
    relation: usize,
    hosted: bool,
    number: i32,
    internet: bool,
    owned: bool,
    under_a: bool,
    day: usize,
    server: usize,
    license: usize,
    per_user: bool,
}

#[derive(Clone, Copy)]
enum Place {
    Reading,
    Rule,
    Clause,
}

fn atom(rng: &mut Rng, place: Place) -> Cond {
    let count = match place {
        Place::Reading => 4,
        Place::Rule => 8,
        Place::Clause => 11,
    };
    match rng.below(count) {
        0 => Cond::Relation(rng.some(&[0, 1, 2])),
        1 => Cond::Hosted,
        2 => Cond::AtLeast(1 + i32::try_from(rng.below(3)).unwrap()),
        3 => Cond::UnderA,
        4 => Cond::Internet,
        5 => Cond::Owned,
        6 => Cond::NoUser,
        7 => Cond::External,
        8 => Cond::SameOrLater,
        9 => Cond::ServerIs(rng.below(3)),
        _ => Cond::PerUser,
    }
}

fn cond(rng: &mut Rng, place: Place, depth: usize) -> Cond {
    let parts = |rng: &mut Rng| (0..2).map(|_| cond(rng, place, depth - 1)).collect();
    match rng.below(if depth == 0 { 1 } else { 5 }) {
        0 | 1 => atom(rng, place),
        2 => Cond::Not(Box::new(cond(rng, place, depth - 1))),
        3 => Cond::All(parts(rng)),
        _ => Cond::Any(parts(rng)),
    }
}

fn from(rng: &mut Rng) -> Option<usize> {
    rng.chance(30).then(|| rng.pick(&[1, 3]))
}

fn policy(rng: &mut Rng) -> Policy {
    Policy {
        one: cond(rng, Place::Reading, 2),
        open: rng.chance(25).then(|| cond(rng, Place::Reading, 1)),
        two: cond(rng, Place::Reading, 2),
        two_from: from(rng),
        exempt: (0..2).map(|_| (cond(rng, Place::Rule, 2), from(rng))).collect(),
        quota: (rng.pick(&[1, 2]), cond(rng, Place::Rule, 1)),
        prohibit: cond(rng, Place::Rule, 1),
        clauses: (0..2).map(|_| (cond(rng, Place::Clause, 2), from(rng))).collect(),
    }
}

/// The other side: one or two things changed, or only said otherwise.
fn other(rng: &mut Rng, policy: &Policy) -> Policy {
    let mut other = policy.clone();
    for _ in 0..=rng.below(2) {
        match rng.below(10) {
            0 => other.one = cond(rng, Place::Reading, 2),
            1 => other.two = cond(rng, Place::Reading, 2),
            2 => other.two_from = from(rng),
            3 => other.exempt[0] = (cond(rng, Place::Rule, 2), from(rng)),
            4 => other.quota = (rng.pick(&[1, 2, 3]), cond(rng, Place::Rule, 1)),
            5 => other.prohibit = cond(rng, Place::Rule, 1),
            6 => other.clauses[0] = (cond(rng, Place::Clause, 2), from(rng)),
            7 => other.open = rng.chance(50).then(|| cond(rng, Place::Reading, 1)),
            8 => other.exempt.reverse(),
            _ => other.prohibit = Cond::Not(Box::new(Cond::Not(Box::new(other.prohibit.clone())))),
        }
    }
    other
}

impl Cond {
    fn text(&self) -> String {
        let joined = |parts: &[Cond], word: &str| {
            format!("({})", parts.iter().map(Cond::text).collect::<Vec<_>>().join(&format!(" {word} ")))
        };
        match self {
            Cond::Relation(members) => {
                format!(
                    "user.r in [{}]",
                    members.iter().map(|member| RELATIONS[*member]).collect::<Vec<_>>().join(", ")
                )
            }
            Cond::Hosted => "user.h".to_owned(),
            Cond::AtLeast(number) => format!("user.n >= {number}"),
            Cond::Internet => "access.c".to_owned(),
            Cond::Owned => "device.d".to_owned(),
            Cond::UnderA => "agreement is A".to_owned(),
            Cond::NoUser => "access.user is none".to_owned(),
            Cond::External => "user is x".to_owned(),
            Cond::SameOrLater => "license.version >= server.version".to_owned(),
            Cond::ServerIs(version) => format!("server.version is P {}", version + 1),
            Cond::PerUser => "license.metric is user".to_owned(),
            Cond::Not(inner) => format!("not {}", inner.text()),
            Cond::All(parts) => joined(parts, "and"),
            Cond::Any(parts) => joined(parts, "or"),
        }
    }

    /// The answer at a point; `external` is what the term comes to there.
    fn holds(&self, point: &Point, external: bool) -> bool {
        match self {
            Cond::Relation(members) => members.contains(&point.relation),
            Cond::Hosted => point.hosted,
            Cond::AtLeast(number) => point.number >= *number,
            Cond::Internet => point.internet,
            Cond::Owned => point.owned,
            Cond::UnderA => point.under_a,
            Cond::NoUser => !point.user,
            Cond::External => external,
            Cond::SameOrLater => point.license >= point.server,
            Cond::ServerIs(version) => point.server == *version,
            Cond::PerUser => point.per_user,
            Cond::Not(inner) => !inner.holds(point, external),
            Cond::All(parts) => parts.iter().all(|part| part.holds(point, external)),
            Cond::Any(parts) => parts.iter().any(|part| part.holds(point, external)),
        }
    }
}

impl Policy {
    /// The same, its term about users: one that reads nothing of them is about nothing.
    fn of_users(mut self) -> Policy {
        if !self.one.text().contains("user.") {
            self.one = Cond::Any(vec![self.one, Cond::All(vec![Cond::Hosted, Cond::UnderA])]);
        }
        self
    }

    fn text(&self) -> String {
        let from = |from: &Option<usize>| from.map_or(String::new(), |day| format!("from {}", DAYS[day]));
        let open =
            self.open.as_ref().map_or(String::new(), |open| format!("open when {} because \"unsaid\"", open.text()));
        let mut text = format!(
            "source S1 {{ kind: a }}\nsource S2 {{ kind: a {} }}\nprefer S2 {{ over S1 because \"newer\" }}\n\
             enum R {{ a b c }}\nfacts user {{ r: R \"r\" h: bool \"h\" n: int \"n\" }}\nfacts access {{ c: bool \"c\" }}\n\
             facts device {{ d: bool \"d\" }}\nagreement A {{}}\nproduct P {{ release 1 release 2 release 3 from {} functionality f }}\n\
             define x {{\n  reading S1 {{ when {} {open} }}\n  reading S2 {{ when {} }}\n}}\n\
             exempt some at S1 {{ limit {} per server when {} }}\nprohibit p at S1 {{ when {} }}\n\
             license L at S1 {{\n  assigned to user or host\n  grants P.f\n",
            from(&self.two_from),
            DAYS[OUT],
            self.one.text(),
            self.two.text(),
            self.quota.0,
            self.quota.1.text(),
            self.prohibit.text(),
        );
        for (place, (clause, day)) in self.clauses.iter().enumerate() {
            writeln!(text, "  provided k{place} at S1 {}: {}", from(day), clause.text()).unwrap();
        }
        text += "}\n";
        for (place, (rule, day)) in self.exempt.iter().enumerate() {
            writeln!(text, "exempt e{place} at S1 {{ {} when {} }}", from(day), rule.text()).unwrap();
        }
        text
    }

    /// What the reading of a source says: yes, no, or open.
    fn says(&self, point: &Point, second: bool) -> &'static str {
        match (second, &self.open) {
            (true, _) => word(self.two.holds(point, false), ["yes", "no"]),
            (false, Some(open)) if open.holds(point, false) => "open",
            (false, _) => word(self.one.holds(point, false), ["yes", "no"]),
        }
    }

    fn second_applies(&self, point: &Point) -> bool {
        self.two_from.is_none_or(|from| point.day >= from)
    }

    /// The outcome of a rule or clause: no where it depends on what is absent.
    fn outcome(&self, cond: &Cond, point: &Point, unsaid: bool) -> bool {
        let mut all = true;
        for absent in absent(point) {
            let externals: &[bool] = match (self.says(&absent, self.second_applies(point)), point.user) {
                ("yes", _) => &[true],
                ("no", _) => &[false],
                // Of nobody it stays unsaid: the rule then depends on it.
                (_, true) => &[unsaid],
                (_, false) => &[false, true],
            };
            all &= externals.iter().all(|external| cond.holds(&absent, *external));
        }
        all
    }

    fn in_force(from: &Option<usize>, point: &Point) -> bool {
        from.is_none_or(|from| point.day >= from)
    }

    fn verdict(&self, subject: Subject, point: &Point) -> String {
        match subject {
            Subject::Said(second) => self.says(point, second).to_owned(),
            Subject::Applied => self.says(point, self.second_applies(point)).to_owned(),
            Subject::Reading => word(self.second_applies(point), ["S2", "S1"]).to_owned(),
            Subject::Demand => self.settled(["exempt", "demand"], |unsaid| {
                self.exempt.iter().any(|(rule, from)| Self::in_force(from, point) && self.outcome(rule, point, unsaid))
            }),
            Subject::Quota => {
                let (limit, rule) = &self.quota;
                match (self.outcome(rule, point, false), self.outcome(rule, point, true)) {
                    (true, true) => format!("exempt up to {limit} per server"),
                    (false, false) => "demand".to_owned(),
                    _ => "open within a limit".to_owned(),
                }
            }
            Subject::Prohibition => {
                self.settled(["prohibited", "allowed"], |unsaid| self.outcome(&self.prohibit, point, unsaid))
            }
            Subject::Cover => self.settled(["covers", "does not cover"], |unsaid| {
                self.clauses
                    .iter()
                    .all(|(clause, from)| !Self::in_force(from, point) || self.outcome(clause, point, unsaid))
            }),
        }
    }

    fn settled(&self, words: [&str; 2], holds: impl Fn(bool) -> bool) -> String {
        match (holds(false), holds(true)) {
            (true, true) => words[0].to_owned(),
            (false, false) => words[1].to_owned(),
            _ => "open".to_owned(),
        }
    }
}

fn word(yes: bool, words: [&'static str; 2]) -> &'static str {
    if yes { words[0] } else { words[1] }
}

/// The point with every value of what is absent.
fn absent(point: &Point) -> Vec<Point> {
    let mut all = vec![*point];
    if !point.user {
        let each = |point: Point| {
            (0..3).flat_map(move |relation| {
                [false, true]
                    .into_iter()
                    .flat_map(move |hosted| (0..5).map(move |number| Point { relation, hosted, number, ..point }))
            })
        };
        all = all.into_iter().flat_map(each).collect();
    }
    if !point.device {
        all = all.into_iter().flat_map(|point| [false, true].map(|owned| Point { owned, ..point })).collect();
    }
    all
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Subject {
    Said(bool),
    /// What the reading that applies says, where that is another than before.
    Applied,
    Reading,
    Demand,
    Quota,
    Prohibition,
    Cover,
}

impl Subject {
    fn all() -> [Subject; 8] {
        let said = [Subject::Said(false), Subject::Said(true)];
        [
            said[0],
            said[1],
            Subject::Applied,
            Subject::Reading,
            Subject::Demand,
            Subject::Quota,
            Subject::Prohibition,
            Subject::Cover,
        ]
    }

    fn is(self, change: &Change) -> bool {
        let of_quota = |verdict: &Verdict| verdict.limit().is_some() || *verdict == Verdict::OpenWithinLimit;
        let limited = of_quota(&change.from) || of_quota(&change.to);
        match (self, change.kind) {
            (Subject::Said(second), ChangeKind::Definition) => change.subject == word(second, ["x: S2", "x: S1"]),
            (Subject::Applied, ChangeKind::Definition) => change.subject == "x",
            (Subject::Reading, ChangeKind::Reading)
            | (Subject::Prohibition, ChangeKind::Prohibition)
            | (Subject::Cover, ChangeKind::Cover) => true,
            (Subject::Quota, ChangeKind::Demand) => limited,
            (Subject::Demand, ChangeKind::Demand) => !limited,
            _ => false,
        }
    }

    /// Every combination that matters to the subject, the others at one value.
    fn points(self) -> Vec<Point> {
        let mut points = vec![Point {
            user: true,
            device: false,
            relation: 0,
            hosted: false,
            number: 0,
            internet: false,
            owned: false,
            under_a: false,
            day: 0,
            server: 0,
            license: 0,
            per_user: false,
        }];
        let mut each = |vary: &dyn Fn(Point) -> Vec<Point>| points = points.drain(..).flat_map(vary).collect();
        each(&|point| [false, true].map(|under_a| Point { under_a, ..point }).into());
        each(&|point| (0..5).map(|day| Point { day, ..point }).collect());
        if !matches!(self, Subject::Said(_) | Subject::Applied | Subject::Reading) {
            each(&|point| {
                [(true, false), (false, true), (true, true)]
                    .map(|(user, device)| Point { user, device, ..point })
                    .into()
            });
            each(&|point| [false, true].map(|internet| Point { internet, ..point }).into());
            each(&|point| {
                [false, true][..if point.device { 2 } else { 1 }]
                    .iter()
                    .map(|owned| Point { owned: *owned, ..point })
                    .collect()
            });
        }
        if self == Subject::Cover {
            each(&|point| (0..3).map(|server| Point { server, ..point }).collect());
            each(&|point| (0..3).map(|license| Point { license, ..point }).collect());
            each(&|point| {
                [false, true][..if point.user { 2 } else { 1 }]
                    .iter()
                    .map(|per_user| Point { per_user: *per_user, ..point })
                    .collect()
            });
        }
        if self != Subject::Reading {
            each(&|point| {
                if point.user {
                    absent(&Point { user: false, device: true, ..point })
                        .into_iter()
                        .map(|each| Point { user: true, device: point.device, ..each })
                        .collect()
                } else {
                    vec![point]
                }
            });
        }
        points
    }
}

/// Whether a case holds at a point: a condition on a fact of the user or the device says that there is one.
fn contains(case: &[Condition], point: &Point) -> bool {
    case.iter().all(|condition| meets(condition, point))
}

fn meets(condition: &Condition, point: &Point) -> bool {
    match condition {
        Condition::In { fact, values } => value(fact, point).is_some_and(|value| values.contains(&value)),
        Condition::Within { fact, from, until } => {
            let Some(value) = value(fact, point) else { return false };
            // Days and one digit numbers stand in the order of their texts.
            from.as_ref().is_none_or(|from| *from <= value) && until.as_ref().is_none_or(|until| value < *until)
        }
    }
}

/// The value of a fact; none where nobody has it.
fn value(fact: &str, point: &Point) -> Option<String> {
    let yes = |yes: bool| word(yes, ["yes", "no"]).to_owned();
    let there = |there: bool| word(there, ["present", "none"]).to_owned();
    match fact {
        "user.r" => point.user.then(|| RELATIONS[point.relation].to_owned()),
        "user.h" => point.user.then(|| yes(point.hosted)),
        "user.n" => point.user.then(|| point.number.to_string()),
        "access.c" => Some(yes(point.internet)),
        "device.d" => point.device.then(|| yes(point.owned)),
        "agreement" => Some(word(point.under_a, ["A", "none"]).to_owned()),
        "access.user" => Some(there(point.user)),
        "access.device" => Some(there(point.device)),
        "estate.as_of" => Some(DAYS[point.day].to_owned()),
        "server.version" => Some((point.server + 1).to_string()),
        "license.version" => Some((point.license + 1).to_string()),
        "license.metric" => Some(word(point.per_user, ["user", "host"]).to_owned()),
        other => panic!("{other}"),
    }
}

/// Every way to widen a condition by one value, or by one step of an interval.
fn wider(condition: &Condition) -> Vec<Condition> {
    match condition {
        Condition::In { fact, values } => {
            let all: &[&str] = match fact.as_str() {
                "user.r" => &RELATIONS,
                "agreement" => &["A", "none"],
                "access.user" | "access.device" => &["present", "none"],
                "server.version" | "license.version" => &["1", "2", "3"],
                "license.metric" => &["user", "host"],
                _ => &["yes", "no"],
            };
            let more = all.iter().filter(|value| !values.contains(&(**value).to_owned()));
            more.map(|value| Condition::In {
                fact: fact.clone(),
                values: [values.clone(), vec![(*value).to_owned()]].concat(),
            })
            .collect()
        }
        Condition::Within { fact, from, until } => {
            let steps: Vec<&str> = if fact == "user.n" { vec!["0", "1", "2", "3", "4"] } else { DAYS.to_vec() };
            let before =
                |from: &String| steps.iter().rev().find(|step| **step < from.as_str()).map(|step| (*step).to_owned());
            let after =
                |until: &String| steps.iter().find(|step| **step > until.as_str()).map(|step| (*step).to_owned());
            let mut wider = Vec::new();
            if let Some(from) = from {
                wider.push(Condition::Within { fact: fact.clone(), from: before(from), until: until.clone() });
            }
            if let Some(until) = until {
                wider.push(Condition::Within { fact: fact.clone(), from: from.clone(), until: after(until) });
            }
            wider
        }
    }
}

/// What is wrong with a difference, by every combination of facts.
fn check(old: &Policy, new: &Policy, difference: &Difference, count: &mut Count) -> Result<(), String> {
    if !difference.complete {
        return Err("incomplete".to_owned());
    }
    for subject in Subject::all() {
        let points: Vec<(Point, String, String)> = subject
            .points()
            .into_iter()
            .filter(|point| !is_free([old, new], subject, point))
            .map(|point| {
                let [from, to] = [old, new].map(|side| side.verdict(subject, &point));
                let elsewhere = subject == Subject::Applied && old.second_applies(&point) == new.second_applies(&point);
                (point, from.clone(), if elsewhere { from } else { to })
            })
            .collect();
        let changes: Vec<&Change> = difference.changes.iter().filter(|change| subject.is(change)).collect();
        for (point, from, to) in points.iter().filter(|(_, from, to)| from != to) {
            let numbers = from.contains("up to") && to.contains("up to");
            if !numbers && !changes.iter().any(|change| turn(change) == [from.as_str(), to]) {
                return Err(format!("{subject:?} {from} → {to} is not told: {point:?}"));
            }
        }
        for change in changes {
            let turn = turn(change);
            let changed = |(_, from, to): &(Point, String, String)| turn == [from.as_str(), to];
            if !points.iter().any(changed) {
                return Err(format!("{subject:?} {} → {} never happens", change.from, change.to));
            }
            if change.follows_from.is_none() {
                cases(change, &points, count)
                    .map_err(|problem| format!("{subject:?} {} → {}: {problem}", change.from, change.to))?;
            } else {
                count.following += 1;
            }
        }
    }
    Ok(())
}

/// Prohibited accesses neither demand nor are exempt, and an exempt one needs no place; no server has a version that is not out.
fn is_free(sides: [&Policy; 2], subject: Subject, point: &Point) -> bool {
    if point.server == 2 && point.day < OUT {
        return true;
    }
    let some = |subject: Subject, verdicts: &[&str]| {
        sides.iter().any(|side| verdicts.contains(&side.verdict(subject, point).as_str()))
    };
    match subject {
        Subject::Demand => some(Subject::Prohibition, &["prohibited"]),
        Subject::Quota => some(Subject::Prohibition, &["prohibited"]) || some(Subject::Demand, &["exempt"]),
        _ => false,
    }
}

/// The verdicts of a change as they are told.
fn turn(change: &Change) -> [String; 2] {
    [&change.from, &change.to].map(Verdict::to_string)
}

fn cases(change: &Change, points: &[(Point, String, String)], count: &mut Count) -> Result<(), String> {
    let turn = turn(change);
    let changed = |(_, from, to): &(Point, String, String)| turn == [from.as_str(), to];
    let shown = |case: &Case| case.when.iter().map(condition_text).collect::<Vec<_>>().join("; ");
    let wrong = |when: &[Condition]| points.iter().find(|point| contains(when, &point.0) && !changed(point));
    for point in points.iter().filter(|point| changed(point)) {
        if !change.cases.iter().any(|case| contains(&case.when, &point.0)) {
            return Err(format!("no case holds {point:?}"));
        }
    }
    for (place, case) in change.cases.iter().enumerate() {
        count.cases += 1;
        count.unconfirmed += usize::from(!case.confirmed);
        if !case.confirmed && count.told.len() < 3 {
            count.told.push(format!(
                "{} {} → {}: {}\n{}",
                change.subject,
                change.from,
                change.to,
                shown(case),
                case.witness.clone().unwrap_or_default()
            ));
        }
        if let Some(point) = wrong(&case.when) {
            return Err(format!("{} holds {point:?}", shown(case)));
        }
        let others = |point: &Point| {
            change.cases.iter().enumerate().any(|(other, case)| other != place && contains(&case.when, point))
        };
        if !points.iter().any(|point| changed(point) && contains(&case.when, &point.0) && !others(&point.0)) {
            return Err(format!("{} can be dropped", shown(case)));
        }
        for (at, condition) in case.when.iter().enumerate() {
            let mut without = case.when.clone();
            without.remove(at);
            if wrong(&without).is_none() {
                return Err(format!("{} is not needed in {}", condition_text(condition), shown(case)));
            }
            for wider in wider(condition) {
                let mut widened = case.when.clone();
                widened[at] = wider;
                let more = points.iter().any(|point| contains(&widened, &point.0) && !contains(&case.when, &point.0));
                if more && wrong(&widened).is_none() {
                    return Err(format!("{} can be widened to {}", shown(case), condition_text(&widened[at])));
                }
            }
        }
    }
    Ok(())
}

#[derive(Default)]
struct Count {
    cases: usize,
    following: usize,
    unconfirmed: usize,
    told: Vec<String>,
}

#[test]
fn cases_are_exact() {
    let pairs = std::env::var("ENTAIL_DIFFS").ok().and_then(|pairs| pairs.parse().ok()).unwrap_or(300);
    let (mut count, mut words) = (Count::default(), BTreeSet::new());
    for seed in 0..pairs {
        let mut rng = Rng::new(seed);
        let old = policy(&mut rng).of_users();
        let new = other(&mut rng, &old).of_users();
        let sets = [text_set(&old.text()), text_set(&new.text())];
        let difference = diff(&edition(&sets[0], &[]), &edition(&sets[1], &[]), LIMIT);
        words.insert(difference.verdict);
        if seed % 10 == 0 {
            let file = |policy: &Policy| [("policy.entail".to_owned(), policy.text())];
            assert_eq!(witnesses_fail(&difference, &file(&new)), Vec::<String>::new(), "seed {seed}");
            assert_eq!(witnesses_show_nothing(&difference, &file(&old)), Vec::<String>::new(), "seed {seed}");
        }
        if let Err(problem) = check(&old, &new, &difference, &mut count) {
            panic!(
                "seed {seed}: {problem}\n--- old\n{}--- new\n{}{}",
                old.text(),
                new.text(),
                super::shown(&difference)
            );
        }
    }
    assert_eq!((count.unconfirmed, count.told), (0, Vec::new()));
    // A test that meets nothing proves nothing.
    assert!(count.cases as u64 > pairs && count.following as u64 > pairs / 10 && words.len() >= 4, "{}", count.cases);
}
