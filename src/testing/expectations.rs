//! Whether an expectation holds, and what is said where it does not.

use crate::decide::Node;
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::{AccessRow, HoldingRow, ServerRow};
use crate::evaluate::Effective;
use crate::evaluate::conditions::Evaluator;
use crate::evaluate::cover::{Unit, clauses, covers_granted, grants, included};
use crate::evaluate::scope::RowScope;
use crate::evaluate::units::UnitKind;
use crate::evaluate::unknowns::Unknowns;
use crate::judge::Case;
use crate::judge::judgement::{Judgement, LicenseLine};
use crate::program::{
    Claim, DefinitionId, Entity, Expectation, FunctionalityId, LicenseId, Lot, Name, RuleId, Status, Test, Verdict,
};
use crate::select::Rules;
use crate::value::{Metric, Rank, Truth, decimal_text};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// What was found: the answer, and in words what is so instead.
struct Finding {
    truth: Truth,
    instead: String,
}

/// Every expectation of a test that does not hold; without a judgement, of those that look at no plan.
pub(super) fn failures(case: &mut Case<'_>, judgement: Option<&Judgement>, test: &Test) -> Vec<Diagnostic> {
    let mut failures = Vec::new();
    for expectation in test.expectations.iter().filter(|one| judgement.is_some() || !looks_at_plan(&one.claim)) {
        let checker = Checker { case, judgement };
        match checker.find(&expectation.claim) {
            Err(problem) => failures.push(problem),
            Ok(finding) => failures.extend(failure(expectation, &finding)),
        }
    }
    failures
}

/// Whether a claim is about what a judgement comes to, and not about the verdicts that it rests on.
pub(super) fn looks_at_plan(claim: &Claim) -> bool {
    match claim {
        Claim::PlanBuys(_) | Claim::PlanCosts(_) | Claim::Status(_) | Claim::Advice { .. } => true,
        Claim::Verdict { verdict, .. } => matches!(verdict, Verdict::Unmet { .. }),
        Claim::Defined { .. } => false,
    }
}

/// Whether a line of the plan is what a test expects to be bought.
pub(super) fn is_lot(lot: &Lot, line: &LicenseLine) -> bool {
    (lot.license, lot.metric, lot.quantity) == (line.of.license, line.of.metric, line.buy)
        && lot.version.is_none_or(|version| version == line.of.version)
}

/// Whether every answer to what is unknown leads to one status and one cost. Of a position that is not settled the plan of the
/// dearest case is known, and no more.
fn is_settled(judgement: &Judgement) -> bool {
    judgement.cost.low == judgement.cost.high && judgement.status != Status::Undetermined
}

fn unplanned() -> Finding {
    finding(Truth::Unknown, "no plan was made".to_owned())
}

fn failure(expectation: &Expectation, finding: &Finding) -> Option<Diagnostic> {
    let wanted = if expectation.unknown { Truth::Unknown } else { Truth::Yes };
    if finding.truth == wanted {
        return None;
    }
    let message = match (expectation.unknown, finding.truth) {
        (true, _) => "this is known, and the test expects it to be unknown",
        (false, Truth::Unknown) => "this is unknown, and the test expects it to hold",
        (false, _) => "this does not hold",
    };
    Some(Diagnostic::error(Code::ExpectationFailed, message).at(expectation.span, finding.instead.clone()))
}

struct Checker<'c, 'p> {
    case: &'c mut Case<'p>,
    judgement: Option<&'c Judgement>,
}

