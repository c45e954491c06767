//! Results that cannot be written: a full disk, a device without room, a reader who is gone. Nothing is left half written.
#![cfg(unix)]

use crate::cli::{Call, Estate, call, command};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder with an estate, and with files that each writing command would change.
fn desk(name: &str) -> Estate {
    let large = format!("# {}\n\n\nsource B \"Two\" {{   }}", "long ".repeat(1_000));
    let place = Estate::new(name).file("a.entail", "source A \"One\" {   }").file("b.entail", large);
    let log = "SamAccountName,Enabled\nann,True\n";
    let place =
        place.file("people.txt", log).file("r.html", "old\n").file("r.xlsx", "old\n").file("notes.txt", "old\n");
    for folder in ["linted", "old", "new"] {
        std::fs::create_dir(Path::new(place.path()).join(folder)).unwrap();
    }
    let lint = std::fs::read_to_string("tests/cases/lint/W0301.entail").unwrap();
    let portal = std::fs::read_to_string("fuzz/corpus/policy/portal.entail").unwrap();
    let place = place.file("linted/a.entail", &lint).file("old/portal.entail", &portal);
    place.file("new/portal.entail", portal.replace(" and not user.hosted", ""))
}

/// Every file below a folder, with what is in it; folders too.
fn everything(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => {
                all.extend(everything(&path));
                all.insert(path, Vec::new());
            }
            false => drop(all.insert(path.clone(), std::fs::read(&path).unwrap())),
        }
    }
    all
}

/// The program in a folder in which no file can grow past so many blocks: past it, writing fails as on a full disk.
fn cramped(folder: &str, blocks: usize, words: &str) -> Call {
    let mut shell = Command::new("sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {words}");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_entail")]).current_dir(folder).stdin(Stdio::null());
    shell.env_remove("ENTAIL_POLICIES").env_remove("NO_COLOR").env("LC_ALL", "C.UTF-8");
    call(shell)
}

/// Every command that writes files.
const WRITERS: [&str; 15] = [
    "check . -p shipped -o r.html --format html",
    "check . -p shipped -o new.html --format html",
    "plan . -p shipped -o r.xlsx --format xlsx",
    "compare . -p shipped -o notes.txt",
    "man -o entail.1",
    "completions bash -o entail.bash",
    "schema estate -o estate.json",
    "fmt a.entail b.entail",
    "lint linted --fix",
    "new product PrintServer -p shipped",
    "new test two_servers -p shipped",
    "new estate office -p shipped",
    "import directory people.txt --out imported -p shipped",
    "diff old new --write-acknowledge seen.toml",
    "diff old new --witness examples",
];

#[test]
fn on_a_full_disk_nothing_changes() {
    let place = desk("full-disk");
    let before = everything(Path::new(place.path()));
    let mut told = String::new();
    for words in WRITERS {
        let call = cramped(place.path(), 0, &format!("{words} -q"));
        assert_eq!(everything(Path::new(place.path())), before, "{words}");
        write!(told, "$ entail {words}\nstatus {}\n{}{}\n", call.status, call.stdout, call.stderr).unwrap();
    }
    crate::cli::snapshot("full_disk", &told);
}

#[test]
fn where_the_disk_fills_in_the_middle_nothing_changes() {
    let place = desk("filling-disk");
    let before = everything(Path::new(place.path()));
    for words in WRITERS {
        let call = cramped(place.path(), 1, &format!("{words} -q"));
        let changed = everything(Path::new(place.path())) != before;
        // What is small enough is there, whole.
        assert_eq!(
            (call.status == 2, call.stderr.contains("error[E0616]")),
            (!changed, !changed),
            "{words}: {}",
            call.stderr
        );
        if changed {
            std::fs::remove_dir_all(place.path()).unwrap();
            desk("filling-disk");
        }
    }
}

/// Every command that prints.
const PRINTERS: [&str; 19] = [
    "check . -p shipped",
    "check . -p shipped --format xlsx",
    "check . -p shipped --format json",
    "plan . -p shipped",
    "why . visitors -p shipped",
    "compare . -p shipped",
    "diff old new",
    "lint linted",
    "test -p shipped --filter onsite",
    "fmt --check a.entail",
    "explain E0101",
    "show external -p shipped",
    "sources -p shipped",
    "schema estate",
    "completions fish",
    "man",
    "man check",
    "--help",
    "--version",
];

/// The program with its two outputs in these files.
fn printing_to(folder: &str, words: &str, stdout: Stdio, stderr: Stdio) -> (Option<i32>, String) {
    let mut shell = command(&[]);
    let output = shell.args(words.split(' ')).current_dir(folder).stdout(stdout).stderr(stderr).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn full() -> Stdio {
    std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap().into()
}

/// A pipe that nobody reads any more.
fn unread() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn where_there_is_no_room_for_the_result_the_status_is_2() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let place = desk("full-stdout");
    for words in PRINTERS {
        let (status, stderr) = printing_to(place.path(), words, full(), Stdio::piped());
        assert_eq!(status, Some(2), "{words}: {stderr}");
        assert!(stderr.contains("the result cannot be written"), "{words}: {stderr}");
        assert!(stderr.contains("error[E0616]") || words.starts_with("--"), "{words}: {stderr}");
    }
}

#[test]
fn a_reader_who_is_gone_changes_no_status() {
    let place = desk("gone");
    for words in PRINTERS {
        let (status, stderr) = printing_to(place.path(), words, Stdio::null(), Stdio::piped());
        assert_eq!(printing_to(place.path(), words, unread(), Stdio::piped()), (status, stderr), "{words}");
    }
}

#[test]
fn diagnostics_that_nobody_reads_change_no_status() {
    let place = desk("unheard");
    for words in [
        "check . -p shipped",
        "check nowhere",
        "frobnicate",
        "check . -p shipped -o /dev/full",
        "fmt a.entail",
        "lint linted --fix",
    ] {
        let (status, _) = printing_to(place.path(), words, Stdio::null(), Stdio::piped());
        for stderr in [unread(), full()] {
            assert_eq!(printing_to(place.path(), words, Stdio::null(), stderr).0, status, "{words}");
        }
    }
}

/// A result written over what it comes from would destroy it: neither policies nor tables are overwritten, by whatever name.
#[test]
fn what_a_call_reads_is_not_written_over() {
    let place = desk("read");
    let before = everything(Path::new(place.path()));
    for words in [
        "check . -p shipped -o users.csv",
        "plan . -p shipped -o linted/../estate.toml",
        "lint linted -o linted/a.entail",
    ] {
        let call = crate::cli::run_in(Path::new(place.path()), &words.split(' ').collect::<Vec<_>>());
        assert_eq!(call.status, 2, "{words}: {}", call.stderr);
        assert!(call.stderr.contains("is read by this call"), "{words}: {}", call.stderr);
        assert_eq!(everything(Path::new(place.path())), before, "{words}");
    }
    let words = "check . -p shipped --format csv -o linted/../position.csv";
    let call = crate::cli::run_in(Path::new(place.path()), &words.split(' ').collect::<Vec<_>>());
    assert!(call.status == 2 && call.stderr.contains("would be a table of the estate"), "{}", call.stderr);
    assert_eq!(everything(Path::new(place.path())), before);
}
