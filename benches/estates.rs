//! How many rows of accesses are read in a second, by the form of their table and by how many of them differ.
//!
//! `cargo bench --bench estates`. Figures of one run may be compared with each other, not with those of another machine;
//! `benches/beside.py` sets the program beside others.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use entail::estate;
use entail::program::Program;
use entail::source::Sources;
use entail::typing;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// How a table is written.
#[derive(Debug, Clone, Copy)]
struct Form {
    name: &'static str,
    delimiter: char,
    quote: &'static str,
    /// What follows each id.
    tail: &'static str,
    end: &'static str,
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const PLAIN: Form = Form { name: "plain", delimiter: ',', quote: "", tail: "", end: "\n" };

const FORMS: [Form; 5] = [
    PLAIN,
    Form { name: "quoted", quote: "\"", ..PLAIN },
    Form { name: "semicolons", delimiter: ';', ..PLAIN },
    Form { name: "line ends of Windows", end: "\r\n", ..PLAIN },
    Form { name: "long ids", tail: "-of-the-north-eastern-regional-branch", ..PLAIN },
];

/// How many there are of each.
#[derive(Debug, Clone, Copy)]
struct Size {
    users: usize,
    devices: usize,
    servers: usize,
    rows: usize,
}

const ROWS: usize = 200_000;

const FEW: Size = Size { users: 1_000, devices: 400, servers: 20, rows: ROWS };

const MANY: Size = Size { users: 100_000, devices: 40_000, servers: 200, rows: ROWS };

/// An estate in which a user has up to three devices and comes to up to eight servers, the first of each more often.
fn files(form: Form, size: Size) -> Vec<(String, Vec<u8>)> {
    let Form { delimiter, quote, tail, end, .. } = form;
    let ids =
        |sign: char, count: usize| -> Vec<String> { (0..count).map(|at| format!("{sign}{at:06}{tail}")).collect() };
    let (users, devices, servers) = (ids('u', size.users), ids('d', size.devices), ids('s', size.servers));
    let list = |header: &str, ids: &[String], rest: &str| {
        ids.iter().fold(header.to_owned(), |text, id| text + id + rest + "\n").into_bytes()
    };
    let mut text = ["server", "user", "device", "channel", "identified"].join(&delimiter.to_string()) + end;
    let mut random = Random(88_172_645_463_325_252);
    for _ in 0..size.rows {
        let user = random.below(size.users);
        let server = user * 7_919 + random.below(3 + user % 6).min(random.below(8)) * 31;
        let device = user * 2 / 5 + random.below(1 + user % 3) * 1_009;
        let cells = [&servers[server % size.servers], &users[user], &devices[device % size.devices], "lan", "yes"];
        for (place, cell) in cells.into_iter().enumerate() {
            let before = if place == 0 { String::new() } else { delimiter.to_string() };
            write!(text, "{before}{quote}{cell}{quote}").unwrap();
        }
        text += end;
    }
    let tables = [
        ("estate.toml", b"as_of = 2008-03-11\n".to_vec()),
        ("users.csv", list("id,relation\n", &users, ",employee")),
        ("devices.csv", list("id\n", &devices, "")),
        ("servers.csv", list("id,product,version\n", &servers, ",WindowsServer,2003")),
        ("accesses.csv", text.into_bytes()),
    ];
    tables.map(|(name, bytes)| (name.to_owned(), bytes)).into()
}

/// A xorshift generator, so that every run has the same rows.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % count as u64).unwrap()
    }
}

/// The facts and products that the estates speak of.
fn program() -> Program {
    let (mut sources, mut files) = (Sources::default(), Vec::new());
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/policies")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "entail") {
            files.push(sources.add(path.display().to_string(), std::fs::read_to_string(path).unwrap()).unwrap());
        }
    }
    typing::check_files(&sources, files).0
}

fn read(bencher: Bencher<'_, '_>, form: Form, size: Size) {
    let (program, files) = (program(), files(form, size));
    bencher.counter(ItemsCount::new(size.rows)).with_inputs(|| files.clone()).bench_local_values(|files| {
        let (document, _) = estate::read(files, &mut Sources::default());
        let (estate, problems) = estate::build(&document, &program);
        assert!(problems.is_empty());
        black_box(estate)
    });
}

#[divan::bench(args = FORMS, sample_count = 10)]
fn few_that_differ(bencher: Bencher<'_, '_>, form: Form) {
    read(bencher, form, FEW);
}

#[divan::bench(args = FORMS, sample_count = 10)]
fn many_that_differ(bencher: Bencher<'_, '_>, form: Form) {
    read(bencher, form, MANY);
}
