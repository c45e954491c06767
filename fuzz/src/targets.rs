//! What each target does with some bytes: everything that Entail does with such a file. A panic is a find.
//!
//! The fuzzer runs these, and so does a test of the gate, on what is kept in `fuzz/corpus` and on damages of it.

use entail::compare::compare;
use entail::diagnostic::{Diagnostic, any_error, in_order};
use entail::diff::{Edition, LIMIT, acknowledge, diff};
use entail::estate::document::Document;
use entail::estate::{self, Holder, build};
use entail::import::{self as imports, Import, Map, Order, Settings, directory, ual};
use entail::judge::{Request, judge};
use entail::lint::lint;
use entail::lsp::{Disk, File, serve};
use entail::program::Program;
use entail::report::json::{Context, Policies, plan};
use entail::report::{self, Look, diagnostics, html, text};
use entail::source::Sources;
use entail::syntax::{ast::Ast, format, parse};
use entail::testing::run;
use entail::typing::{check, check_files};
use entail::why::{Subject, why};
use lsp_server::{Connection, Message};
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::OnceLock;

/// What takes some bytes.
pub type Target = fn(&[u8]);

/// All targets.
pub const ALL: [(&str, Target); 11] = [
    ("policy", policy),
    ("estate", estate),
    ("json", json),
    ("yaml", yaml),
    ("workbook", workbook),
    ("sheet", sheet),
    ("parquet", parquet),
    ("packed", packed),
    ("acknowledge", acknowledge),
    ("import", import),
    ("lsp", lsp),
];

/// A file of policies is parsed, laid out, checked, looked through for what is worth mending, and tested by its tests. What is
/// laid out parses to the same, and laying it out again changes nothing.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sources = Sources::default();
    let file = sources.add("fuzzed.entail", text).expect("it is short");
    let (parsed, mut problems) = parse(&sources, file);
    if let Ok(laid) = format(&sources, file) {
        let again = sources.add("laid.entail", laid.as_str()).expect("it is short");
        assert_eq!(format(&sources, again).as_ref(), Ok(&laid), "a second time it comes out differently");
        assert_eq!(shape(&parse(&sources, again).0), shape(&parsed), "what is laid out means something else");
    }
    let (program, found) = check(&parsed);
    problems.extend(found);
    told(&mut problems, &sources);
    if !any_error(&problems) {
        let mut findings: Vec<_> = lint(&program, &sources).into_iter().map(|finding| finding.diagnostic).collect();
        told(&mut findings, &sources);
        run(&program, None).into_iter().for_each(|mut outcome| told(&mut outcome.failures, &sources));
    }
}

/// What was parsed, without places.
fn shape(parsed: &Ast) -> String {
    let shown = format!("{:?}", parsed.items);
    let mut pieces = shown.split("Span {");
    let first = pieces.next().unwrap_or("").to_owned();
    pieces.fold(first, |shape, piece| shape + piece.split_once('}').map_or("", |(_, after)| after))
}

/// Shows diagnostics as they are shown on a terminal.
fn told(problems: &mut [Diagnostic], sources: &Sources) {
    in_order(problems, sources);
    let shown = diagnostics(problems, sources, &Look::default());
    assert_eq!(shown.is_empty(), problems.is_empty());
}

/// The policies that estates are read with.
fn shipped() -> &'static Program {
    static SHIPPED: OnceLock<Program> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let folder = ["policies", "../policies"].map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        let folder = folder.into_iter().find(|folder| folder.is_dir()).expect("policies lie in the repository");
        let files = folder.read_dir().expect("it is a folder").map(|entry| entry.expect("it can be read").path());
        let policies = files.filter(|path| path.extension().is_some_and(|kind| kind == "entail"));
        program(policies.map(|path| std::fs::read_to_string(path).expect("it is text")))
    })
}

fn program(texts: impl Iterator<Item = String>) -> Program {
    let mut sources = Sources::default();
    let files: Vec<_> = texts.map(|text| sources.add("policies.entail", text).expect("it is short")).collect();
    let (program, problems) = check_files(&sources, files);
    assert!(!any_error(&problems), "{problems:?}");
    program
}

/// The files of an estate's folder, each below a line `--- its name`. Tables read piece by piece come to the same as those
/// that are held.
pub fn estate(bytes: &[u8]) {
    let mut sources = Sources::default();
    let (document, problems) = estate::read(files(bytes), &mut sources);
    let sound = problems.is_empty();
    let streamed = judged(&document, problems, &mut sources);
    if sound && streamed.is_some() {
        let held = judged(&document.clone().held().0, Vec::new(), &mut sources);
        assert_eq!(held, streamed, "held and read piece by piece");
        explained(&document, &sources);
    }
}

