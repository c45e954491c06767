//! The effective accesses of a subject, those alike told together.

use super::Explainer;
use super::changes::Supposed;
use super::demands::RaisedBy;
use super::reasons::About;
use super::told::{self, Access, Brought, Change, Elsewhere, Step};
use crate::decide::Node;
use crate::estate::{AccessRow, Heads, Holder, ServerRow};
use crate::evaluate::Effective;
use crate::evaluate::hold;
use crate::evaluate::reach;
use crate::evaluate::ruling::Ruling;
use crate::evaluate::scope::RowScope;
use crate::evaluate::trace::Recorder;
use crate::evaluate::unknowns::Class;
use crate::position::build::DemandOf;
use crate::program::{Effect, FunctionalityId, RuleId};
use crate::value::Truth;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Accesses are alike that come by one server to one server for one thing, by users, devices and facts of one class, with
/// equal verdicts; those of different users or devices only where a server is asked about.
type Alike = ([ServerRow; 2], FunctionalityId, [Option<Class>; 3], usize, [Option<Holder>; 2]);

/// On the ways from a server to each that it reaches: the server before, and the step from there.
type Ways = HashMap<ServerRow, (ServerRow, Arc<Step>)>;

/// What is found around the accesses told, once for all of them.
struct Around {
    /// Of each exemption with a limit, at each server: what users and devices do there for which it does not hold.
    failing: HashMap<(RuleId, ServerRow, Holder), Vec<Effective>>,
    /// By the server where they start.
    ways: HashMap<ServerRow, Ways>,
}

impl<'w> Explainer<'w> {
    /// The effective accesses that are asked about.
    pub(super) fn accesses(&mut self, asked: impl Fn(&Effective) -> bool, apart: bool) -> Vec<Access> {
        let mut groups: BTreeMap<Alike, Vec<Effective>> = BTreeMap::new();
        let (mut order, mut verdicts) = (Vec::new(), HashMap::new());
        let evaluation = self.evaluation;
        for access in evaluation.effective.iter().filter(|access| asked(access)) {
            let next = verdicts.len();
            let verdict = *verdicts.entry(evaluation.verdicts.get(access.verdict)).or_insert(next);
            let key = self.alike(access, verdict, apart);
            let group = groups.entry(key).or_default();
            if group.is_empty() {
                order.push(key);
            }
            group.push(*access);
        }
        let groups: Vec<&Vec<Effective>> = order.iter().filter_map(|key| groups.get(key)).collect();
        let mut around = Around { failing: self.failing(&groups), ways: HashMap::new() };
        groups.into_iter().filter_map(|group| self.group(group, &mut around)).collect()
    }

    /// Of each exemption with a limit, at each server of some accesses: all that those who come do there for which it does not
    /// hold.
    fn failing(&self, groups: &[&Vec<Effective>]) -> HashMap<(RuleId, ServerRow, Holder), Vec<Effective>> {
        let actors = |access: &Effective| {
            let server = access.server;
            self.estate.actors(access.access).map(move |actor| (server, actor))
        };
        let coming: HashSet<(ServerRow, Holder)> = groups.iter().copied().flatten().flat_map(actors).collect();
        let fails = |(rule, holds): &&(RuleId, Node)| *holds == Node::NO && self.rules.is_quota(*rule);
        let mut failing: HashMap<(RuleId, ServerRow, Holder), Vec<Effective>> = HashMap::new();
        for access in self.evaluation.effective.iter().filter(|access| access.under == Node::YES) {
            let verdict = self.evaluation.verdicts.get(access.verdict);
            for (rule, _) in verdict.into_iter().flat_map(|verdict| &verdict.rules).filter(fails) {
                for (server, actor) in actors(access).filter(|key| coming.contains(key)) {
                    failing.entry((*rule, server, actor)).or_default().push(*access);
                }
            }
        }
        failing
    }

    fn alike(&self, access: &Effective, verdict: usize, apart: bool) -> Alike {
        let (given, classes) = (&self.estate.accesses[access.access], &self.evaluation.classes);
        let user = given.user.map(|row| classes.users.class(row));
        let device = given.device.map(|row| classes.devices.class(row));
        let holders = [given.user.map(Holder::User), given.device.map(Holder::Device)];
        let holders = if apart { holders } else { [None, None] };
        let classes = [user, device, Some(classes.accesses.class(access.access))];
        ([given.server, access.server], access.functionality, classes, verdict, holders)
    }

