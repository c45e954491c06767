//! `entail new`: a product, a policy test or an estate to start from.

use super::{Ending, Format, Shared, files, input, output};
use crate::skeleton;
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
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        self.made(shared).unwrap_or_else(|ending| ending)
    }

    fn made(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("new", &[Format::Text])?;
        let (made, next) = match &self.what {
            What::Product { name } => {
                let file =
                    (format!("{name}.entail"), checked(shared, name, SHORTEST_PRODUCT, skeleton::product(name))?);
                (files::make_folder(Path::new(name), &[file])?, format!("entail test -p shipped -p {name}"))
            }
            What::Test { name } => {
                let text = checked(shared, name, SHORTEST_TEST, skeleton::test(name))?;
                let file = PathBuf::from(format!("{name}.entail"));
                files::make(&file, &text)?;
                (vec![file], format!("entail test -p shipped -p {name}.entail"))
            }
            What::Estate { name } => {
                let program = input::policies(shared)?.program;
                let title = name.file_name().unwrap_or_default().to_string_lossy();
                (
                    files::make_folder(name, &skeleton::estate(&program, &title))?,
                    format!("entail check {}", name.display()),
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
