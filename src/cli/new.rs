//! `entail new`: a product, a policy test or an estate to start from.

use super::{Ending, Format, Shared, input, output};
use crate::skeleton;
use clap::{Args, Subcommand};
use std::fs;
use std::io;
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
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        self.made(shared).unwrap_or_else(|ending| ending)
    }

    fn made(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("new", &[Format::Text])?;
        let (made, next) = match &self.what {
            What::Product { name } => {
                let file =
                    (format!("{name}.entail"), checked(shared, name, SHORTEST_PRODUCT, skeleton::product(name))?);
                (folder(Path::new(name), vec![file])?, format!("entail test -p shipped -p {name}"))
            }
            What::Test { name } => {
                let text = checked(shared, name, SHORTEST_TEST, skeleton::test(name))?;
                let file = PathBuf::from(format!("{name}.entail"));
                write_new(&file, &text)?;
                (vec![file], format!("entail test -p shipped -p {name}.entail"))
            }
            What::Estate { name } => {
                let program = input::policies(shared)?.program;
                let title = name.file_name().unwrap_or_default().to_string_lossy();
                (folder(name, skeleton::estate(&program, &title))?, format!("entail check {}", name.display()))
            }
        };
        output::write(shared, &made.iter().map(|file| format!("{}\n", file.display())).collect::<String>())?;
        if !shared.quiet {
            eprintln!("entail: try `{next}`");
        }
        Ok(Ending::Reported)
    }
}

/// The text, if it checks beside the policies it is for: those that are named, else the shipped ones. The name is tried by
/// itself first, in the shortest `item` that has one, so that what is wrong with it is said once.
///
/// # Errors
/// The name is none, or is taken; what the checker says of it.
fn checked(shared: &Shared, name: &str, item: &str, text: String) -> Result<String, Ending> {
    let file = |text: &str| (format!("{name}.entail"), text.as_bytes().to_vec());
    input::check_beside(shared, file(&item.replace("NAME", name)))?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(Ending::Usage(format!("`{name}` is no name: letters, digits and `_` make one")));
    }
    input::check_beside(shared, file(&text))?;
    Ok(text)
}

const SHORTEST_PRODUCT: &str = "product NAME \"A product\" { release 1 functionality standard }\n";

const SHORTEST_TEST: &str = "test NAME \"a test\" { as_of: 2025-01-01 expect status compliant }\n";

/// A new folder with these files in it; nothing is left of it where one cannot be written.
fn folder(path: &Path, files: Vec<(String, String)>) -> Result<Vec<PathBuf>, Ending> {
    fs::create_dir(path).map_err(|error| unwritten(path, &error))?;
    let files: Vec<(PathBuf, String)> = files.into_iter().map(|(name, text)| (path.join(name), text)).collect();
    for (file, text) in &files {
        write_new(file, text).inspect_err(|_| drop(fs::remove_dir_all(path)))?;
    }
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

fn write_new(path: &Path, text: &str) -> Result<(), Ending> {
    let file = fs::File::create_new(path).and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    file.map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &io::Error) -> Ending {
    Ending::Unwritten(match error.kind() {
        io::ErrorKind::AlreadyExists => {
            format!("`{}` is there already, and nothing is overwritten: choose another name", path.display())
        }
        _ => format!("`{}` cannot be written: {error}", path.display()),
    })
}