    fn group(&mut self, group: &[Effective], around: &mut Around) -> Option<Access> {
        let first = *group.first()?;
        let rows = RowScope::new(self.rules, self.estate, &self.evaluation.classes);
        let rows = rows.at_access(first.access, first.server, first.functionality);
        let supposed = self.supposed(&rows);
        let speaking = self.speaking(&first);
        let mut rules: Vec<told::Rule> = speaking.iter().map(|rule| self.rule(&supposed, *rule)).collect();
        for (id, rule) in speaking.iter().zip(&mut rules).filter(|(id, _)| self.rules.is_quota(**id)) {
            rule.hindered_by = self.hindering(group, *id, around);
        }
        let verdict = self.ruling(&speaking, &rules);
        let given = &self.estate.accesses[first.access];
        let demands = self.rules.program.demands(first.functionality);
        let heads: BTreeSet<Holder> = group.iter().filter_map(|access| self.actor(access.access)).collect();
        let heads = heads.into_iter().fold(Heads::Count(0), |sum, head| sum.plus(self.estate.heads(head)));
        Some(Access {
            who: self.who(group),
            heads: Some(heads),
            given: group.iter().map(|access| self.estate.accesses[access.access].rows).sum(),
            rows: group.iter().map(|access| self.place(self.estate.accesses[access.access].span)).collect(),
            server: self.estate.servers[first.server].id.to_string(),
            functionality: self.rules.program.functionality_path(first.functionality),
            route: self.route((given.server, first.server), around),
            verdict,
            rules,
            demands: demands
                .into_iter()
                .map(|demand| self.demand(&self.raised(group, demand), &supposed, demand))
                .collect(),
            changes: self.changes(&supposed, &speaking, verdict),
        })
    }

    /// What the rules that speak of an access come to, by their answers.
    fn ruling(&self, speaking: &[RuleId], rules: &[told::Rule]) -> Ruling {
        let kind = |rule: &RuleId| self.rules.program.rules[*rule].effect.kind();
        let answers = speaking.iter().zip(rules).map(|(id, rule)| (*id, kind(id), rule.answer));
        Ruling::of(&answers.collect::<Vec<_>>())
    }

    /// The demands for a functionality that the accesses of a group raise, each once.
    fn raised(&self, group: &[Effective], functionality: FunctionalityId) -> BTreeSet<RaisedBy> {
        let raised = |access| RaisedBy { of: self.demand_of(access, functionality), by: Some(access.verdict) };
        group.iter().map(raised).collect()
    }

    /// The demand for a functionality that an access raises.
    pub(super) fn demand_of(&self, access: &Effective, functionality: FunctionalityId) -> DemandOf {
        let given = &self.estate.accesses[access.access];
        DemandOf { server: access.server, user: given.user, device: given.device, functionality }
    }

    /// The head that an access counts as one of: its user, else its device.
    fn actor(&self, access: AccessRow) -> Option<Holder> {
        self.estate.actors(access).next()
    }