impl Checker<'_, '_> {
    fn find(mut self, claim: &Claim) -> Result<Finding, Diagnostic> {
        match claim {
            Claim::Defined { subject, definition, negated } => self.defined(subject, *definition, *negated),
            Claim::Verdict { from, server, verdict } => self.verdict(from.as_ref(), server, verdict),
            Claim::PlanBuys(lots) => Ok(self.plan_buys(lots)),
            Claim::PlanCosts(cost) => Ok(self.plan_costs(*cost)),
            Claim::Status(status) => {
                let Some(found) = self.judgement.map(|judgement| judgement.status) else { return Ok(unplanned()) };
                Ok(finding(truth(found == *status), format!("the status is {}", found.text())))
            }
            Claim::Advice { rule, negated } => {
                let Some(judgement) = self.judgement else { return Ok(unplanned()) };
                let spoken = judgement.advice.iter().find(|advised| advised.rule == *rule);
                let instead =
                    spoken.map_or("it says nothing".to_owned(), |advised| format!("it says: {}", advised.text));
                Ok(finding(truth(spoken.is_some() != *negated), instead))
            }
        }
    }

    fn plan_buys(&self, lots: &[Lot]) -> Finding {
        let Some(judgement) = self.judgement else { return unplanned() };
        let bought: Vec<&LicenseLine> = judgement.licenses.iter().filter(|line| line.buy > 0).collect();
        let exactly = bought.len() == lots.len()
            && bought.iter().all(|line| lots.iter().any(|lot| is_lot(lot, line)))
            && lots.iter().all(|lot| bought.iter().any(|line| is_lot(lot, line)));
        let text = |line: &&LicenseLine| format!("{} {}", line.buy, line.of.text(self.case.rules.program));
        let list: Vec<String> = bought.iter().map(text).collect();
        let buys = format!("the plan buys {}", if list.is_empty() { "nothing".to_owned() } else { list.join(", ") });
        match is_settled(judgement) {
            true => finding(truth(exactly), buys),
            false => finding(Truth::Unknown, format!("{buys} in the dearest case")),
        }
    }

    fn plan_costs(&self, cost: Decimal) -> Finding {
        let Some(range) = self.judgement.map(|judgement| judgement.cost) else { return unplanned() };
        let (low, high) = (decimal_text(range.low), decimal_text(range.high));
        match range.low == range.high {
            true => finding(truth(range.low == cost), format!("the plan costs {low}")),
            // Whether a plan costs just so under some answer is not asked for each.
            false if range.low <= cost && cost <= range.high => {
                finding(Truth::Unknown, format!("the plan costs between {low} and {high}"))
            }
            false => finding(Truth::No, format!("the plan costs between {low} and {high}")),
        }
    }

    fn defined(&mut self, subject: &Name, definition: DefinitionId, negated: bool) -> Result<Finding, Diagnostic> {
        self.case.rules.reading(definition)?;
        let entity = self.case.rules.program.definitions[definition].subject;
        let what = format!("{} in this test", entity.text());
        let holder = self.case.estate.holder(entity, &subject.text).ok_or_else(|| nothing_called(subject, &what))?;
        let name = format!("`{}`", subject.text);
        Ok(self.said(&name, definition, negated, |rows| rows.with_holder(holder)))
    }