/// What `why` says of the first user, device and server, what `compare` says, and what is reported of the plan, as texts.
fn explained(document: &Document, sources: &Sources) {
    let (estate, _) = build(document, shipped());
    let request = Request { effort: 1_000, ..Request::default() };
    let policies = Policies { origin: "shipped".to_owned(), sha256: String::new() };
    let context = Context { program: shipped(), sources, estate: &estate, policies: &policies };
    let user = estate.users.iter().next().map(|(row, _)| Holder::User(row));
    let device = estate.devices.iter().next().map(|(row, _)| Holder::Device(row));
    let server = estate.servers.iter().next().map(|(row, _)| Holder::Server(row));
    for holder in [user, device, server].into_iter().flatten() {
        if let Ok((told, judgement)) = why(shipped(), sources, &estate, &request, (Subject::Row(holder), None)) {
            assert!(!report::why::text(&context, &judgement, &told).is_empty());
            assert!(!text::plan(&context, &judgement).is_empty() && !html::plan(&context, &judgement).is_empty());
        }
    }
    if let Ok(comparison) = compare(shipped(), sources, &estate, &request) {
        assert!(!report::compare::text(&context, &comparison).is_empty());
    }
}

/// Files, each below a line `--- its name`; what stands before the first is left out.
fn files(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match (line.strip_prefix(b"--- "), files.last_mut()) {
            (Some(name), _) => files.push((String::from_utf8_lossy(name).trim().to_owned(), Vec::new())),
            (None, Some((_, file))) => file.extend(line),
            (None, None) => {}
        }
    }
    files
}

/// What `plan --format json` says of an estate; `None` where it cannot be judged, which is told.
fn judged(document: &Document, mut problems: Vec<Diagnostic>, sources: &mut Sources) -> Option<String> {
    let (estate, found) = build(document, shipped());
    problems.extend(found);
    told(&mut problems, sources);
    if any_error(&problems) {
        return None;
    }
    let request = Request { effort: 1_000, ..Request::default() };
    match judge(shipped(), &estate, &request) {
        Ok(judgement) => {
            let policies = Policies { origin: "shipped".to_owned(), sha256: String::new() };
            let context = Context { program: shipped(), sources, estate: &estate, policies: &policies };
            Some(plan(&context, &judgement)).map(|plan| serde_json::to_string(&plan).expect("it is JSON"))
        }
        Err(mut problems) => {
            told(&mut problems, sources);
            None
        }
    }
}

/// An estate in one file.
fn whole(name: &str, bytes: &[u8]) {
    let mut sources = Sources::default();
    let (document, problems) = estate::read_whole(name, bytes.to_vec(), &mut sources);
    judged(&document, problems, &mut sources);
}

/// A document of JSON.
pub fn json(bytes: &[u8]) {
    whole("estate.json", bytes);
}

/// A document of YAML.
pub fn yaml(bytes: &[u8]) {
    whole("estate.yaml", bytes);
}

/// A workbook as it is, packed.
pub fn workbook(bytes: &[u8]) {
    whole("estate.xlsx", bytes);
}

/// The text of one sheet, in a workbook that is sound.
pub fn sheet(bytes: &[u8]) {
    const WHOLE: &[u8] = include_bytes!("../corpus/workbook/school.xlsx");
    const SHEET: &str = "xl/worksheets/sheet3.xml";
    let mut archive = zip::ZipArchive::new(Cursor::new(WHOLE)).expect("it is sound");
    let mut changed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("it is sound");
        let (name, mut text) = (part.name().expect("it is sound").into_owned(), Vec::new());
        part.read_to_end(&mut text).expect("it is sound");
        changed.start_file(&name, zip::write::SimpleFileOptions::default()).expect("it is sound");
        changed.write_all(if name == SHEET { bytes } else { &text }).expect("it is sound");
    }
    whole("estate.xlsx", &changed.finish().expect("it is sound").into_inner());
}

/// An estate in which one table is of this form.
fn with_table(name: &str, bytes: &[u8]) {
    let mut sources = Sources::default();
    let files = [("estate.toml", b"as_of = 2008-03-11\n".as_slice()), (name, bytes)];
    let files = files.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).into();
    let (document, problems) = estate::read(files, &mut sources);
    judged(&document, problems, &mut sources);
}

/// A table in Parquet.
pub fn parquet(bytes: &[u8]) {
    with_table("users.parquet", bytes);
}