    fn who(&self, group: &[Effective]) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let names = group.iter().map(|access| self.actors_text(access.access));
        names.filter(|name| seen.insert(name.clone())).collect()
    }

    /// `bob`, `kiosk`, or `bob by kiosk`.
    pub(super) fn actors_text(&self, access: AccessRow) -> String {
        let ids: Vec<&str> = self.estate.actors(access).map(|actor| self.estate.id(actor).as_ref()).collect();
        ids.join(" by ")
    }

    /// `bob -> web`.
    pub(super) fn access_text(&self, access: AccessRow) -> String {
        let server = &self.estate.servers[self.estate.accesses[access].server].id;
        format!("{} -> {server}", self.actors_text(access))
    }

    /// The rules in force that speak of an access, as evaluated.
    fn speaking(&self, access: &Effective) -> Vec<RuleId> {
        let verdict = self.evaluation.verdicts.get(access.verdict);
        verdict.map_or_else(Vec::new, |verdict| verdict.rules.iter().map(|(rule, _)| *rule).collect())
    }

    /// A rule evaluated again, with a sink that remembers.
    fn rule(&mut self, supposed: &Supposed<'_>, id: RuleId) -> told::Rule {
        let about = About { rows: supposed.rows, unit: None };
        let rule = &self.rules.program.rules[id];
        let (holds, heard) = hold::holds(self.rules, self.estate, self.unknowns, about.rows, id, Recorder::default());
        let because = self.reasons(&heard.traces(), about);
        let answer = holds.truth();
        let named = self.estate.evidence.contains_key(&id);
        let change = (answer != Truth::Yes).then(|| {
            let open = self.open_rule(supposed, id);
            self.nearest(open, Brought::Holds, about)
        });
        let (prohibits, limit, remedy) = match &rule.effect {
            Effect::Prohibit { remedy } => (true, None, remedy.clone()),
            Effect::Exempt { limit } => (false, *limit, None),
        };
        told::Rule {
            rule: rule.header.name.clone(),
            title: rule.header.display().to_owned(),
            prohibits,
            limit,
            answer,
            because,
            evidence: rule.evidence.clone().filter(|_| !named),
            remedy,
            cites: self.cites(&rule.header),
            change: change.flatten(),
            hindered_by: Vec::new(),
        }
    }

    /// What keeps everybody who comes in some accesses from a place, whatever is said of these: the other accesses to the
    /// server for which the rule does not hold, of the user or of the device, whoever has fewer.
    fn hindering(&self, group: &[Effective], rule: RuleId, around: &Around) -> Vec<Elsewhere> {
        let mut hindering = BTreeSet::new();
        for access in group {
            let failing = |actor| around.failing.get(&(rule, access.server, actor)).map_or(&[][..], Vec::as_slice);
            let fewest = self.estate.actors(access.access).map(failing).min_by_key(|failing| failing.len());
            let mut others = fewest.unwrap_or_default().iter().filter(|other| *other != access).peekable();
            if others.peek().is_none() {
                return Vec::new();
            }
            hindering.extend(others.map(|other| (other.access, other.functionality, other.server)));
        }
        let told = |(access, functionality, server): (AccessRow, FunctionalityId, ServerRow)| Elsewhere {
            who: self.actors_text(access),
            server: self.estate.servers[server].id.to_string(),
            functionality: self.rules.program.functionality_path(functionality),
            at: self.place(self.estate.accesses[access].span),
        };
        hindering.into_iter().map(told).collect()
    }

    /// The nearest change to each other verdict, the smallest first.
    fn changes(&mut self, supposed: &Supposed<'_>, rules: &[RuleId], verdict: Ruling) -> Vec<Change> {
        let about = About { rows: supposed.rows, unit: None };
        let others = self.open_rulings(supposed, rules).into_iter().filter(|(other, _)| *other != verdict);
        let mut nearest = |to: Ruling, ways: Vec<Node>| {
            let changes = ways.into_iter().filter_map(|decision| self.nearest(decision, Brought::Ruling(to), about));
            changes.min_by_key(|change| change.facts.len())
        };
        let mut changes: Vec<Change> = others.filter_map(|(to, ways)| nearest(to, ways)).collect();
        // Of equally small changes the one that a licensee would rather hear of comes first.
        changes.sort_by_key(|change| (change.facts.len(), change.to == Brought::Ruling(Ruling::Prohibited)));
        changes
    }

    /// The shortest way from the server of a row to one that is reached from it.
    fn route(&mut self, (from, to): (ServerRow, ServerRow), around: &mut Around) -> Vec<Arc<Step>> {
        let ways = around.ways.entry(from).or_insert_with(|| self.ways(from));
        let back = std::iter::successors(Some(to), |here| ways.get(here).map(|(before, _)| *before));
        let mut route: Vec<Arc<Step>> =
            back.filter_map(|here| ways.get(&here)).map(|(_, step)| Arc::clone(step)).collect();
        route.reverse();
        route
    }

    /// The shortest ways from a server to all that it reaches.
    fn ways(&mut self, from: ServerRow) -> Ways {
        let (mut ways, mut open) = (HashMap::new(), VecDeque::from([from]));
        while let Some(here) = open.pop_front() {
            let steps = reach::steps(self.rules, self.estate, &self.evaluation.classes, self.unknowns, here);
            for step in steps.into_iter().filter(|step| step.holds != Node::NO && step.target != from) {
                if let Entry::Vacant(way) = ways.entry(step.target) {
                    open.push_back(step.target);
                    way.insert((here, Arc::new(self.step(here, &step))));
                }
            }
        }
        ways
    }

    fn step(&self, from: ServerRow, step: &reach::Step<'_>) -> Step {
        let header = &step.reach.header;
        Step {
            from: self.estate.servers[from].id.to_string(),
            to: self.estate.servers[step.target].id.to_string(),
            rule: header.name.clone(),
            title: header.display().to_owned(),
            cites: self.cites(header),
        }
    }
}
