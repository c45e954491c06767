//! `entail new`: a product, a policy test or an estate to start from.

use super::{Ending, Format, Shared, files, input, output};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::skeleton;
use crate::source::Sources;
use crate::syntax::is_word_char;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// A folder with a product, its licence and their tests, to be used beside the shipped policies
    Product {
        /// Its name, such as PrintServer
        name: String,
    },
    /// A folder with estate.toml, every table without rows, and a page that explains each column
    Estate {
        /// The folder
        name: PathBuf,
    },
    /// A file with a policy test
    Test {
        /// Its name, such as two_servers
        name: String,
    },
}

impl New {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("new", &[Format::Text])?;
        let (made, next) = match &self.what {
            What::Product { name } => {
                let file = (format!("{name}.entail"), PRODUCT.checked(shared, name, skeleton::product(name))?);
                (
                    files::make_folder(Path::new(name), &[file])?,
                    format!("entail test -p shipped -p {}", output::word(Path::new(name))),
                )
            }
            What::Test { name } => {
                let text = TEST.checked(shared, name, skeleton::test(name))?;
                let file = PathBuf::from(format!("{name}.entail"));
                files::make(&file, &text)?;
                (
                    vec![file],
                    format!("entail test -p shipped -p {}", output::word(&PathBuf::from(format!("{name}.entail")))),
                )
            }
            What::Estate { name } => {
                let program = input::policies(shared)?.program;
                let title = name.file_name().unwrap_or_default().to_string_lossy();
                (
                    files::make_folder(name, &skeleton::estate(&program, &title))?,
                    format!("entail check {}", output::word(name)),
                )
            }
        };
        output::write(shared, &made.iter().map(|file| format!("{}\n", file.display())).collect::<String>())?;
        if !shared.quiet {
            output::say(format_args!("try `{next}`"));
        }
        Ok(Ending::Reported)
    }
}

/// What is made with a name of its own in the policies.
struct Kind {
    noun: &'static str,
    /// A name that one of them might have.
    example: &'static str,
    /// The shortest item that has a name.
    shortest: &'static str,
}

const PRODUCT: Kind = Kind {
    noun: "product",
    example: "PrintServer",
    shortest: "product NAME \"A product\" { release 1 functionality standard }\n",
};

const TEST: Kind = Kind {
    noun: "test",
    example: "two_servers",
    shortest: "test NAME \"a test\" { as_of: 2025-01-01 expect status compliant }\n",
};

impl Kind {
    /// The text, if it checks beside the policies it is for: those that are named, else the shipped ones.
    ///
    /// # Errors
    /// Wrong usage: the name is none, or is taken. What the checker says of the text or the policies.
    fn checked(&self, shared: &Shared, name: &str, text: String) -> Result<String, Ending> {
        if !is_name(name) {
            let rule = "a name is a letter, and then letters, digits and `_`";
            return Err(Ending::Usage(format!("{}: {rule}, such as `{}`", self.refused(name), self.near(name))));
        }
        self.is_free(shared, name)?;
        input::check_beside(shared, file(name, &text))?;
        Ok(text)
    }

    /// Whether the name is free. It is tried by itself, in the shortest item, so that what is wrong with it is said once.
    fn is_free(&self, shared: &Shared, name: &str) -> Result<(), Ending> {
        let tried = input::check_beside(shared, file(name, &self.shortest.replace("NAME", name)));
        tried.map_err(|ending| match ending {
            Ending::Policies(found, sources) if is_about_the_last_file(&found, &sources) => {
                let is_taken = found.iter().any(|problem| problem.code == Code::DuplicateName);
                let (why, other) = if is_taken { ("it is taken", "2") } else { ("it is a word of the language", "_") };
                Ending::Usage(format!("{}: {why}; choose another, such as `{name}{other}`", self.refused(name)))
            }
            other => other,
        })
    }

    fn refused(&self, name: &str) -> String {
        format!("{} cannot be the name of a {}", quoted(name), self.noun)
    }

    /// What is left of a text as a name.
    fn near(&self, text: &str) -> String {
        let kept = text.chars().flat_map(plain).filter(|sign| is_word_char(*sign));
        let name: String = kept.skip_while(|sign| !sign.is_ascii_alphabetic()).collect();
        if name.is_empty() { self.example.to_owned() } else { name }
    }
}

/// A letter without its mark, or as it is written where there is none of it.
fn plain(letter: char) -> impl Iterator<Item = char> {
    const PLAIN: [(&str, &str); 18] = [
        ("àáâãåā", "a"),
        ("ÀÁÂÃÅ", "A"),
        ("äæ", "ae"),
        ("ÄÆ", "Ae"),
        ("çćč", "c"),
        ("èéêëēě", "e"),
        ("ÈÉÊË", "E"),
        ("ìíîï", "i"),
        ("ñń", "n"),
        ("òóôõø", "o"),
        ("öœ", "oe"),
        ("ÖŒ", "Oe"),
        ("ùúûů", "u"),
        ("ü", "ue"),
        ("Ü", "Ue"),
        ("ß", "ss"),
        ("šś", "s"),
        ("žź", "z"),
    ];
    let known = PLAIN.into_iter().find(|(letters, _)| letters.contains(letter)).map(|(_, plain)| plain);
    let itself = known.is_none().then_some(letter);
    known.unwrap_or("").chars().chain(itself)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.chars().all(is_word_char)
}

fn file(name: &str, text: &str) -> (String, Vec<u8>) {
    (format!("{name}.entail"), text.as_bytes().to_vec())
}

/// Whether all problems stand in the file that was read last.
fn is_about_the_last_file(found: &[Diagnostic], sources: &Sources) -> bool {
    let last = sources.iter().last().map(|(file, _)| file);
    found.iter().all(|problem| problem.primary.as_ref().map(|label| label.span.file) == last)
}
