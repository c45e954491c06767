//! Tables of accesses that are read piece by piece: whatever their form, their order and their repetitions, the position is
//! the same. And what is said where such a table cannot be read.

use crate::engine::plan;
use crate::generate::{self, Rng};
use crate::inputs::writers::gzip;
use crate::{print, shipped};
use entail::diagnostic::{Diagnostic, in_order};
use entail::estate::document::Document;
use entail::estate::{self, Content};
use entail::judge::{Request, judge};
use entail::report::{Look, diagnostics};
use entail::source::{Readable, Sources, Stored};
use entail::threads::Threads;
use serde_json::Value as Json;
use std::sync::atomic::{AtomicUsize, Ordering};

type Files = Vec<(String, String)>;

/// The files with their table of accesses written otherwise.
fn with_accesses(files: &Files, write: impl Fn(&str, Vec<&str>) -> String) -> Files {
    let other = |(name, text): &(String, String)| {
        let (header, rows) = text.split_once('\n').unwrap();
        let text = if name == "accesses.csv" { write(header, rows.lines().collect()) } else { text.clone() };
        (name.clone(), text)
    };
    files.iter().map(other).collect()
}

/// A row in another form; the cells of generated rows hold neither delimiters nor quotes.
fn written(rng: &mut Rng, row: &str, delimiter: &str) -> String {
    let cells = row.split(',').map(|cell| match rng.below(5) {
        0 => format!("\"{cell}\""),
        1 => format!(" {cell} "),
        2 => format!("\" {cell}\""),
        3 => format!(" \"{cell}\" "),
        _ => cell.to_owned(),
    });
    cells.collect::<Vec<_>>().join(delimiter)
}

/// A table in another form: shuffled, quoted, separated otherwise, with blank rows.
fn otherwise(seed: u64, header: &str, rows: Vec<&str>, shuffled: bool) -> String {
    let mut rng = Rng::new(seed);
    let (delimiter, end) = (rng.pick(&[",", ";", "\t"]), rng.pick(&["\n", "\r\n"]));
    let mut rows = rows;
    for place in (1..rows.len()).rev().filter(|_| shuffled) {
        rows.swap(place, rng.below(place + 1));
    }
    let mut text = if rng.chance(50) { "\u{feff}".to_owned() } else { String::new() };
    text += &header.replace(',', delimiter);
    for row in rows {
        text += end;
        text += &" ".repeat(rng.below(2));
        text += end;
        text += &written(&mut rng, row, delimiter);
    }
    if rng.chance(50) { text + end } else { text }
}

/// What a plan says but for how many rows there are.
fn without_counts(mut position: Json) -> Json {
    for (list, count) in [("exemptions", "accesses"), ("prohibitions", "accesses"), ("assumptions", "rows")] {
        for entry in position[list].as_array_mut().into_iter().flatten() {
            entry[count].take();
        }
    }
    position["accesses"].take();
    position
}

#[test]
fn the_form_and_the_order_of_rows_make_no_difference() {
    for seed in 0..300 {
        let case = generate::case(seed);
        let (policy, files) = (vec![print::policy_text(&case)], print::estate_files(&case));
        let twice = with_accesses(&files, |header, rows| {
            let rows: String = rows.iter().map(|row| format!("{row}\n{row}\n")).collect();
            format!("{header}\n{rows}")
        });
        let position = plan(&policy, &twice);
        for shuffled in [false, true] {
            let other = with_accesses(&twice, |header, rows| otherwise(seed, header, rows, shuffled));
            assert_eq!(plan(&policy, &other), position, "seed {seed}:\n{}\n{other:#?}", print::shown(&case));
        }
        if position["cost"].is_object() {
            let once = plan(&policy, &files);
            for count in ["given", "effective", "prohibited", "exempt", "unknown", "demanding"] {
                let (once, twice) = (&once["accesses"][count], &position["accesses"][count]);
                assert_eq!(once.as_u64().map(|once| 2 * once), twice.as_u64(), "seed {seed}: {count}");
            }
            assert_eq!(without_counts(once), without_counts(position), "seed {seed}");
        }
    }
}

