//! The command line: arguments in, files read, a report out, an exit status.
//!
//! All input and output of the program is here. What a command found out is an `Ending`; `status` turns every ending
//! into its exit status, in one place.

#![warn(clippy::print_stdout, clippy::print_stderr)]
#![expect(clippy::disallowed_methods, reason = "files, environment and terminal are read here and nowhere else")]

mod check;
mod compare;
mod diff;
mod explain;
mod files;
mod fmt;
mod import;
mod input;
mod lint;
#[cfg(feature = "lsp")]
mod lsp;
mod new;
mod on_disk;
mod output;
mod plan;
mod progress;
mod schema;
mod shell;
mod show;
mod sources;
mod test;
mod why;

use crate::diagnostic::{Code, Diagnostic};
use crate::program::Status;
use crate::source::{Sources, printable};
use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// What the software licences of an estate must be, by rules that anyone can read.
#[derive(Debug, Parser)]
#[command(name = "entail", version, color = ColorChoice::Auto)]
struct Entail {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    shared: Shared,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The licence position of an estate: what is demanded, exempt, owned and short, and the cheapest remedy
    #[command(after_help = "Formats: text, json, markdown, html, csv, xlsx, sarif, github")]
    Check(check::Check),
    /// The least-cost purchase with its proof, and who gets which unit
    #[command(
        after_help = "Formats: text, json, markdown, html, csv, xlsx, sarif, github; with --what-if or --break-even text, json"
    )]
    Plan(plan::Plan),
    /// What is worth mending in policies that check, with its proof
    #[command(after_help = "Formats: text, json, sarif, github")]
    Lint(lint::Lint),
    /// What changes between two policy sets, in which cases exactly, by which rules, and for whom
    #[command(after_help = "Formats: text, json, markdown, html, sarif, github")]
    Diff(diff::Diff),
    /// The position under every reading in force, side by side, and whom the readings classify differently
    #[command(after_help = "Formats: text, json")]
    Compare(compare::Compare),
    /// Why a user, device, host, server or licence stands as it does, and what would have to change
    #[command(after_help = "Formats: text, json", override_usage = "entail why [OPTIONS] [ESTATE] <SUBJECT>")]
    Why(why::Why),
    /// Run the tests of policies
    #[command(
        after_help = "Formats: text, junit, sarif, github; with --coverage text, json, html; with --mutate text, json"
    )]
    Test(test::Test),
    /// Lay policies out in the one layout
    #[command(after_help = "Formats: text")]
    Fmt(fmt::Fmt),
    /// Turn exports of access logs and directories into an estate's tables
    #[command(after_help = "Formats: text")]
    Import(import::Imports),
    /// Start a product, an estate or a policy test
    #[command(after_help = "Formats: text")]
    New(new::New),
    /// The page of a diagnostic code: a wrong program, what is wrong, the right one
    #[command(after_help = "Formats: text")]
    Explain(explain::Explain),
    /// One item of the policies as the interpreter understands it
    #[command(after_help = "Formats: text")]
    Show(show::Show),
    /// The documents that rules come from, and what cites them
    #[command(after_help = "Formats: text")]
    Sources(sources::Sources),
    /// Serve an editor: the language server protocol over standard input and output
    #[cfg(feature = "lsp")]
    Lsp(lsp::Lsp),
    /// The JSON Schema of an output
    #[command(after_help = "Formats: text, json")]
    Schema(schema::Schema),
    /// Print the completions of a shell
    Completions(shell::Completions),
    /// Print a manual page
    Man(shell::Man),
}

/// Flags that every command takes.
#[derive(Debug, Clone, Args)]
struct Shared {
    /// A folder of policies, or `shipped` for the set compiled in; repeat it to compose several
    #[arg(short, long, value_name = "DIR", global = true)]
    policies: Vec<PathBuf>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Format::Text, global = true, hide_possible_values = true)]
    format: Format,
    /// Write the result to a file, whole or not at all
    #[arg(short, long, value_name = "FILE", global = true)]
    output: Option<PathBuf>,
    /// Colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true)]
    color: Colour,
    /// Say nothing but the result
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    verbose: bool,
}

/// Flags of commands that judge an estate.
#[derive(Debug, Clone, Args)]
struct Judging {
    /// A folder with estate.toml and tables, a workbook, or a document of JSON or YAML; left out, it is found by
    /// estate.toml upwards
    estate: Option<PathBuf>,
    #[command(flatten)]
    how: How,
}

/// How an estate is judged.
#[derive(Debug, Clone, Args)]
struct How {
    /// The day of the position, instead of the estate's
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// The agreement, instead of the estate's; `none` for none
    #[arg(long, value_name = "NAME")]
    agreement: Option<String>,
    /// A reading chosen by hand: DEFINITION=SOURCE; repeat it for several
    #[arg(long, value_name = "NAME=SOURCE")]
    reading: Vec<String>,
    /// How many search nodes a plan may take
    #[arg(long, value_name = "N", default_value_t = crate::judge::EFFORT)]
    effort: u64,
    /// How much memory the accesses may take, in GiB
    #[arg(long, value_name = "GIB", default_value = "4", value_parser = gibibytes)]
    memory: std::num::NonZeroU64,
    /// How many threads may work; what comes out is the same for any number
    #[arg(long, value_name = "N", default_value = "1", value_parser = number_of_threads)]
    threads: std::num::NonZeroUsize,
}

