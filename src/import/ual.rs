//! What User Access Logging keeps: who came to the roles of a server, by user and by device.
//!
//! `Get-UalUserAccess` and `Get-UalDeviceAccess`, each through `Export-Csv`. The two views are not joined: the log does not say
//! who came from where. An account that ends in `$` is a computer's, and so a device.

use super::days::{Order, day};
use super::export::{Export, Row};
use super::server::{Running, Unknown, running};
use super::{Import, Settings, UNSAID, Unplaced, User, beginning, cell, no_id};
use crate::diagnostic::{Code, Diagnostic};
use crate::estate::document::Cell;
use crate::program::{Entity, Fact};
use crate::source::{FileId, Source, Span};
use crate::value::{Date, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Imports the exports, in the order given.
pub fn ual(files: &[FileId], settings: &Settings<'_>) -> (Import, Vec<Diagnostic>) {
    let mut log = Log {
        settings,
        problems: Vec::new(),
        unplaced: Vec::new(),
        seen: None,
        users: BTreeMap::new(),
        named: BTreeMap::new(),
        devices: BTreeSet::new(),
        servers: BTreeMap::new(),
        releases: BTreeMap::new(),
        accesses: BTreeSet::new(),
    };
    for file in files {
        log.file(*file);
    }
    log.other_releases();
    log.other_names();
    let (unplaced, problems) = (std::mem::take(&mut log.unplaced), std::mem::take(&mut log.problems));
    (log.import(files, unplaced), problems)
}

/// The fact of an access that a log with names answers.
const IDENTIFIED: &str = "identified";

/// A product on a computer.
type Site<'p> = (String, &'p str);

struct Log<'a> {
    settings: &'a Settings<'a>,
    problems: Vec<Diagnostic>,
    unplaced: Vec<Unplaced>,
    /// The last day on which anybody was seen.
    seen: Option<Date>,
    users: BTreeMap<String, User>,
    /// Everybody whom a row names, whether it found a place or not.
    named: BTreeMap<String, User>,
    devices: BTreeSet<String>,
    /// What runs where, as it was when last seen.
    servers: BTreeMap<Site<'a>, (Date, Running<'a>)>,
    /// Each release that rows say runs somewhere, with the first row that does.
    releases: BTreeMap<(Site<'a>, &'a str), Span>,
    /// Who came where, and under which sort of name.
    accesses: BTreeSet<(Site<'a>, Name, String)>,
}

/// What somebody is known by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    /// The account of a person.
    User,
    /// The account of a computer, which ends in `$`.
    Computer,
    /// An address.
    Address,
}

/// The columns of an export of the log.
struct Columns {
    /// The name of a user, or the address of a device.
    actor: Option<usize>,
    /// Whether it is of users.
    of_users: bool,
    last: Option<usize>,
    product: Option<usize>,
    role: Option<usize>,
    computer: Option<usize>,
}

impl<'a> Log<'a> {
    fn file(&mut self, file: FileId) {
        let (export, problems) = Export::read(file, self.settings.sources);
        self.problems.extend(problems);
        let user = export.column("UserName");
        let columns = Columns {
            actor: user.or_else(|| export.column("IPAddress")),
            of_users: user.is_some(),
            last: export.column("LastSeen"),
            product: export.column("ProductName"),
            role: export.column("RoleName"),
            computer: export.column("PSComputerName"),
        };
        if columns.actor.is_none() || columns.last.is_none() || columns.product.is_none() {
            return self.problems.push(no_log(&export));
        }
        self.problems.extend(self.settings.map.not_in(&export));
        let computer = stem(self.settings.sources.get(file).map_or("", Source::name));
        self.unnamed(&export, &columns, computer);
        for row in &export.rows {
            self.row(row, &export, &columns, computer);
        }
    }

    /// Lists a file that has the name of a view, so that a computer would be called so.
    fn unnamed(&mut self, export: &Export, columns: &Columns, stem: &str) {
        let is_view = ["users", "devices"].iter().any(|view| stem.eq_ignore_ascii_case(view));
        if is_view && export.rows.iter().any(|row| row.text(columns.computer).is_empty()) {
            let why = "imported as a computer, since rows name none and the file is called so: rename the file after \
                       the computer, and import again";
            self.leave(&export.header, stem, why.to_owned());
        }
    }

