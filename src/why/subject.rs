//! Whom or what is asked about: an id or a name, with its kind in front where several have it.

use super::told::Kind;
use crate::diagnostic::{Code, Diagnostic, nearest, quoted};
use crate::estate::{Estate, Holder, ServerRow};
use crate::program::{LicenseId, Program};
use crate::source::Span;
use std::collections::BTreeSet;

/// What an explanation is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A row of users, devices, hosts or servers.
    Row(Holder),
    /// A licence.
    License(LicenseId),
}

impl Subject {
    /// The sort that it is of.
    pub fn kind(self) -> Kind {
        match self {
            Subject::Row(Holder::User(_)) => Kind::User,
            Subject::Row(Holder::Device(_)) => Kind::Device,
            Subject::Row(Holder::Host(_)) => Kind::Host,
            Subject::Row(Holder::Server(_)) => Kind::Server,
            Subject::License(_) => Kind::License,
        }
    }
}

impl Kind {
    const ALL: [Kind; 5] = [Kind::User, Kind::Device, Kind::Host, Kind::Server, Kind::License];

    /// The word before the colon: `user`.
    pub fn text(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Device => "device",
            Kind::Host => "host",
            Kind::Server => "server",
            Kind::License => "license",
        }
    }
}

/// Finds what `bob` or `user:bob` names. A host that was made for a server of the same name, because the estate states
/// none, is meant only where its kind is named.
///
/// # Errors
/// Nothing of that name, with near misses; or several, with their kinds. Both point at `span`, where the name was written.
pub fn find(program: &Program, estate: &Estate, asked: &str, span: Span) -> Result<Subject, Diagnostic> {
    let (kind, name) = split(asked);
    let all = everything(program, estate);
    match called(&all, estate, asked).as_slice() {
        [subject] => Ok(*subject),
        [] => Err(unknown(&all, kind, name, span)),
        several => {
            let kinds: Vec<String> =
                several.iter().map(|subject| format!("`{}:{name}`", subject.kind().text())).collect();
            let message = format!("{} names several things", quoted(name));
            let error = Diagnostic::error(Code::AmbiguousSubject, message).at(span, "which one?");
            Err(error.help(format!("write {}", kinds.join(" or "))))
        }
    }
}

/// What names a row: its id, with its kind in front where the id alone would not do.
pub(super) fn named(program: &Program, estate: &Estate, row: Holder) -> String {
    let (id, subject) = (estate.id(row), Subject::Row(row));
    let is_enough = called(&everything(program, estate), estate, id) == [subject];
    if is_enough { id.to_string() } else { format!("{}:{id}", subject.kind().text()) }
}

/// What `bob` or `user:bob` may mean.
fn called(all: &[(Subject, &str)], estate: &Estate, asked: &str) -> Vec<Subject> {
    let (kind, name) = split(asked);
    let is_meant = |subject: Subject| kind.map_or(!is_made(estate, subject), |kind| subject.kind() == kind);
    all.iter().filter(|(subject, id)| *id == name && is_meant(*subject)).map(|(subject, _)| *subject).collect()
}

/// Finds the server that an explanation is narrowed to.
///
/// # Errors
/// No such server, with near misses.
pub fn find_server(estate: &Estate, name: &str, span: Span) -> Result<ServerRow, Diagnostic> {
    let of_kind = match split(name) {
        (Some(Kind::Server), id) => id,
        (_, _) => name,
    };
    estate.server(name).or_else(|| estate.server(of_kind)).ok_or_else(|| {
        let ids = estate.servers.iter().map(|(_, server)| server.id.as_ref());
        let error = Diagnostic::error(Code::UnknownSubject, format!("there is no server called {}", quoted(name)));
        hint(error.at(span, "no server of the estate"), name, ids.collect())
    })
}

/// The kind before the colon, where there is one; an id may have a colon of its own.
fn split(asked: &str) -> (Option<Kind>, &str) {
    let kind = |word: &str| match word {
        "licence" => Some(Kind::License),
        _ => Kind::ALL.into_iter().find(|kind| kind.text() == word),
    };
    match asked.split_once(':') {
        Some((word, name)) if kind(word).is_some() => (kind(word), name),
        _ => (None, asked),
    }
}

/// Everything that has a name, in the order of the kinds.
fn everything<'e>(program: &'e Program, estate: &'e Estate) -> Vec<(Subject, &'e str)> {
    let users = estate.users.iter().map(|(row, user)| (Subject::Row(Holder::User(row)), user.id.as_ref()));
    let devices = estate.devices.iter().map(|(row, device)| (Subject::Row(Holder::Device(row)), device.id.as_ref()));
    let hosts = estate.hosts.iter().map(|(row, host)| (Subject::Row(Holder::Host(row)), host.id.as_ref()));
    let servers = estate.servers.iter().map(|(row, server)| (Subject::Row(Holder::Server(row)), server.id.as_ref()));
    let licenses = program.licenses.iter().map(|(id, license)| (Subject::License(id), license.header.name.as_str()));
    let others = estate.other_names.iter().map(|(id, holder)| (Subject::Row(*holder), id.as_ref()));
    users.chain(devices).chain(hosts).chain(servers).chain(licenses).chain(others).collect()
}

/// Whether a host was made for a server that names none.
fn is_made(estate: &Estate, subject: Subject) -> bool {
    match subject {
        Subject::Row(Holder::Host(row)) => estate.hosts[row].made,
        Subject::Row(Holder::User(_) | Holder::Device(_) | Holder::Server(_)) | Subject::License(_) => false,
    }
}

fn unknown(all: &[(Subject, &str)], kind: Option<Kind>, name: &str, span: Span) -> Diagnostic {
    let what = kind.map_or("user, device, host, server or licence", |kind| match kind {
        Kind::License => "licence",
        Kind::User | Kind::Device | Kind::Host | Kind::Server => kind.text(),
    });
    let error = Diagnostic::error(Code::UnknownSubject, format!("there is no {what} called {}", quoted(name)));
    let wanted = all.iter().filter(|(subject, _)| kind.is_none_or(|kind| subject.kind() == kind));
    let other = all.iter().find(|(_, id)| *id == name);
    match (other, name.split_once("->")) {
        (Some((subject, _)), _) => {
            let help = format!("there is `{}:{name}`", subject.kind().text());
            error.at(span, "nothing of this kind has the name").help(help)
        }
        (None, Some((who, server))) => {
            let help =
                format!("ask for one who comes there, and narrow it: `{} --server {}`", who.trim(), server.trim());
            error.at(span, "an access has no name").help(help)
        }
        (None, None) => hint(error.at(span, "nothing has this name"), name, wanted.map(|(_, id)| *id).collect()),
    }
}

/// The nearest name, or the names that there are, if they are few.
fn hint(error: Diagnostic, name: &str, mut known: Vec<&str>) -> Diagnostic {
    const FEW: usize = 8;
    let mut told = BTreeSet::new();
    known.retain(|name| told.insert(*name));
    match (nearest(name, known.iter().copied()), known.len()) {
        (Some(near), _) => error.help(format!("did you mean `{near}`?")),
        (None, 0) => error.help("the estate has none"),
        (None, count) if count <= FEW => error.help(format!("there are {}", known.join(", "))),
        (None, _) => error.help("ids are written as in the tables of the estate; `bob`, or `user:bob`"),
    }
}
