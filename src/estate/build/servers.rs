//! The table of servers: what runs, on which host, on which other server, and where it leads.

use super::ids::Ids;
use super::{Building, ticked};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::cells::{self, alike_or_all};
use crate::estate::columns::Table;
use crate::estate::schema::Kind;
use crate::estate::sheet::{Field, Line, Sheets};
use crate::estate::{HostRow, Server, ServerRow};
use crate::program::{self, Id, ProductId};
use crate::source::Span;
use crate::value::{Rank, Value};

/// Servers and the hosts that they run on.
pub(super) struct Machines<'s> {
    /// The ids of the servers.
    pub ids: Ids<'s>,
    /// The ids of the hosts: those of the table, then those made for servers.
    pub hosts: Ids<'s>,
    /// For each made host the row of its server.
    pub made_for: Vec<Span>,
    /// What each server runs, as far as it is known.
    pub products: Vec<Option<ProductId>>,
    /// The servers.
    pub servers: Table<ServerRow, Server>,
}

/// A server whose row is read, and whose host is sought.
struct Draft<'s> {
    id: &'s str,
    product: Option<ProductId>,
    version: Option<Rank>,
    release: &'s str,
    host_field: Field<'s>,
    host: Option<HostRow>,
    runs_on: Option<ServerRow>,
    runs_on_field: Field<'s>,
    routes: Vec<ServerRow>,
    span: Span,
}

impl Machines<'_> {
    /// What a server runs.
    pub fn product(&self, server: ServerRow) -> Option<ProductId> {
        self.products.get(server.place()).copied().flatten()
    }

    /// The last place of a product that some server runs.
    pub fn highest_product(&self) -> usize {
        self.products.iter().flatten().map(|product| product.place()).max().unwrap_or(0)
    }
}

impl<'a> Building<'a> {
    pub(super) fn servers<'s>(&mut self, sheets: &'s Sheets<'a>) -> Machines<'s> {
        let ids = self.ids(sheets, Kind::Servers);
        let mut drafts: Vec<Draft<'s>> = Vec::new();
        for (line, id) in sheets.lines(Kind::Servers).zip(ids.names()) {
            drafts.push(self.draft(line, id, &ids));
        }
        self.circles(&mut drafts);
        let mut hosts = self.ids(sheets, Kind::Hosts);
        let made_for = self.place(&mut drafts, &mut hosts);
        self.mismatches(&drafts, &hosts);
        self.routes(sheets, &mut drafts, &ids);
        let mut columns = self.facts(sheets, Kind::Servers);
        let editions = sheets.lines(Kind::Servers).map(|line| line.field(EDITION));
        let text = |text: &str| cells::text(text).map(|text| Value::Text(text.into()));
        columns.insert(program::Field::ServerEdition, self.column(editions, None, text));
        let products = drafts.iter().map(|draft| draft.product).collect();
        let servers = Table::new(drafts.into_iter().filter_map(Draft::finish), columns);
        Machines { ids, hosts, made_for, products, servers }
    }

    fn draft<'s>(&mut self, line: Line<'s>, id: &'s str, ids: &Ids<'_>) -> Draft<'s> {
        let [_, product, version, host_field, _, runs_on_field] = line.fields();
        let product = self.known(product, "a product", |building| &building.products);
        self.filled(&version);
        let release = self.given(version);
        let version = product.zip(release).and_then(|(product, release)| self.release(product, release));
        let runs_on = self.row(runs_on_field, ids);
        Draft {
            id,
            product,
            version,
            release: release.map_or("", |release| release.text),
            host_field,
            host: None,
            runs_on,
            runs_on_field,
            routes: Vec::new(),
            span: line.span,
        }
    }

    fn release(&mut self, product: ProductId, field: Field<'_>) -> Option<Rank> {
        let product = &self.program.products[product];
        let labels = || product.versions.iter().flat_map(|version| &version.labels).map(String::as_str);
        let mut ranked = (0..).map(Rank).zip(&product.versions);
        let found = ranked.find(|(_, version)| version.labels.iter().any(|label| label == field.text));
        if found.is_none() {
            let name = &product.header.name;
            let error = Diagnostic::error(Code::NotARelease, format!("`{name}` has no release {}", ticked(field.text)));
            let error = error.at(field.span, format!("expected a release of `{name}`"));
            self.problems.push(error.help(alike_or_all(field.text, labels())));
        }
        found.map(|(rank, _)| rank)
    }

    /// Reports servers that run on each other in a circle, each circle once.
    fn circles(&mut self, drafts: &mut [Draft<'_>]) {
        // The walk on which a server was first met; a walk that meets itself has found a circle.
        let mut walks: Vec<Option<usize>> = vec![None; drafts.len()];
        for start in 0..drafts.len() {
            let mut at = Some(start);
            while let Some(server) = at
                && let Some(walk) = walks.get_mut(server)
                && walk.is_none()
            {
                *walk = Some(start);
                at = below(drafts, server);
            }
            if let Some(server) = at.filter(|server| walks.get(*server) == Some(&Some(start))) {
                self.problems.push(circle(drafts, server));
                if let Some(draft) = drafts.get_mut(server) {
                    draft.runs_on = None;
                }
            }
        }
    }

    /// Gives each server its host: the one it names, else that of the server it runs on, else one of its own. Gives back
    /// the rows of the servers for which hosts were made.
    fn place<'s>(&mut self, drafts: &mut [Draft<'s>], hosts: &mut Ids<'s>) -> Vec<Span> {
        let mut made_for = Vec::new();
        for draft in drafts.iter_mut().filter(|draft| draft.has_own_host()) {
            if hosts.row::<HostRow>(draft.id).is_none() {
                hosts.add(draft.id);
                made_for.push(draft.span);
            }
            draft.host = hosts.row(draft.id);
        }
        for draft in drafts.iter_mut().filter(|draft| !draft.host_field.text.is_empty()) {
            draft.host = self.row(draft.host_field, hosts);
        }
        inherit(drafts);
        made_for
    }

    fn mismatches(&mut self, drafts: &[Draft<'_>], hosts: &Ids<'_>) {
        for draft in drafts {
            let base = draft.runs_on.and_then(|base| drafts.get(base.place()));
            let Some((base, own)) = base.zip(draft.host) else { continue };
            if base.host.is_some_and(|host| host != own) {
                let name = base.host.and_then(|host| hosts.names().nth(host.place()));
                self.problems.push(mismatch(draft, base, name.unwrap_or("")));
            }
        }
    }

    fn routes(&mut self, sheets: &Sheets<'a>, drafts: &mut [Draft<'_>], ids: &Ids<'_>) {
        for line in sheets.whole_lines(Kind::Routes) {
            let [server, target] = line.fields();
            self.filled(&server);
            self.filled(&target);
            let (server, target) = (self.row::<ServerRow>(server, ids), self.row(target, ids));
            if let Some((server, target)) = server.zip(target)
                && let Some(draft) = drafts.get_mut(server.place())
            {
                draft.routes.push(target);
            }
        }
    }
}