/// A packed table, once of users and once of accesses.
pub fn packed(bytes: &[u8]) {
    with_table("users.csv.gz", bytes);
    with_table("accesses.csv.gz", bytes);
}

/// A reviewer's acknowledgements of a difference.
pub fn acknowledge(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let portal = |staff: &str| {
        let text = include_str!("../corpus/policy/portal.entail").replace("is staff", staff);
        program(std::iter::once(text))
    };
    static PROGRAMS: OnceLock<[Program; 2]> = OnceLock::new();
    let [old, new] = PROGRAMS.get_or_init(|| [portal("is staff"), portal("in [staff, student]")]);
    let mut sources = Sources::default();
    let file = sources.add("acknowledged.toml", text).expect("it is short");
    let mut difference = diff(&Edition::symbolic(old, &sources), &Edition::symbolic(new, &sources), LIMIT);
    let mut problems = match acknowledge::read(file, &sources) {
        Ok(entries) => acknowledge::apply(&mut difference, &entries),
        Err(problem) => vec![problem],
    };
    told(&mut problems, &sources);
    let again = sources.add("again.toml", acknowledge::template(&difference)).expect("it is short");
    let entries = acknowledge::read(again, &sources).expect("what is written can be read");
    assert_eq!(acknowledge::apply(&mut difference, &entries), Vec::new(), "what is written is about the difference");
}

/// An export, and the mapping that stands below a line `--- map.csv`. What is imported can be read.
pub fn import(bytes: &[u8]) {
    for import in [ual, directory] {
        let mut sources = Sources::default();
        let mut texts = files(&[b"--- export.csv\n", bytes].concat()).into_iter();
        let mut added = || texts.next().and_then(|(name, bytes)| sources.add(name, imports::text(&bytes).ok()?).ok());
        let (Some(export), map) = (added(), added()) else { return };
        let (map, mut problems) = map.map(|file| Map::read(file, &sources, shipped())).unwrap_or_default();
        let order = Order::MonthFirst;
        let settings = Settings { since: None, order, domain: None, map: &map, program: shipped(), sources: &sources };
        let (Import { document, .. }, found) = import(&[export], &settings);
        problems.extend(found);
        problems.extend(build(&document, shipped()).1);
        told(&mut problems, &sources);
        if !any_error(&problems) {
            readable(&document);
        }
    }
}

/// What is written of a document can be read again.
fn readable(document: &Document) {
    let files = estate::files(document).into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    let (document, mut problems) = estate::read(files, &mut Sources::default());
    problems.retain(|problem| problem.code != entail::diagnostic::Code::NoEstate);
    problems.extend(build(&document, shipped()).1);
    assert!(!any_error(&problems), "{problems:?}");
}

/// Messages of an editor, a line each, in a session that has begun with one file of policies and an estate.
pub fn lsp(bytes: &[u8]) {
    let (own, client) = Connection::memory();
    let send = |text: &[u8]| {
        if let Ok(message) = serde_json::from_slice::<Message>(text) {
            client.sender.send(message).expect("nobody has closed it");
        }
    };
    send(br#"{"id":1,"method":"initialize","params":{"capabilities":{},"workspaceFolders":[{"uri":"file:///w","name":"w"}]}}"#);
    send(br#"{"method":"initialized","params":{}}"#);
    bytes.split(|byte| *byte == b'\n').for_each(send);
    send(br#"{"method":"exit"}"#);
    serve(&own, &OnePolicy, Vec::new());
}

struct OnePolicy;

impl Disk for OnePolicy {
    fn policies(&self, folder: &str) -> Vec<(String, File)> {
        let (path, text) = ("/w/policies/portal.entail", include_str!("../corpus/policy/portal.entail"));
        let inner = path.strip_prefix(folder).and_then(|inner| inner.strip_prefix('/'));
        inner.map(|inner| (inner.to_owned(), (path.to_owned(), text.into()))).into_iter().collect()
    }

    fn estate(&self, folder: &str) -> Vec<File> {
        let files = files(include_bytes!("portal.txt"));
        let within = files.into_iter().map(|(name, bytes)| (format!("/w/estate/{name}"), bytes));
        within.filter(|_| folder == "/w/estate").collect()
    }

    fn is_file(&self, path: &str) -> bool {
        path == "/w/policies/portal.entail" || path == "/w/estate/estate.toml"
    }

    fn is_folder(&self, path: &str) -> bool {
        ["/w", "/w/policies", "/w/estate"].contains(&path)
    }

    fn today(&self) -> entail::value::Date {
        entail::value::Date::default()
    }
}