/// A generated case: its policies, and its estate with the accesses still in their file.
fn read_case(seed: u64) -> (entail::program::Program, Document) {
    let case = generate::case(seed);
    let files = print::estate_files(&case).into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
    let (document, problems) = estate::read(files, &mut Sources::default());
    assert_eq!(problems, Vec::new());
    (program(&[("case.entail".to_owned(), print::policy_text(&case))]), document)
}

#[test]
fn rows_kept_in_memory_come_to_the_same_estate() {
    for seed in 0..100 {
        let (program, streamed) = read_case(seed);
        let held = streamed.clone().held().0;
        assert_eq!(estate::build(&streamed, &program), estate::build(&held, &program), "seed {seed}");
    }
}

/// So many threads.
fn threads(count: usize) -> Threads {
    Threads(count.try_into().unwrap())
}

#[test]
fn the_number_of_threads_makes_no_difference() {
    for seed in 0..150 {
        let (program, document) = read_case(seed);
        let built = |count| estate::build(&Document { threads: threads(count), ..document.clone() }, &program);
        let (estate, problems) = built(1);
        assert_eq!(built(4), (estate.clone(), problems), "seed {seed}");
        let judged = |count| judge(&program, &estate, &Request { threads: threads(count), ..Request::default() });
        assert_eq!(judged(4), judged(1), "seed {seed}");
    }
}

#[test]
fn what_is_wrong_with_a_table_is_the_same_for_any_number_of_threads() {
    let bytes = spoiled(200_000);
    let until = bytes.len() / 2;
    let failing = || Failing { bytes: bytes.clone(), until, ends: false, changes: false, reads: AtomicUsize::new(0) };
    let said = |accesses, count| {
        let (problems, sources) = problems_with(accesses, threads(count));
        diagnostics(&problems, &sources, &Look { width: 100, ..Look::default() })
    };
    assert_eq!(said(Box::new(spoiled(20_000)), 4), said(Box::new(spoiled(20_000)), 1));
    assert_eq!(said(Box::new(failing()), 4), said(Box::new(failing()), 1));
}

fn program(policies: &[(String, String)]) -> entail::program::Program {
    crate::sound(policies.to_vec(), &mut Sources::default())
}

const SMALL: [(&str, &str); 3] = [
    ("estate.toml", "as_of = 2008-03-11\n"),
    ("users.csv", "id,relation\nann,employee\nbob,employee\n"),
    ("servers.csv", "id,product,version\nfiles,WindowsServer,2008\n"),
];

/// What is wrong with an estate whose accesses are stored somewhere.
fn problems(accesses: Box<dyn Stored>) -> (Vec<Diagnostic>, Sources) {
    problems_with(accesses, Threads::default())
}

/// The same, found by so many threads.
fn problems_with(accesses: Box<dyn Stored>, threads: Threads) -> (Vec<Diagnostic>, Sources) {
    problems_of("accesses.csv", accesses, threads)
}

/// The same, of accesses in a file of that name.
fn problems_of(name: &str, accesses: Box<dyn Stored>, threads: Threads) -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let held = |(name, text): (&str, &str)| (name.to_owned(), Content::Held(text.as_bytes().to_vec()));
    let mut files: Vec<(String, Content)> = SMALL.map(held).into();
    files.push((name.to_owned(), Content::Stored(accesses)));
    let (mut document, mut problems) = estate::read(files, &mut sources);
    document.threads = threads;
    problems.extend(estate::build(&document, &program(&shipped())).1);
    in_order(&mut problems, &sources);
    (problems, sources)
}

fn said(accesses: Box<dyn Stored>) -> String {
    said_of("accesses.csv", accesses)
}

fn said_of(name: &str, accesses: Box<dyn Stored>) -> String {
    let (problems, sources) = problems_of(name, accesses, Threads::default());
    diagnostics(&problems, &sources, &Look { width: 100, ..Look::default() })
}

/// Rows of which every tenth names nobody.
fn spoiled(rows: usize) -> Vec<u8> {
    let row = |row: usize| if row % 10 == 7 { "files,anna\n" } else { "files,ann\n" };
    std::iter::once("server,user\n").chain((0..rows).map(row)).collect::<String>().into_bytes()
}

