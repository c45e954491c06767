//! The users of a directory: `Get-ADUser -Properties LastLogonDate | Export-Csv`.
//!
//! A user who is disabled, or has not logged on since the day asked for, is not imported and stands in the list of those who
//! are not.

use super::days::day;
use super::export::{Export, Row};
use super::ual::no_day;
use super::{Import, Settings, UNSAID, Unplaced, User, beginning, no_id};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::FileId;
use std::collections::BTreeMap;

/// Imports the exports, in the order given.
pub fn directory(files: &[FileId], settings: &Settings<'_>) -> (Import, Vec<Diagnostic>) {
    let mut users =
        Users { settings, problems: Vec::new(), unplaced: Vec::new(), known: BTreeMap::new(), named: BTreeMap::new() };
    for file in files {
        users.file(*file);
    }
    let mut import = Import { unplaced: users.unplaced, ..Import::default() };
    import.users(users.known, users.named, settings, beginning(files, settings.sources));
    (import, users.problems)
}

struct Users<'a> {
    settings: &'a Settings<'a>,
    problems: Vec<Diagnostic>,
    unplaced: Vec<Unplaced>,
    known: BTreeMap<String, User>,
    /// Everybody whom a row names, imported or not.
    named: BTreeMap<String, User>,
}

impl Users<'_> {
    fn file(&mut self, file: FileId) {
        let (export, problems) = Export::read(file, self.settings.sources);
        self.problems.extend(problems);
        let columns = ["SamAccountName", "Enabled", "LastLogonDate"].map(|name| export.column(name));
        let [Some(_), enabled, logon] = columns else { return self.problems.push(no_directory(&export)) };
        if self.settings.since.is_some() && logon.is_none() {
            return self.problems.push(no_logons(&export));
        }
        self.problems.extend(self.settings.map.not_in(&export));
        let before = self.known.len();
        for row in &export.rows {
            self.row(row, &export, columns[0], enabled, logon);
        }
        if enabled.is_none() && self.known.len() > before {
            let why = "imported, but the export has no column `Enabled`: who is disabled is among them";
            self.leave(&export.header, "its users", why.to_owned());
        }
    }

    fn row(&mut self, row: &Row, export: &Export, name: Option<usize>, enabled: Option<usize>, logon: Option<usize>) {
        let name = row.text(name);
        let id =
            self.settings.domain.map_or_else(|| name.to_owned(), |domain| format!("{domain}\\{name}")).to_lowercase();
        if name.is_empty() {
            return self.leave(row, "nobody", "the row has no name".to_owned());
        }
        if let Some(why) = no_id(&id) {
            return self.leave(row, &id, why.to_owned());
        }
        if id.ends_with('$') {
            return self.leave(row, &id, "the account of a computer".to_owned());
        }
        let facts = self.settings.map.of(&id, row, export);
        self.named.entry(id.clone()).or_insert_with(|| User { span: row.span, facts: facts.clone() });
        match row.text(enabled) {
            "" => {}
            text if text.eq_ignore_ascii_case("true") => {}
            text if text.eq_ignore_ascii_case("false") => return self.leave(row, &id, "disabled".to_owned()),
            text => return self.leave(row, &id, format!("`Enabled` says `{text}`, neither True nor False")),
        }
        let last = day(row.text(logon), self.settings.order);
        match (self.settings.since, last) {
            (Some(_), None) if row.text(logon).is_empty() => {
                return self.leave(row, &id, "never logged on".to_owned());
            }
            (Some(since), Some(last)) if last < since => {
                return self.leave(row, &id, format!("last logged on on {last}"));
            }
            (_, None) if !row.text(logon).is_empty() => return self.problems.push(no_day((row, logon), self.settings)),
            (Some(_) | None, Some(_) | None) => {}
        }
        if self.known.contains_key(&id) {
            return self.leave(row, &id, "a second row of this name".to_owned());
        }
        if enabled.is_some() && row.text(enabled).is_empty() {
            self.leave(row, &id, "imported, but `Enabled` says nothing of this user".to_owned());
        }
        if facts.is_none() && !self.settings.map.is_missing() {
            self.leave(row, &id, UNSAID.to_owned());
        }
        self.known.insert(id, User { span: row.span, facts });
    }

    fn leave(&mut self, row: &Row, what: &str, why: String) {
        self.unplaced.push(Unplaced { place: self.settings.sources.place(row.span), what: what.to_owned(), why });
    }
}

fn no_directory(export: &Export) -> Diagnostic {
    Diagnostic::error(Code::NotAnExport, "this is no export of a directory's users")
        .at(export.header.span, "expected `SamAccountName`")
        .help("write it with `Get-ADUser -Filter * -Properties LastLogonDate | Export-Csv users.csv`")
}

fn no_logons(export: &Export) -> Diagnostic {
    Diagnostic::error(Code::NotAnExport, "the export does not say when users logged on")
        .at(export.header.span, "`--since` needs `LastLogonDate`")
        .help("export it with `-Properties LastLogonDate`, or leave `--since` out")
}