    fn row(&mut self, row: &Row, export: &Export, columns: &Columns, stem: &str) {
        let actor = row.text(columns.actor);
        if columns.of_users && nobody(actor, true).is_none() && !actor.ends_with('$') {
            self.name(actor.to_lowercase(), row, export);
        }
        let Some(last) = day(row.text(columns.last), self.settings.order) else {
            return match row.text(columns.last) {
                "" => self.leave(row, actor, "the row does not say when".to_owned()),
                _ => self.problems.push(no_day((row, columns.last), self.settings)),
            };
        };
        if let Some(why) = nobody(actor, columns.of_users) {
            return self.leave(row, actor, why);
        }
        if self.settings.since.is_some_and(|since| last < since) {
            return self.leave(row, actor, format!("last seen on {last}"));
        }
        let product = row.text(columns.product);
        let running = match running(product, row.text(columns.role), self.settings.program) {
            Ok(running) => running,
            Err(Unknown::Product) => {
                return self.leave(row, actor, format!("the policies have no product `{product}`"));
            }
            Err(Unknown::Release(name)) => {
                return self.leave(row, actor, format!("`{name}` has no release `{product}`"));
            }
        };
        let named = row.text(columns.computer);
        let computer = if named.is_empty() { stem } else { named }.to_lowercase();
        if let Some(why) = no_id(&computer) {
            return self.leave(row, actor, format!("its computer `{computer}`: {why}"));
        }
        self.seen = self.seen.max(Some(last));
        self.place(actor.to_lowercase(), columns.of_users, (computer.clone(), running.product), (row, export));
        for running in running.below().into_iter().chain([running]) {
            let site = (computer.clone(), running.product);
            self.releases.entry((site.clone(), running.release)).or_insert(row.span);
            let known = self.servers.entry(site).or_insert_with(|| (last, running.clone()));
            if known.0 < last {
                *known = (last, running);
            }
        }
    }

    fn name(&mut self, user: String, row: &Row, export: &Export) {
        if !self.named.contains_key(&user) {
            let facts = self.settings.map.of(&user, row, export);
            self.named.insert(user, User { span: row.span, facts });
        }
    }

    /// Lists the releases that were not the last seen of a product on a computer; of equally late ones the first row's is kept.
    fn other_releases(&mut self) {
        for (((computer, product), release), span) in &self.releases {
            let last = self.servers.get(&(computer.clone(), *product));
            let Some((day, last)) = last.filter(|(_, last)| last.release != *release) else { continue };
            let why = format!("{product} {release}, imported as {}, which was last seen there on {day}", last.release);
            self.unplaced.push(Unplaced { place: self.settings.sources.place(*span), what: computer.clone(), why });
        }
    }

    /// Lists the computers that may be one, since their names differ by a domain alone.
    fn other_names(&mut self) {
        let computers: BTreeMap<&str, Span> =
            self.releases.iter().rev().map(|(((computer, _), _), span)| (computer.as_str(), *span)).collect();
        for (computer, span) in &computers {
            let within = format!("{computer}.");
            let longer = computers.range(within.as_str()..).map(|(longer, _)| *longer);
            let longer = longer.take_while(|longer| longer.starts_with(&within) && longer.parse::<IpAddr>().is_err());
            for longer in longer {
                let why = format!(
                    "imported beside `{longer}`, which may be the same computer: if it is, give both one name in \
                     `PSComputerName`, or in the names of the files, and import again"
                );
                let place = self.settings.sources.place(*span);
                self.unplaced.push(Unplaced { place, what: (*computer).to_owned(), why });
            }
        }
    }

    /// Notes that somebody came to a server.
    fn place(&mut self, actor: String, of_users: bool, site: Site<'a>, (row, export): (&Row, &Export)) {
        let name = match of_users {
            true if actor.ends_with('$') => Name::Computer,
            true => Name::User,
            false => Name::Address,
        };
        if name != Name::User {
            self.devices.insert(actor.clone());
        } else if !self.users.contains_key(&actor) {
            let facts = self.settings.map.of(&actor, row, export);
            if facts.is_none() && !self.settings.map.is_missing() {
                self.leave(row, &actor, UNSAID.to_owned());
            }
            self.users.insert(actor.clone(), User { span: row.span, facts });
        }
        self.accesses.insert((site, name, actor));
    }

    fn leave(&mut self, row: &Row, what: &str, why: String) {
        let what = if what.is_empty() { "nobody".to_owned() } else { what.to_owned() };
        self.unplaced.push(Unplaced { place: self.settings.sources.place(row.span), what, why });
    }

    /// The tables of what was logged.
    fn import(mut self, files: &[FileId], unplaced: Vec<Unplaced>) -> Import {
        let mut import = Import { unplaced, ..Import::default() };
        let span = beginning(files, self.settings.sources);
        if let Some(seen) = self.seen {
            import.key("as_of", seen.to_string(), span);
        }
        let alone = |ids: BTreeSet<&String>| ids.into_iter().map(|id| vec![cell(id.as_str(), span)]).collect();
        let (users, named) = (std::mem::take(&mut self.users), std::mem::take(&mut self.named));
        import.users(users, named, self.settings, span);
        import.table("devices", &["id"], alone(self.devices.iter().collect()), span);
        import.table("hosts", &["id"], alone(self.servers.keys().map(|(computer, _)| computer).collect()), span);
        let columns = ["id", "product", "version", "host", "edition", "runs_on"];
        import.table("servers", &columns, self.server_rows(span), span);
        let columns = ["server", "user", "device", IDENTIFIED];
        let columns = columns.get(..self.access_columns()).unwrap_or(&columns);
        import.table("accesses", columns, self.access_rows(span), span);
        import
    }