    /// Whether a term is said of what the rows are looked at from.
    fn said(
        &mut self,
        of: &str,
        definition: DefinitionId,
        negated: bool,
        from: impl FnOnce(RowScope<'_>) -> RowScope<'_>,
    ) -> Finding {
        let Case { rules, estate, evaluation, unknowns } = &mut *self.case;
        let scope = from(RowScope::new(rules, estate, &evaluation.classes));
        let node = Evaluator::new(rules, unknowns, &scope).definition(definition);
        let is = if node == Node::YES { "is" } else { "is not" };
        let term = &rules.program.definitions[definition].header.name;
        let instead = match node.known() {
            Some(_) => format!("{of} {is} {term}"),
            None => format!("whether {of} is {term} is unknown"),
        };
        finding(truth_of(node, negated), instead)
    }

    fn verdict(&mut self, from: Option<&Name>, server: &Name, verdict: &Verdict) -> Result<Finding, Diagnostic> {
        let row = self.case.estate.server(&server.text).ok_or_else(|| nothing_called(server, "server in this test"))?;
        if let Verdict::Defined { definition, .. } = verdict {
            self.case.rules.reading(*definition)?;
        }
        match from {
            None => self.of_server(row, server, verdict),
            Some(from) => {
                let accesses = self.accesses(from, row, server)?;
                let mut all = finding(Truth::Yes, "it holds".to_owned());
                for access in &accesses {
                    let one = self.of_access(access, verdict);
                    if rank(one.truth) > rank(all.truth) {
                        all = one;
                    }
                }
                Ok(all)
            }
        }
    }

    /// Every effective access from a user or a device to a server.
    fn accesses(&self, from: &Name, server: ServerRow, name: &Name) -> Result<Vec<Effective>, Diagnostic> {
        let heads = [Entity::User, Entity::Device].map(|entity| self.case.estate.holder(entity, &from.text));
        if heads == [None, None] {
            return Err(nothing_called(from, "user or device in this test"));
        }
        let is_from =
            |access: &&Effective| self.case.estate.actors(access.access).any(|actor| heads.contains(&Some(actor)));
        let effective = self.case.evaluation.effective.iter();
        let accesses: Vec<Effective> =
            effective.filter(|access| access.server == server).filter(is_from).copied().collect();
        match accesses.is_empty() {
            false => Ok(accesses),
            true => Err(Diagnostic::error(
                Code::NothingToExpect,
                format!("`{}` has no access to `{}` in this test", from.text, name.text),
            )
            .at(from.span, "no access, given or reached, leads from here")
            .help(format!("state one: `access {} -> {} {{ … }}`", from.text, name.text))),
        }
    }

    fn of_access(&mut self, access: &Effective, verdict: &Verdict) -> Finding {
        match verdict {
            Verdict::Demands(wanted) => self.demands(access, wanted),
            Verdict::Exempt { rule, negated } | Verdict::Prohibited { rule, negated } => {
                self.rule(access, *rule, *negated)
            }
            Verdict::Defined { definition, negated } => {
                let Effective { access, server, functionality, .. } = *access;
                self.said("the access", *definition, *negated, |rows| rows.at_access(access, server, functionality))
            }
            Verdict::Unmet { negated } => self.unmet(access.server, Some(access.access), *negated),
            Verdict::Covered { .. } => {
                let demands = self.case.rules.program.demands(access.functionality);
                let Case { rules, estate, evaluation, unknowns } = &mut *self.case;
                let rows = RowScope::new(rules, estate, &evaluation.classes);
                let rows = rows.at_access(access.access, access.server, access.functionality);
                Cover { rules, unknowns, rows, kinds: &evaluation.kinds, demands: &demands }.find(verdict)
            }
        }
    }

    /// What a server demands by running.
    fn of_server(&mut self, server: ServerRow, name: &Name, verdict: &Verdict) -> Result<Finding, Diagnostic> {
        let standing = self.case.evaluation.standing.iter().filter(|standing| standing.server == server);
        let demands: Vec<FunctionalityId> = standing.map(|standing| standing.demanded.functionality).collect();
        match verdict {
            Verdict::Demands(wanted) => Ok(self.same_demands(&demands, Node::YES, wanted)),
            Verdict::Unmet { negated } => Ok(self.unmet(server, None, *negated)),
            Verdict::Covered { .. } => {
                let Case { rules, estate, evaluation, unknowns } = &mut *self.case;
                let rows = RowScope::new(rules, estate, &evaluation.classes).at_server(server);
                Ok(Cover { rules, unknowns, rows, kinds: &evaluation.kinds, demands: &demands }.find(verdict))
            }
            Verdict::Exempt { .. } | Verdict::Prohibited { .. } | Verdict::Defined { .. } => {
                let error =
                    Diagnostic::error(Code::NothingToExpect, "a server by itself is neither exempt nor prohibited");
                Err(error.at(name.span, "no access").help(format!("name who comes: `expect bob -> {} …`", name.text)))
            }
        }
    }

    fn demands(&mut self, access: &Effective, wanted: &[FunctionalityId]) -> Finding {
        let verdict = self.case.evaluation.verdicts.get(access.verdict);
        let diagrams = &mut self.case.unknowns.diagrams;
        let lifted = verdict.map_or(Node::NO, |verdict| verdict.lifted(self.case.rules.program, diagrams));
        let raised = diagrams.not(lifted);
        let demands = self.case.rules.program.demands(access.functionality);
        self.same_demands(&demands, raised, wanted)
    }

    fn same_demands(&self, demands: &[FunctionalityId], raised: Node, wanted: &[FunctionalityId]) -> Finding {
        let paths: Vec<String> = demands.iter().map(|id| self.case.rules.program.functionality_path(*id)).collect();
        let same = demands.iter().collect::<BTreeSet<_>>() == wanted.iter().collect::<BTreeSet<_>>();
        match raised.known() {
            Some(true) if paths.is_empty() => finding(truth(same), "nothing is demanded".to_owned()),
            Some(true) => finding(truth(same), format!("demanded: {}", paths.join(", "))),
            Some(false) => {
                finding(truth(wanted.is_empty()), "nothing is demanded: it is exempt or prohibited".to_owned())
            }
            None => finding(Truth::Unknown, "whether it is exempt or prohibited is unknown".to_owned()),
        }
    }

    fn rule(&self, access: &Effective, rule: RuleId, negated: bool) -> Finding {
        let verdict = self.case.evaluation.verdicts.get(access.verdict);
        let holds = verdict.and_then(|verdict| verdict.rules.iter().find(|(id, _)| *id == rule));
        let name = &self.case.rules.program.rules[rule].header.name;
        match holds {
            None => finding(truth(negated), format!("{name} is not in force here, or does not speak of this product")),
            Some((_, node)) => {
                let says = match node.known() {
                    Some(true) => "holds",
                    Some(false) => "does not hold",
                    None => "is unknown",
                };
                finding(truth_of(*node, negated), format!("{name} {says}"))
            }
        }
    }

    fn unmet(&self, server: ServerRow, access: Option<AccessRow>, negated: bool) -> Finding {
        let estate = self.case.estate;
        let given = access.map(|access| &estate.accesses[access]);
        let user = given.and_then(|given| given.user).map(|row| &estate.users[row].id);
        let device = given.and_then(|given| given.device).map(|row| &estate.devices[row].id);
        let id = &estate.servers[server].id;
        let Some(judgement) = self.judgement else { return unplanned() };
        let unmet = judgement
            .unmet
            .iter()
            .any(|unmet| (&unmet.server, unmet.user.as_ref(), unmet.device.as_ref()) == (id, user, device));
        let instead = if unmet { "some demand of it is unmet" } else { "every demand of it is met" };
        match is_settled(judgement) {
            true => finding(truth(unmet != negated), instead.to_owned()),
            false => finding(Truth::Unknown, format!("{instead} in the dearest case")),
        }
    }
}

/// Whether units of a licence cover what is demanded in a scope.
struct Cover<'c, 'p> {
    rules: &'c Rules<'p>,
    unknowns: &'c mut Unknowns,
    rows: RowScope<'c>,
    kinds: &'c [UnitKind],
    demands: &'c [FunctionalityId],
}

impl Cover<'_, '_> {
    fn find(mut self, verdict: &Verdict) -> Finding {
        let Verdict::Covered { license, version, metric, because, negated } = verdict else {
            return finding(Truth::No, String::new());
        };
        let units = units(self.rules, self.kinds, *license, *version, *metric);
        let mut any = Node::NO;
        let mut failing = BTreeSet::new();
        let holders = units.iter().any(|unit| self.rows.has_holder(unit.metric));
        for unit in units {
            let covers = self.all_granted(unit, &mut failing);
            any = self.unknowns.diagrams.or(any, covers);
        }
        let names: Vec<&str> = failing.iter().map(String::as_str).collect();
        let instead = match any.known() {
            Some(true) => "such a unit covers it".to_owned(),
            Some(false) if !holders => "there is nobody and nothing that could hold such a unit".to_owned(),
            Some(false) if names.is_empty() => "the licence grants nothing that is demanded".to_owned(),
            Some(false) => format!("no such unit covers it; what fails: {}", names.join(", ")),
            None => "whether such a unit covers it is unknown".to_owned(),
        };
        let blamed = because.as_ref().is_none_or(|because| failing.contains(because));
        match truth_of(any, *negated) {
            Truth::Yes if !blamed => finding(Truth::No, instead),
            found => finding(found, instead),
        }
    }