fn number_of_threads(text: &str) -> Result<std::num::NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "write how many threads may work, 1 or more")
}

fn gibibytes(text: &str) -> Result<std::num::NonZeroU64, &'static str> {
    text.parse().map_err(|_| "write how much memory the accesses may take, in whole GiB, 1 or more")
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Markdown,
    Html,
    Csv,
    Xlsx,
    Sarif,
    Junit,
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// How a command ended.
enum Ending {
    /// A report: it could be given.
    Reported,
    /// A judgement: it holds, does not hold, or cannot be told.
    Holds,
    HoldsNot,
    Undetermined,
    /// The call was wrong.
    Usage(String),
    /// The call was wrong, and there is more to say of it; diagnostics may point into its arguments.
    Call(Vec<Diagnostic>, Sources),
    /// The policies, or the estate, are in error; the diagnostics point into the texts.
    Policies(Vec<Diagnostic>, Sources),
    Estate(Vec<Diagnostic>, Sources),
    /// The result could not be written.
    Unwritten(String),
}

impl From<Status> for Ending {
    fn from(status: Status) -> Self {
        match status {
            Status::Compliant => Ending::Holds,
            Status::Shortfall | Status::Prohibited => Ending::HoldsNot,
            Status::Undetermined => Ending::Undetermined,
        }
    }
}

/// The exit status of an ending (interface, "Exit status"). A panic ends with 70.
fn status(ending: &Ending) -> u8 {
    match ending {
        Ending::Reported | Ending::Holds => 0,
        Ending::HoldsNot => 1,
        Ending::Usage(_) | Ending::Call(..) | Ending::Unwritten(_) => 2,
        Ending::Undetermined => 3,
        Ending::Policies(diagnostics, _) | Ending::Estate(diagnostics, _) if is_bug(diagnostics) => BUG,
        Ending::Policies(..) => 4,
        Ending::Estate(..) => 5,
    }
}

/// The exit status of a defect of this program.
const BUG: u8 = 70;

fn is_bug(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.code == Code::Bug)
}

/// Runs the command with its arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let called = match called(&arguments.into_iter().collect::<Vec<_>>()) {
        Ok(called) => called,
        Err(error) => {
            // Help and version are no errors; both are printed by clap where they belong.
            if let Err(Ending::Unwritten(message)) = output::printed(error.print()) {
                output::say(message);
                return ExitCode::from(2);
            }
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let Entail { command, shared } = called;
    report_panics();
    let outcome = std::panic::catch_unwind(|| {
        let ending = command.run(&shared).unwrap_or_else(|ending| ending);
        output::explain(&shared, &ending);
        status(&ending)
    });
    ExitCode::from(outcome.unwrap_or(BUG))
}

/// The call that the words of a command line make.
///
/// # Errors
/// They make none, or ask for help. A refusal repeats words: it is that of the words with escapes, which cannot steer a terminal.
fn called(words: &[OsString]) -> Result<Entail, clap::Error> {
    Entail::try_parse_from(words).map_err(|error| {
        let shown = words.iter().map(|word| printable(&word.to_string_lossy()));
        Entail::try_parse_from(shown).err().unwrap_or(error)
    })
}

/// A panic is a defect, and is told as one.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        if crate::estate::is_guarded() {
            return;
        }
        output::say(format_args!("a defect of the program, not a verdict: {panic}"));
        output::say("please report it with the call and the files it was about");
    }));
}

impl Command {
    fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        match self {
            Command::Check(check) => check.run(shared),
            Command::Plan(plan) => plan.run(shared),
            Command::Lint(lint) => lint.run(shared),
            Command::Diff(diff) => diff.run(shared),
            Command::Compare(compare) => compare.run(shared),
            Command::Why(why) => why.run(shared),
            Command::Test(test) => test.run(shared),
            Command::Fmt(fmt) => fmt.run(shared),
            Command::Import(import) => import.run(shared),
            Command::New(new) => new.run(shared),
            Command::Explain(explain) => explain.run(shared),
            Command::Show(show) => show.run(shared),
            Command::Sources(sources) => sources.run(shared),
            #[cfg(feature = "lsp")]
            Command::Lsp(lsp) => lsp.run(shared),
            Command::Schema(schema) => schema.run(shared),
            Command::Completions(completions) => completions.run(shared),
            Command::Man(man) => man.run(shared),
        }
    }
}

impl Shared {
    /// What makes the format asked for, if the command has it.
    ///
    /// # Errors
    /// As [`Shared::format_among`].
    fn making<T: Copy>(&self, command: &str, formats: &[(Format, T)]) -> Result<T, Ending> {
        let known: Vec<Format> = formats.iter().map(|(format, _)| *format).collect();
        let format = self.format_among(command, &known)?;
        let making = formats.iter().find(|(known, _)| *known == format).map(|(_, making)| *making);
        making.ok_or_else(|| Ending::Usage(format!("`{command}` has no such format")))
    }

    /// The format, if the command has it.
    ///
    /// # Errors
    /// Wrong usage: the command has no such format.
    fn format_among(&self, command: &str, formats: &[Format]) -> Result<Format, Ending> {
        if formats.contains(&self.format) {
            return output::is_fit(self).map(|()| self.format);
        }
        let name =
            |format: &Format| format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        let known: Vec<String> = formats.iter().map(name).collect();
        Err(Ending::Usage(format!("`{command}` has no format `{}`; it has {}", name(&self.format), known.join(", "))))
    }
}
