//! `entail lsp`: an editor's language server, over standard input and output.

use super::{Ending, Shared, input, output};
use crate::lsp::{Disk, Ended, File, serve};
use crate::value::Date;
use clap::Args;
use lsp_server::{Connection, Message};
use std::fs;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::thread;

#[derive(Debug, Args)]
pub(super) struct Lsp {
    /// Speak over standard input and output, as is done anyway
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let policies = input::named(shared).iter().map(|folder| absolute(folder)).collect();
        let (own, client) = Connection::memory();
        let Connection { sender, receiver } = client;
        let writing = thread::spawn(move || {
            let mut out = io::stdout().lock();
            receiver.iter().try_for_each(|message| message.write(&mut out).and_then(|()| out.flush()))
        });
        thread::spawn(move || read(&mut io::stdin().lock(), &mut |message| sender.send(message).is_ok()));
        let ended = serve(&own, &OnDisk, policies);
        drop(own);
        let _ = writing.join();
        Ok(match ended {
            Ended::Orderly => Ending::Reported,
            // The protocol wants status 1 of a server that is told to exit out of turn.
            Ended::Abrupt | Ended::Lost => Ending::HoldsNot,
        })
    }
}

/// The longest message that is taken, in bytes.
const LONGEST: u64 = 1 << 28;

/// Reads messages until the input ends or makes no sense as the protocol's frames. A frame that holds no message is passed
/// over.
fn read(input: &mut impl BufRead, take: &mut dyn FnMut(Message) -> bool) -> Option<()> {
    loop {
        let length = length_of_next(input)?;
        if length > LONGEST {
            io::copy(&mut input.take(length), &mut io::sink()).ok()?;
            continue;
        }
        let mut body = Vec::new();
        input.take(length).read_to_end(&mut body).ok()?;
        match serde_json::from_slice(&body) {
            Ok(message) => take(message).then_some(())?,
            Err(error) => output::say(format_args!("a message was passed over: {error}")),
        }
    }
}

/// Reads the head of a frame; lines that are none are passed over. `None` at the end of the input.
fn length_of_next(input: &mut impl BufRead) -> Option<u64> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(LONGEST).read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        match (line.trim(), length) {
            ("", Some(length)) => return Some(length),
            (line, _) => {
                let value = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
                length = value.and_then(|(_, value)| value.trim().parse().ok()).or(length);
            }
        }
    }
}

fn absolute(folder: &Path) -> String {
    if input::is_shipped(folder) {
        return input::SHIPPED_NAME.to_owned();
    }
    let path = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    with_slashes(&path)
}

fn with_slashes(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// The disk of this machine.
struct OnDisk;

impl Disk for OnDisk {
    fn policies(&self, folder: &str) -> Vec<(String, File)> {
        // What cannot be read now is read when it changes.
        input::gathered(&[folder.into()], &mut Vec::new())
    }

    fn estate(&self, folder: &str) -> Vec<File> {
        input::estate_files(Path::new(folder), &mut Vec::new())
    }

    fn is_file(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }

    fn is_folder(&self, path: &str) -> bool {
        Path::new(path).is_dir()
    }

    fn today(&self) -> Date {
        jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date()
    }
}
