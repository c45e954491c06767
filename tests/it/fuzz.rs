//! The targets of the fuzzer, in the gate: on everything that is kept for them, and on damages of it.
//!
//! The long run is in `fuzz/README.md`. What either finds is kept in `fuzz/corpus`.

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use crate::generate::Rng;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use targets::{ALL, Target};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files that a target starts from, in the order of their paths: its corpus, and the folders that `fuzz/seeds` names.
fn kept(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let seeds = std::fs::read_to_string(root().join("fuzz/seeds")).unwrap();
    let seeds = seeds.lines().filter_map(|line| line.strip_prefix(target)?.strip_prefix(' '));
    let folders = seeds.map(|folder| root().join(folder)).chain([root().join("fuzz/corpus").join(target)]);
    let files = folders.flat_map(|folder| folder.read_dir().unwrap().map(|entry| entry.unwrap().path()));
    let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Hands bytes to a target; bytes that it cannot take are left where they can be looked at.
fn hand(name: &str, target: Target, what: &str, bytes: &[u8]) {
    if catch_unwind(|| target(bytes)).is_err() {
        let find = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("find-{name}"));
        std::fs::write(&find, bytes).unwrap();
        panic!("{name} cannot take {what}: see {}, and keep what it shows in fuzz/corpus/{name}", find.display());
    }
}

#[test]
fn what_is_kept_is_answered() {
    for (name, target) in ALL {
        let kept = kept(name);
        assert!(!kept.is_empty(), "{name}");
        kept.iter().for_each(|(path, bytes)| hand(name, target, &path.display().to_string(), bytes));
    }
}

/// How many damages of each target's files are tried; `ENTAIL_CASES` asks for another number.
fn tries() -> u64 {
    std::env::var("ENTAIL_CASES").map_or(150, |cases| cases.parse().unwrap())
}

#[test]
fn damages_of_what_is_kept_are_answered() {
    for (name, target) in ALL {
        let kept = kept(name);
        for seed in 0..tries() {
            let mut rng = Rng::new(seed);
            let mut bytes = rng.pick(&kept).1;
            for _ in 0..1 + rng.below(4) {
                bytes = damaged(bytes, &kept, &mut rng);
            }
            hand(name, target, &format!("the damage {seed}"), &bytes);
        }
    }
}

/// Pieces that have a meaning in one form or another.
const PIECES: [&str; 32] = [
    "\"",
    "'",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "é",
    "😀",
    "-",
    "#",
    "&a ",
    "*a",
    "not ",
    "unknown",
    "many",
    "2008-02-30",
    "18446744073709551616",
    "-1",
    "0.1e999",
    "--- users.csv\n",
    "same_as",
    " and ",
    "]]>",
];

/// Bytes with a piece left out, changed, put in, said twice, or taken from another file.
fn damaged(mut bytes: Vec<u8>, kept: &[(PathBuf, Vec<u8>)], rng: &mut Rng) -> Vec<u8> {
    let at = rng.below(bytes.len() + 1);
    let most = 1 + rng.below(64);
    let end = (at + rng.below(most)).min(bytes.len());
    match rng.below(7) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => bytes[at..end].fill(rng.below(256) as u8),
        3 => drop(bytes.splice(at..at, rng.pick(&PIECES).bytes())),
        4 => drop(bytes.splice(at..end, rng.pick(&PIECES).bytes())),
        5 => {
            let piece = bytes[at..end].to_vec();
            drop(bytes.splice(at..at, piece.repeat(1 + rng.below(3))));
        }
        _ => {
            let other = &kept[rng.below(kept.len())].1;
            let from = rng.below(other.len() + 1);
            let until = (from + rng.below(256)).min(other.len());
            drop(bytes.splice(at..end, other[from..until].iter().copied()));
        }
    }
    bytes
}
