//! `entail explain`: the page of a diagnostic code.

use super::{Ending, Format, Shared, input, output};
use crate::diagnostic::Code;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The codes, such as E0203
    #[arg(required = true)]
    codes: Vec<String>,
}

impl Explain {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        shared.format_among("explain", &[Format::Text])?;
        let mut pages = Vec::new();
        for name in &self.codes {
            let code = Code::ALL.iter().find(|code| code.text().eq_ignore_ascii_case(name));
            let code = code.ok_or_else(|| {
                let codes: Vec<String> = Code::ALL.iter().map(|code| code.text().to_owned()).collect();
                input::unknown_of_many("code", name, &codes)
            })?;
            pages.push(code.page());
        }
        output::write(shared, &pages.join("\n"))?;
        Ok(Ending::Reported)
    }
}