/// The index of the column `edition` in the schema.
const EDITION: usize = 4;

impl Draft<'_> {
    /// Neither names a host nor runs on a server that has one.
    fn has_own_host(&self) -> bool {
        self.host_field.text.is_empty() && self.runs_on_field.text.is_empty() && !self.id.is_empty()
    }

    fn finish(self) -> Option<Server> {
        let Draft { id, release, runs_on, routes, span, .. } = self;
        let (product, version, host) = (self.product?, self.version?, self.host?);
        Some(Server { id: id.into(), product, version, release: release.into(), host, runs_on, routes, span })
    }
}

fn below(drafts: &[Draft<'_>], server: usize) -> Option<usize> {
    drafts.get(server)?.runs_on.map(Id::place)
}

/// Hands hosts up from the servers that have one to those that run on them. Each server is walked over once.
fn inherit(drafts: &mut [Draft<'_>]) {
    let mut walked = vec![false; drafts.len()];
    for start in 0..drafts.len() {
        let (mut path, mut at) = (Vec::new(), Some(start));
        while let Some(server) = at
            && let Some(seen) = walked.get_mut(server)
            && !std::mem::replace(seen, true)
        {
            path.push(server);
            at = below(drafts, server);
        }
        let mut host = at.and_then(|server| drafts.get(server)?.host);
        for server in path.into_iter().rev() {
            if let Some(draft) = drafts.get_mut(server) {
                draft.host = draft.host.or(if draft.host_field.text.is_empty() { host } else { None });
                host = draft.host;
            }
        }
    }
}

/// How many servers of a circle are shown.
const SHOWN: usize = 20;

/// The circle that a server is in, with a label at each server as far as they are read.
fn circle(drafts: &[Draft<'_>], start: usize) -> Diagnostic {
    let mut circle = Vec::new();
    let mut at = Some(start);
    while let Some(draft) = at.and_then(|server| drafts.get(server)) {
        circle.push(draft);
        at = draft.runs_on.map(Id::place).filter(|next| *next != start);
    }
    // Told from the server that stands first in the table, wherever the walk entered.
    let first = (0..circle.len()).min_by_key(|place| circle.get(*place).map(|draft| draft.span)).unwrap_or(0);
    circle.rotate_left(first);
    let mut names: Vec<_> = circle.iter().take(SHOWN).map(|draft| ticked(draft.id)).collect();
    names.extend((circle.len() > SHOWN).then(|| "…".to_owned()));
    names.extend(circle.first().map(|draft| ticked(draft.id)));
    let error =
        Diagnostic::error(Code::RunsOnCycle, format!("servers run on each other in a circle: {}", names.join(" → ")));
    let mut labels =
        circle.iter().take(SHOWN).map(|draft| (draft.runs_on_field.span, format!("{} runs on this", ticked(draft.id))));
    let error = labels.next().into_iter().fold(error, |error, (span, text)| error.at(span, text));
    let error = labels.fold(error, |error, (span, text)| error.because(span, text));
    error.help("leave `runs_on` of the lowest server blank")
}

fn mismatch(draft: &Draft<'_>, base: &Draft<'_>, host: &str) -> Diagnostic {
    let (own, name) = (ticked(draft.host_field.text), ticked(base.id));
    let message =
        format!("{} is on the host {own}, but runs on {name}, which is on {}", ticked(draft.id), ticked(host));
    let place = if base.host_field.text.is_empty() { base.span } else { base.host_field.span };
    Diagnostic::error(Code::HostMismatch, message)
        .at(draft.host_field.span, format!("expected the host of {name}"))
        .because(draft.runs_on_field.span, "it runs on this")
        .because(place, format!("{name} is on {}", ticked(host)))
        .help(format!("leave `host` blank: it is that of {name}"))
}
