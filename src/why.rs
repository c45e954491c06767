//! Why: any verdict, with the rules and clauses that fired, the facts they read and where these stand; and what would have
//! to be otherwise.
//!
//! [`why`] explains one subject of a judged estate. It decides nothing: the conditions that gave the verdicts are evaluated
//! again by the same evaluator, with a sink that remembers ([`crate::evaluate::trace`]), and what becomes of demands is read
//! off the plan.

mod absences;
mod accesses;
mod changes;
mod definitions;
mod demands;
mod licenses;
mod reasons;
mod subject;
pub mod told;

pub use subject::{Subject, find, find_server};

use crate::diagnostic::Diagnostic;
use crate::estate::{Estate, Holder, ServerRow};
use crate::evaluate::unknowns::Unknowns;
use crate::evaluate::{Effective, Evaluation};
use crate::judge::judgement::Judgement;
use crate::judge::{self, Case, Request};
use crate::position::build::Raised;
use crate::position::certificate::Hands;
use crate::program::Program;
use crate::select::Rules;
use crate::source::Sources;
use told::{Explanation, Kind};

/// Explains one subject, narrowed to one server if asked, and gives the judgement that it belongs to.
///
/// # Errors
/// As [`judge::judge`].
pub fn why(
    program: &Program,
    sources: &Sources,
    estate: &Estate,
    request: &Request,
    (subject, server): (Subject, Option<ServerRow>),
) -> Result<(Explanation, Judgement), Vec<Diagnostic>> {
    let mut case = judge::case(program, estate, request)?;
    let judgement = judge::position(&mut case, request)?;
    let explain = |unknowns: &mut Unknowns| {
        Explainer::new(&case, &judgement, sources, unknowns, request.effort).explain(subject, server)
    };
    // What is taken as unknown here is cut anew: unknowns of its own, apart from those of the judgement.
    let (explanation, _) = Unknowns::complete(explain);
    Ok((explanation, judgement))
}

/// What the parts of an explanation share.
pub(crate) struct Explainer<'w> {
    pub(crate) rules: &'w Rules<'w>,
    pub(crate) estate: &'w Estate,
    pub(crate) evaluation: &'w Evaluation,
    pub(crate) judgement: &'w Judgement,
    sources: &'w Sources,
    unknowns: &'w mut Unknowns,
    effort: u64,
    /// What each holder of the plan holds.
    hands: Hands<'w>,
    /// Every demand that the plan answers.
    raised: Vec<Raised>,
}

impl<'w> Explainer<'w> {
    pub(crate) fn new(
        case: &'w Case<'w>,
        judgement: &'w Judgement,
        sources: &'w Sources,
        unknowns: &'w mut Unknowns,
        effort: u64,
    ) -> Self {
        let (rules, estate, evaluation) = (&case.rules, case.estate, &case.evaluation);
        let hands = Hands::of(&judgement.solved.built.model, &judgement.solved.plan);
        let raised = judgement.solved.built.raised();
        Explainer { rules, estate, evaluation, judgement, sources, unknowns, effort, hands, raised }
    }
}

impl Explainer<'_> {
    fn explain(&mut self, subject: Subject, server: Option<ServerRow>) -> Explanation {
        let here = |access: &Effective| server.is_none_or(|server| server == access.server);
        let estate = self.estate;
        let of = |access: &Effective, actor| here(access) && estate.actors(access.access).any(|own| own == actor);
        let mut told = self.about(subject);
        told.only = server.map(|row| estate.servers[row].id.to_string());
        match subject {
            Subject::Row(holder @ (Holder::User(_) | Holder::Device(_))) => {
                told.accesses = self.accesses(|access| of(access, holder), true);
            }
            Subject::Row(Holder::Server(row)) => {
                self.comers(&mut told, |access| here(access) && access.server == row);
                told.standing = self.standing(row);
            }
            Subject::Row(Holder::Host(host)) => {
                let on_it = |row: ServerRow| estate.servers[row].host == host;
                self.comers(&mut told, |access| here(access) && on_it(access.server));
                let servers = estate.servers.iter().map(|(row, _)| row).filter(|row| on_it(*row));
                told.standing = servers.flat_map(|row| self.standing(row)).collect();
            }
            Subject::License(license) => told.license = Some(self.license(license, server)),
        }
        told
    }

    /// Who comes to a server or host, and how one of them can be asked about.
    fn comers(&mut self, told: &mut Explanation, asked: impl Fn(&Effective) -> bool) {
        let mut coming = self.evaluation.effective.iter().filter(|access| asked(access));
        let first = coming.find_map(|access| self.estate.actors(access.access).next());
        told.ask = first.map(|actor| subject::named(self.rules.program, self.estate, actor));
        told.accesses = self.accesses(asked, false);
    }

    /// The subject itself, what definitions say of it, and what the plan gives to it.
    fn about(&mut self, subject: Subject) -> Explanation {
        let (definitions, absences, units) = match subject {
            Subject::Row(holder) => (self.definitions(holder), self.absences(holder), self.given_to(holder)),
            Subject::License(_) => (Vec::new(), Vec::new(), Vec::new()),
        };
        let (subject, accesses, standing) = (self.told(subject), Vec::new(), Vec::new());
        let (only, ask, license) = (None, None, None);
        Explanation { subject, definitions, absences, accesses, standing, units, only, ask, license }
    }

    fn told(&self, subject: Subject) -> told::Subject {
        let (program, estate) = (self.rules.program, self.estate);
        let (id, heads, at, what) = match subject {
            Subject::Row(Holder::User(row)) => {
                let user = &estate.users[row];
                (user.id.to_string(), Some(user.count), user.span, None)
            }
            Subject::Row(Holder::Device(row)) => {
                let device = &estate.devices[row];
                (device.id.to_string(), Some(device.count), device.span, None)
            }
            Subject::Row(Holder::Host(row)) => {
                let on_it = estate.servers.iter().filter(|(_, server)| server.host == row);
                let ids: Vec<&str> = on_it.map(|(_, server)| server.id.as_ref()).collect();
                let host = &estate.hosts[row];
                (host.id.to_string(), None, host.span, Some(ids.join(", ")))
            }
            Subject::Row(Holder::Server(row)) => {
                let server = &estate.servers[row];
                let product = &program.products[server.product].header.name;
                let what = format!("{product} {} on host {}", server.release, estate.hosts[server.host].id);
                (server.id.to_string(), None, server.span, Some(what))
            }
            Subject::License(id) => {
                let header = &program.licenses[id].header;
                (header.name.clone(), None, header.name_span, header.title.clone())
            }
        };
        let kind: Kind = subject.kind();
        told::Subject { kind, id, heads, at: Some(self.place(at)), what }
    }
}