#[test]
fn of_many_wrong_rows_the_first_hundred_are_shown_and_the_rest_is_counted() {
    let text = said(Box::new(spoiled(100_000)));
    assert_eq!(text.matches("╭─[accesses.csv:").count(), 100);
    assert!(text.contains("╭─[accesses.csv:9:7]"), "the first");
    assert!(text.contains("╭─[accesses.csv:999:7]"), "the hundredth");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("10000 errors; the first 100 are shown, 9900 are not"), "{last}");
}

/// Rows of every form, again and again: some go on over lines that would be rows of their own, some are wrong.
const ROWS: [&str; 12] = [
    "\n",
    "files,ann,lan\n",
    "files,ann,lan\r\n",
    "\"files\",\"ann\",lan\n",
    " files , ann,lan \n",
    "files,bob,\n",
    "files,bob,internet\n",
    "files,\"x\nfiles,bob,internet\nfiles,ann,lan\ny\",lan\n",
    "files,\"q\"\"\nfiles,ann,lan\n\",lan\n",
    "files,\"ann\"n,lan\n",
    "files,ann,lan,internet\n",
    "files,anna,lan\n",
];

/// How many of them, from the first on, are right.
const RIGHT: usize = 7;

/// An estate with a table of accesses of these rows.
fn with_rows(rows: &[String]) -> Document {
    let mut files: Vec<(String, Vec<u8>)> = SMALL.map(|(name, text)| (name.to_owned(), text.into())).into();
    files[1].1 = "id,relation\nann,employee\nbob,employee\n".into();
    files.push(("accesses.csv".to_owned(), format!("server,user,channel\n{}", rows.concat()).into()));
    let (document, problems) = estate::read(files, &mut Sources::default());
    assert_eq!(problems, Vec::new());
    document
}

#[test]
fn rows_that_come_again_say_what_they_said_first() {
    let program = program(&shipped());
    let counted = |problems: &[Diagnostic]| problems.iter().map(|problem| problem.count).sum::<u32>();
    for seed in 0..16 {
        let mut rng = Rng::new(seed);
        let forms = if seed % 2 == 0 { ROWS.len() } else { RIGHT };
        let rows: Vec<String> = (0..15_000).map(|_| ROWS[rng.below(forms)].to_owned()).collect();
        let document = with_rows(&rows);
        let built = |count| estate::build(&Document { threads: threads(count), ..document.clone() }, &program);
        let (estate, problems) = built(1);
        assert_eq!(built(2), (estate.clone(), problems.clone()), "seed {seed}");
        assert_eq!(problems.is_empty(), forms == RIGHT, "seed {seed}");
        assert_eq!(estate::build(&document.clone().held().0, &program).0, estate, "seed {seed}");
        // No row that is so long is known again.
        let long = rows.iter().map(|row| match row.trim_end_matches(['\r', '\n']) {
            "" => row.clone(),
            text => format!("{text}{}{}", " ".repeat(600), &row[text.len()..]),
        });
        let (_, others) = estate::build(&with_rows(&long.collect::<Vec<_>>()), &program);
        assert_eq!(counted(&problems), counted(&others), "seed {seed}");
    }
}

/// Plain rows that differ to the byte: by an id and another name of its head, or by two texts of one meaning.
#[test]
fn plain_rows_may_say_the_same_in_other_words() {
    let program = program(&shipped());
    for (users, said) in [
        ("id,relation\nann,employee\n", ["files,ann,yes\n", "files,ann,true\n"]),
        ("id,relation,same_as\nann,employee,\nanna,,ann\n", ["files,ann,yes\n", "files,anna,yes\n"]),
    ] {
        let rows: String = (0..3_000).map(|row| said[usize::from(row > 1_000 && row % 3 == 0)]).collect();
        let mut files: Vec<(String, Vec<u8>)> = SMALL.map(|(name, text)| (name.to_owned(), text.into())).into();
        files[1].1 = users.into();
        files.push(("accesses.csv".to_owned(), format!("server,user,identified\n{rows}").into()));
        let (document, problems) = estate::read(files, &mut Sources::default());
        assert_eq!(problems, Vec::new());
        let (estate, problems) = estate::build(&document, &program);
        assert_eq!(problems, Vec::new());
        assert_eq!(estate.accesses.iter().map(|(_, access)| access.rows).collect::<Vec<_>>(), [3_000], "{users}");
        assert_eq!(estate::build(&document.held().0, &program).0, estate, "{users}");
    }
}

