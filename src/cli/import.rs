//! `entail import`: exports of other programs into an estate's tables.

use super::{Ending, Format, Shared, files, input, output};
use crate::diagnostic::{Code, Diagnostic, any_error, counted, in_order};
use crate::estate::not_utf8;
use crate::import::{self, Import, Map, NoText, Order, Settings};
use crate::source::{FileId, Sources};
use clap::{Args, Subcommand, ValueEnum};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Imports {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// Who came to which server: exports of User Access Logging, by user and by device
    Ual {
        #[command(flatten)]
        call: Call,
    },
    /// The users of a directory, as Get-ADUser exports them
    Directory {
        #[command(flatten)]
        call: Call,
        /// What stands before each name, as in WESTERN\sarahjones, so that it is the name that a log has
        #[arg(long, value_name = "NAME")]
        domain: Option<String>,
    },
}

#[derive(Debug, Args)]
struct Call {
    /// The exports, as CSV
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The folder for the tables
    #[arg(long, value_name = "DIR", default_value = "estate")]
    out: PathBuf,
    /// Leave out who has not been seen since that day, and list them
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// What is known of users, as CSV: whom, and facts, such as `user,relation`
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// How days with slashes are written
    #[arg(long, value_enum, default_value_t = Days::Mdy)]
    days: Days,
    /// Write into a folder that is not empty: tables of the same names and the day are replaced, all else stays
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Days {
    /// 9/29/2012
    Mdy,
    /// 29/9/2012
    Dmy,
}

/// The file whose keys an import knows one of: the day.
const KEYS: &str = "estate.toml";

/// The file that lists what found no place. It is no table: `check` passes over it.
const LIST: &str = "unplaced.txt";

impl Imports {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("import", &[Format::Text])?;
        let (call, domain) = match &self.from {
            From::Ual { call } => (call, None),
            From::Directory { call, domain } => {
                (call, domain.as_deref().map(|name| name.trim().trim_end_matches('\\')))
            }
        };
        if domain.is_some_and(str::is_empty) {
            let help = "write what stands before each name, or leave the flag out";
            return Err(Ending::Usage(format!("`--domain` names no domain: {help}")));
        }
        vacant(&call.out, call.force)?;
        let since = call.since.as_deref().map(|text| input::day("--since", text)).transpose()?;
        let mut set = input::policies(shared)?;
        let mut problems = Vec::new();
        let (files, map) = call.texts(&mut set, &mut problems);
        let order = if call.days == Days::Mdy { Order::MonthFirst } else { Order::DayFirst };
        let settings = Settings { since, order, domain, map: &map, program: &set.program, sources: &set.sources };
        let (import, found) = match &self.from {
            From::Ual { .. } => import::ual(&files, &settings),
            From::Directory { .. } => import::directory(&files, &settings),
        };
        problems.extend(found);
        problems.extend(crate::estate::build(&import.document, &set.program).1.into_iter().map(of_mapping));
        if any_error(&problems) {
            in_order(&mut problems, &set.sources);
            // What a mapping says wrongly, it says of many.
            problems.dedup();
            return Err(Ending::Estate(problems, set.sources));
        }
        if import.is_empty() {
            say_unplaced(shared, &import);
            return Err(Ending::Usage(nothing(call.since.as_deref(), import.unplaced.len())));
        }
        write(shared, &call.out, &import)
    }
}

/// Writes what was imported, and tells what that is.
fn write(shared: &Shared, out: &Path, import: &Import) -> Result<Ending, Ending> {
    let mut tables = crate::estate::files(&import.document);
    for (name, text) in &mut tables {
        if name == KEYS {
            text.push_str(&other_keys(&out.join(KEYS), text.is_empty()));
        }
    }
    let emptied: Vec<_> = import.headers().filter(|(name, _)| out.join(name).exists()).collect();
    tables.extend(emptied.iter().cloned());
    replace(out, &tables, &import.list())?;
    say_emptied(shared, out, &emptied);
    say(shared, out, &tables, import);
    let names: String = tables.iter().map(|(name, _)| format!("{}\n", out.join(name).display())).collect();
    output::write(shared, &names)?;
    Ok(Ending::Reported)
}

impl Call {
    /// The exports as texts of the run, and the mapping.
    fn texts(&self, set: &mut input::Set, problems: &mut Vec<Diagnostic>) -> (Vec<FileId>, Map) {
        let export = ("name the file of an export", "write the export with `-Encoding UTF8`, or save it as UTF-8");
        let mapping = ("name the file of a mapping", "save it as UTF-8");
        let files = self.files.iter().filter_map(|path| text(path, export, &mut set.sources, problems)).collect();
        let map = self.map.as_ref().and_then(|path| text(path, mapping, &mut set.sources, problems));
        let map = map.map(|file| Map::read(file, &set.sources, &set.program));
        let (map, found) = map.unwrap_or_default();
        problems.extend(found);
        (files, map)
    }
}

/// The text of a file: UTF-8, or UTF-16 as `Export-Csv -Encoding Unicode` writes it.
/// What to do is told for one that cannot be read, and for one that is no text.
fn text(
    path: &Path,
    (unread, no_text): (&str, &str),
    sources: &mut Sources,
    problems: &mut Vec<Diagnostic>,
) -> Option<FileId> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| {
        let message = format!("`{name}` cannot be read: {error}");
        problems.push(Diagnostic::error(Code::UnreadableEstate, message).help(unread));
    });
    let error = match import::text(&bytes.ok()?) {
        Ok(text) => return sources.add(name, text).ok(),
        Err(NoText::AtAll) => Diagnostic::error(Code::UnreadableEstate, format!("`{name}` is not text")),
        Err(NoText::InUtf8 { text, at, byte }) => not_utf8(&name, sources.add(name.clone(), text).ok()?, at, byte),
    };
    problems.push(error.help(no_text));
    None
}

