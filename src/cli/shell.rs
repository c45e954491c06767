//! `entail completions` and `entail man`: what shells and manuals take from the definition of the command line.

use super::{Ending, Entail, Format, Shared, output};
use clap::{Args, CommandFactory};
use clap_complete::Shell;

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell whose completions are printed
    shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command whose page is printed; left out, the page of `entail` itself
    command: Option<String>,
}

impl Completions {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Entail::command(), "entail", &mut script);
        print(shared, "completions", script)
    }
}

impl Man {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let mut entail = Entail::command().disable_help_subcommand(true);
        entail.build();
        let names: Vec<String> = entail.get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let command = match &self.command {
            None => Some(&entail),
            Some(name) => entail.find_subcommand(name),
        };
        let Some(command) = command else {
            let name = self.command.as_deref().unwrap_or_default();
            return Err(super::input::unknown("command", name, names.iter().map(String::as_str)));
        };
        let mut page = Vec::new();
        // Writing to memory cannot fail.
        let _ = clap_mangen::Man::new(command.clone()).source(PROGRAM).render(&mut page);
        print(shared, "man", page)
    }
}

/// What a page is of: a command has no version of its own.
const PROGRAM: &str = concat!("entail ", env!("CARGO_PKG_VERSION"));

fn print(shared: &Shared, command: &str, bytes: Vec<u8>) -> Result<Ending, Ending> {
    shared.format_among(command, &[Format::Text])?;
    output::write(shared, &bytes)?;
    Ok(Ending::Reported)
}