#[test]
fn wrong_rows_are_counted_whether_they_are_alike_or_not() {
    let counted = |row: &dyn Fn(usize) -> String| {
        let rows: String = (0..9_000).map(row).collect();
        let (problems, _) = problems(Box::new(format!("server,user\n{rows}").into_bytes()));
        assert_eq!(problems.len(), 1_000);
        problems.iter().map(|problem| problem.count).sum::<u32>()
    };
    let [alike, unlike, too_long] = [
        counted(&|_| "files,nobody\n".to_owned()),
        counted(&|row| format!("files,nobody{row}\n")),
        counted(&|row| format!("files,ann,{}\n", row % 5_000)),
    ];
    assert_eq!([alike, unlike, too_long], [9_000; 3]);
    let twice_wrong = counted(&|row| format!("nowhere,nobody{}\n", row % 4_000));
    assert_eq!(twice_wrong, 18_000);
}

#[test]
fn a_packed_table_of_many_pieces_is_read_as_the_plain_one() {
    let rows = spoiled(400_000);
    let packed = said_of("accesses.csv.gz", Box::new(gzip(&rows)));
    assert!(packed.contains("╭─[accesses.csv.gz:9:7]"), "{packed}");
    assert_eq!(packed.replace("accesses.csv.gz", "accesses.csv"), said(Box::new(rows)));
}

#[test]
fn what_is_wrong_far_behind_the_header_is_told_of_the_file() {
    let mut rng = Rng::new(1);
    let varied: String = (0..800_000).map(|_| rng.pick(&["files,ann\n", "files,bob\n", "files,zoe\n"])).collect();
    let whole = gzip(format!("server,user\n{varied}").as_bytes());
    let cut = whole[..whole.len() - 1_000].to_vec();
    let mut damaged = whole.clone();
    damaged[whole.len() - 6] ^= 1;
    let behind = [whole.clone(), b"more\n".to_vec()].concat();
    let bomb = gzip(&[b"server,user\n".to_vec(), b"files,zoe\n".repeat(9), vec![b'\n'; 100 << 20]].concat());
    for threads in [threads(1), threads(2)] {
        let told = [&cut, &damaged, &behind, &bomb].map(|packed| {
            let (problems, sources) = problems_of("accesses.csv.gz", Box::new(packed.clone()), threads);
            diagnostics(&problems, &sources, &Look { width: 100, ..Look::default() })
        });
        insta::assert_snapshot!("far_behind_the_header", told.join("\n"));
    }
    // What can be read to its end is only wrong in its rows.
    let (problems, _) = problems_of("accesses.csv.gz", Box::new(whole), Threads::default());
    assert!(problems.iter().all(|problem| problem.message.contains("zoe")), "{problems:?}");
}

/// A packed file that is another when it is read for the second time.
#[derive(Debug)]
struct Turned {
    first: Vec<u8>,
    then: Vec<u8>,
    begun: AtomicUsize,
}

impl Stored for Turned {
    fn size(&self) -> u64 {
        self.first.size()
    }
}

impl Readable for Turned {
    fn read_at(&self, place: u64, into: &mut [u8]) -> std::io::Result<usize> {
        let begun = self.begun.fetch_add(usize::from(place == 0), Ordering::Relaxed);
        // The first look is at what packed files begin with, the next for the header, and then the rows are read.
        if place > 80_000 && begun > 2 { &self.then } else { &self.first }.read_at(place, into)
    }

    fn has_changed(&self) -> bool {
        self.begun.load(Ordering::Relaxed) > 2
    }
}

#[test]
fn a_packed_table_that_changes_between_two_looks_is_no_table() {
    let packed = |seed| {
        let mut rng = Rng::new(seed);
        let rows: String = (0..800_000).map(|_| rng.pick(&["files,ann\n", "files,bob\n"])).collect();
        gzip(format!("server,user\n{rows}").as_bytes())
    };
    let (first, other) = (packed(1), packed(2));
    let cut = other[..other.len() / 2].to_vec();
    let damaged: Vec<u8> = first.iter().enumerate().map(|(at, byte)| if at > 80_000 { !byte } else { *byte }).collect();
    for then in [first.clone(), other, cut, damaged] {
        let turned = Turned { first: first.clone(), then, begun: AtomicUsize::new(0) };
        let text = said_of("accesses.csv.gz", Box::new(turned));
        assert!(text.contains("error[E0611]") && text.contains("1 error"), "{text}");
    }
}