/// An id that no user has was written in the mapping, and only an export can add one.
fn of_mapping(problem: Diagnostic) -> Diagnostic {
    match problem.code {
        Code::DanglingId => problem.help("name a user who is imported, as `users.csv` would call him"),
        _ => problem,
    }
}

/// Whether the folder may be written.
///
/// # Errors
/// It cannot be replaced as a whole, or there is something in it and nobody said that it may be.
fn vacant(out: &Path, force: bool) -> Result<(), Ending> {
    let refused = |why: &str| Err(Ending::Usage(format!("`{}` {why}", out.display())));
    let Some(entries) = fs::read_dir(out).ok() else {
        return if out.exists() { refused("is no folder: name one with `--out`") } else { Ok(()) };
    };
    let within: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    match within.iter().find(|path| !path.is_file()) {
        _ if out.file_name().is_none() => refused("has no name of its own: name a folder with `--out`"),
        Some(_) if force => refused("holds more than files: name a folder for this estate alone"),
        _ if !within.is_empty() && !force => {
            refused("is not empty, and nothing is overwritten: name another folder, or add `--force`")
        }
        Some(_) | None => Ok(()),
    }
}

/// Writes the tables into a new folder beside the one that is wanted, with the other files of that one, and puts it in its
/// place: all of them or none.
fn replace(out: &Path, tables: &[(String, String)], list: &str) -> Result<(), Ending> {
    // A link stays one: what it leads to is replaced.
    let out = &files::behind_links(out).map_err(|error| files::unwritten(out, &error))?;
    let part = files::beside(out, "part");
    let written = fs::create_dir_all(&part).and_then(|()| keep(out, &part)).and_then(|()| {
        let list = (!list.is_empty()).then(|| (LIST.to_owned(), list.to_owned()));
        files::fill(&part, &tables.iter().cloned().chain(list).collect::<Vec<_>>())
    });
    written
        .and_then(|()| take_place(&part, out))
        .inspect_err(|_| drop(fs::remove_dir_all(&part)))
        .map_err(|error| files::unwritten(out, &error))
}

/// What a person has written into a file of keys, with the day that stands there or without; nothing where there is none.
fn other_keys(path: &Path, with_day: bool) -> String {
    let is_day = |line: &str| {
        let rest = line.trim_start().strip_prefix("as_of");
        rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    let bytes = fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines = text.trim_start_matches('\u{feff}').split_inclusive('\n');
    lines.filter(|line| with_day || !is_day(line)).collect()
}

/// Copies what is in a folder, but for an old list.
fn keep(out: &Path, part: &Path) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(out) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        if entry.file_name() != LIST {
            fs::copy(entry.path(), part.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// Puts a folder in the place of another, which comes back where that fails.
fn take_place(part: &Path, out: &Path) -> io::Result<()> {
    if !out.exists() {
        return fs::rename(part, out);
    }
    let old = files::beside(out, "old");
    fs::rename(out, &old)?;
    fs::rename(part, out).inspect_err(|_| drop(fs::rename(&old, out)))?;
    fs::remove_dir_all(&old)
}

/// Why nothing is written: no row of the exports found a place.
fn nothing(since: Option<&str>, unplaced: usize) -> String {
    let since =
        since.map_or_else(String::new, |since| format!(", and `--since {since}` leaves out who was seen before"));
    match unplaced {
        0 => "the exports have no rows, so there is nothing to write".to_owned(),
        1 => format!("the only row finds no place, so there is nothing to write{since}"),
        rows => format!("none of the {rows} rows finds a place, so there is nothing to write{since}"),
    }
}

/// How many rows there are of what, and how many found no place.
fn say(shared: &Shared, out: &Path, tables: &[(String, String)], import: &Import) {
    if shared.quiet {
        return;
    }
    let tables_of_rows = import.document.tables.iter().filter(|table| !table.rows.is_empty());
    let rows = tables_of_rows.map(|table| format!("{} {}", table.name.text, table.rows.len()));
    output::say(format_args!("rows imported: {}", rows.collect::<Vec<_>>().join(", ")));
    say_unplaced(shared, import);
    let count = import.unplaced.len();
    if count > 0 {
        let more = if count > SHOWN { format!(", {} more", count - SHOWN) } else { String::new() };
        let rows = counted(count, "row", "rows");
        output::say(format_args!("the list of {rows} to look at{more} is in {}", out.join(LIST).display()));
    }
    if tables.iter().any(|(name, _)| name == "accesses.csv") {
        output::say(format_args!("try `entail check {}`", output::word(out)));
    }
}

/// The tables of an earlier import that this one has no rows for: what stood in them is no longer so.
fn say_emptied(shared: &Shared, out: &Path, emptied: &[(String, String)]) {
    if !shared.quiet {
        let names = emptied.iter().map(|(name, _)| out.join(name));
        names.for_each(|name| {
            output::say(format_args!("{} has no rows any more: the exports name none", name.display()))
        });
    }
}

/// The first rows that found no place.
fn say_unplaced(shared: &Shared, import: &Import) {
    if !shared.quiet {
        import.unplaced.iter().take(SHOWN).for_each(output::say);
    }
}

/// How many rows without a place are told on the terminal.
const SHOWN: usize = 20;