    /// Whether a unit covers all that it grants of what is demanded; no if it grants none of it.
    fn all_granted(&mut self, unit: Unit, failing: &mut BTreeSet<String>) -> Node {
        let granted: Vec<FunctionalityId> =
            self.demands.iter().copied().filter(|demand| grants(self.rules.program, unit, *demand)).collect();
        if granted.is_empty() {
            return Node::NO;
        }
        self.failing(unit, &granted, failing);
        if !self.rows.has_holder(unit.metric) {
            return Node::NO;
        }
        covers_granted(&self.rows, self.unknowns, unit, &granted)
    }

    /// The names of the clauses that do not hold, those of the licences that a suite includes too.
    fn failing(&mut self, unit: Unit, demands: &[FunctionalityId], failing: &mut BTreeSet<String>) {
        let outcomes = clauses::<()>(&self.rows, self.unknowns, unit, Node::YES);
        let failed = outcomes.iter().filter(|(_, holds, ())| *holds == Node::NO);
        failing.extend(failed.map(|(clause, ..)| clause.header.name.clone()));
        let Some(version) = self.rules.program.licenses[unit.license].version(unit.version) else { return };
        for unit in included(self.rules.program, version, unit) {
            if demands.iter().any(|demand| grants(self.rules.program, unit, *demand)) {
                self.failing(unit, demands, failing);
            }
        }
    }
}

/// The units that a test may mean: of any version and metric that it does not name; those that it owns, with their facts, and
/// where it owns none of a version and metric, one as it is sold.
fn units(
    rules: &Rules<'_>,
    kinds: &[UnitKind],
    license: LicenseId,
    version: Option<Rank>,
    metric: Option<Metric>,
) -> Vec<Unit> {
    let owned = |version: Rank, metric: Metric| {
        let of_license = kinds.iter().filter(move |kind| (kind.license, kind.metric) == (license, metric));
        of_license.filter(move |kind| kind.versions.contains(&version)).filter_map(|kind| kind.holding)
    };
    let declared = &rules.program.licenses[license];
    let versions = declared
        .versions
        .iter()
        .map(|declared| declared.rank)
        .filter(|rank| version.is_none_or(|version| version == *rank));
    let metrics = |rank: Rank| {
        let metrics = declared.metrics.iter().filter(|declared| metric.is_none_or(|metric| metric == **declared));
        metrics.flat_map(move |metric| {
            let held: Vec<Option<HoldingRow>> = owned(rank, *metric).map(Some).collect();
            let held = if held.is_empty() { vec![None] } else { held };
            held.into_iter().map(move |holding| Unit { license, version: rank, metric: *metric, holding })
        })
    };
    versions.flat_map(metrics).collect()
}

/// Of several accesses the one that is furthest from holding speaks for all.
fn rank(truth: Truth) -> u8 {
    match truth {
        Truth::Yes => 0,
        Truth::Unknown => 1,
        Truth::No => 2,
    }
}

fn finding(truth: Truth, instead: String) -> Finding {
    Finding { truth, instead }
}

fn truth(yes: bool) -> Truth {
    if yes { Truth::Yes } else { Truth::No }
}

fn truth_of(node: Node, negated: bool) -> Truth {
    node.known().map_or(Truth::Unknown, |yes| truth(yes != negated))
}

fn nothing_called(name: &Name, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NothingToExpect, format!("no {what} is called `{}`", name.text))
        .at(name.span, "named here")
        .help("state it in the test, or correct the name")
}