    fn server_rows(&self, span: Span) -> Vec<Vec<Cell>> {
        let row = |(site, (_, running)): (&Site<'a>, &(Date, Running<'a>))| {
            let below = running.runs_on.map_or_else(String::new, |below| self.id(&(site.0.clone(), below)));
            let (id, edition) = (self.id(site), running.edition.as_str());
            [id.as_str(), running.product, running.release, &site.0, edition, &below]
                .map(|text| cell(text, span))
                .into()
        };
        self.servers.iter().map(row).collect()
    }

    fn access_rows(&self, span: Span) -> Vec<Vec<Cell>> {
        let row = |(site, name, actor): &(Site<'a>, Name, String)| {
            // The log has the names of those who proved who they are.
            let (user, device, identified) = match name {
                Name::User => (actor.as_str(), "", "yes"),
                Name::Computer => ("", actor.as_str(), "yes"),
                Name::Address => ("", actor.as_str(), ""),
            };
            let cells = [self.id(site).as_str(), user, device, identified].map(|text| cell(text, span));
            cells.into_iter().take(self.access_columns()).collect()
        };
        self.accesses.iter().map(row).collect()
    }

    /// Three, and one more where the policies ask whether somebody is identified.
    fn access_columns(&self) -> usize {
        let is_asked =
            |fact: &Fact| fact.entity == Entity::Access && fact.header.name == IDENTIFIED && fact.ty == Type::Bool;
        3 + usize::from(self.settings.program.facts.values().any(is_asked))
    }

    /// The id of a server: its computer, and its product where several run there.
    fn id(&self, site: &Site<'a>) -> String {
        let (computer, product) = site;
        let others = self.servers.range((computer.clone(), "")..).take_while(|((other, _), _)| other == computer);
        if others.count() == 1 { computer.clone() } else { format!("{computer}/{product}") }
    }
}

/// Why a name or address is no user and no device that needs a licence.
fn nobody(actor: &str, of_users: bool) -> Option<String> {
    // The first has its name in the language of the system.
    const SYSTEM: [&str; 10] = [
        "nt authority\\",
        "nt-autorität\\",
        "autorite nt\\",
        "autoridade nt\\",
        "zarządzanie nt\\",
        "nt instans\\",
        "nt service\\",
        "window manager\\",
        "font driver host\\",
        "iis apppool\\",
    ];
    let lower = actor.to_lowercase();
    let local = ["127.", "169.254."].iter().any(|start| lower.starts_with(start))
        || matches!(lower.as_str(), "::1" | "0.0.0.0" | "::");
    match of_users {
        _ if actor.is_empty() || actor.ends_with('\\') => Some("the row names nobody".to_owned()),
        _ if no_id(actor).is_some() => no_id(actor).map(str::to_owned),
        true if SYSTEM.iter().any(|start| lower.starts_with(start)) => {
            Some("an account of the system, not of a person".to_owned())
        }
        false if local => Some("the address of the server itself".to_owned()),
        true | false => None,
    }
}

/// The name of a file up to its first dot: a computer, without its domain.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}

fn no_log(export: &Export) -> Diagnostic {
    Diagnostic::error(Code::NotAnExport, "this is no export of User Access Logging")
        .at(export.header.span, "expected `UserName` or `IPAddress`, `LastSeen` and `ProductName`")
        .help("write it with `Get-UalUserAccess | Export-Csv users.csv` or `Get-UalDeviceAccess | Export-Csv devices.csv`")
}

/// A cell in which a day should stand.
pub(super) fn no_day((row, column): (&Row, Option<usize>), settings: &Settings<'_>) -> Diagnostic {
    let (read, other, days) = match settings.order {
        Order::MonthFirst => ("9/29/2012", "29/9/2012", "dmy"),
        Order::DayFirst => ("29/9/2012", "9/29/2012", "mdy"),
    };
    Diagnostic::error(Code::NotADay, format!("{} is no day", crate::diagnostic::quoted(row.text(column))))
        .at(row.place(column, settings.sources), "expected a day")
        .help(format!("days are read as `{read}`, `29.9.2012` or `2012-09-29`; for `{other}` say `--days {days}`"))
}