/// A file of which only the beginning can be read, or that is another after a while.
#[derive(Debug)]
struct Failing {
    bytes: Vec<u8>,
    /// From where on reading fails, and whether the file just ends there.
    until: usize,
    ends: bool,
    changes: bool,
    reads: AtomicUsize,
}

impl Stored for Failing {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }
}

impl Readable for Failing {
    fn read_at(&self, place: u64, into: &mut [u8]) -> std::io::Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let last = place + 1 == self.size() && into.len() == 1;
        let left = if last { 1 } else { self.until.saturating_sub(place as usize) };
        if left == 0 && !self.ends {
            return Err(std::io::Error::other("the drive is gone"));
        }
        let length = left.min(into.len());
        self.bytes.read_at(place, &mut into[..length])
    }

    fn has_changed(&self) -> bool {
        self.changes && self.reads.load(Ordering::Relaxed) > 3
    }
}

#[test]
fn a_file_that_fails_shrinks_or_changes_is_no_table() {
    let bytes = b"server,user\n".iter().copied().chain(b"files,ann\n".repeat(600_000)).collect::<Vec<u8>>();
    let whole = bytes.len();
    let failing = |until, ends, changes| {
        said(Box::new(Failing { bytes: bytes.clone(), until, ends, changes, reads: AtomicUsize::new(0) }))
    };
    let texts = [failing(5_000_000, false, false), failing(5_000_000, true, false), failing(whole, true, true)];
    insta::assert_snapshot!(texts.join("\n"));
    assert_eq!(failing(whole, true, false), "");
}

#[test]
fn a_table_cut_in_the_middle_of_a_row_is_wrong_there() {
    let cut = |text: &str| said(Box::new(text.as_bytes().to_vec()));
    let texts = [
        cut("server,user,device\nfiles,ann,\nfiles,bob"),
        cut("server,user\nfiles,ann\nfiles,bo"),
        cut("server,user\n\"files\",\"ann\"\n\"files\",\"bo"),
        cut("server,user\nfiles,ann\nfil\0es,bob\n"),
    ];
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn rows_of_every_form_are_one_access() {
    let long = "x".repeat(70_000);
    let text = format!(
        "server,user,channel\nfiles,ann,lan\n\"files\",\"ann\",\"lan\"\n files , ann , lan \n\n,,\nfiles,ann,{long}\n"
    );
    let (problems, _) = problems(Box::new(text.into_bytes()));
    assert_eq!(problems.len(), 1, "{problems:#?}");
    let text = "server,user,channel\nfiles,ann,lan\n\"files\",\"ann\",\"lan\"\r\n files ,\"ann\",lan\u{a0}\n,,\nfiles,bob,lan\n";
    let mut sources = Sources::default();
    let mut files: Vec<(String, Vec<u8>)> = SMALL.map(|(name, text)| (name.to_owned(), text.into())).into();
    files.push(("accesses.csv".to_owned(), text.into()));
    let (document, _) = estate::read(files, &mut sources);
    let (estate, problems) = estate::build(&document, &program(&shipped()));
    assert_eq!(problems, Vec::new());
    let rows: Vec<(u64, String)> =
        estate.accesses.iter().map(|(_, access)| (access.rows, sources.place(access.span))).collect();
    assert_eq!(rows, [(3, "accesses.csv:2:1".to_owned()), (1, "accesses.csv:6:1".to_owned())]);
}

#[test]
fn past_the_limit_of_memory_it_says_so() {
    let mut sources = Sources::default();
    let mut files: Vec<(String, Vec<u8>)> = SMALL.map(|(name, text)| (name.to_owned(), text.into())).into();
    files.push(("accesses.csv".to_owned(), "server,user\nfiles,ann\nfiles,ann\nfiles,bob\n".into()));
    let (mut document, _) = estate::read(files, &mut sources);
    document.memory = estate::document::Memory(1_024);
    let (_, problems) = estate::build(&document, &program(&shipped()));
    insta::assert_snapshot!(diagnostics(&problems, &sources, &Look { width: 100, ..Look::default() }));
}
