//! `entail why`: why, why not, and what would have to change.

use super::check::{context, json_text, unjudged};
use super::input::Set;
use super::{Ending, Format, Judging, Shared, input, output};
use crate::estate::{Estate, ServerRow};
use crate::report;
use crate::why::{self, Subject};
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct Why {
    #[command(flatten)]
    judging: Judging,
    /// A user, device, host, server or licence: `bob`, or `user:bob` where several have the name
    #[arg(required = true)]
    subject: String,
    /// Only what concerns this server
    #[arg(long, value_name = "SERVER")]
    server: Option<String>,
}

impl Why {
    pub(super) fn run(&self, shared: &Shared) -> Ending {
        self.explained(shared).unwrap_or_else(|ending| ending)
    }

    fn explained(&self, shared: &Shared) -> Result<Ending, Ending> {
        let format = shared.format_among("why", &[Format::Text, Format::Json])?;
        let mut set = input::policies(shared)?;
        let request = input::request(&self.judging, &set.program)?;
        let estate = input::estate(&self.judging, shared, &mut set)?;
        let asked = self.asked(&mut set, &estate)?;
        let (told, judgement) = match why::why(&set.program, &set.sources, &estate, &request, asked) {
            Ok(told) => told,
            Err(problems) => return Err(unjudged(problems, set.sources)),
        };
        let context = context(&set, &estate);
        let text = match format {
            Format::Json => json_text(&report::why::json(&context, &judgement, &told)),
            _ => report::why::text(&context, &judgement, &told),
        };
        if !shared.quiet {
            output::tell(shared, &judgement.notes, &set.sources);
        }
        output::deliver(shared, &text, set.sources)?;
        Ok(Ending::Reported)
    }

    /// What the call asks about; all that is wrong with it is told together.
    fn asked(&self, set: &mut Set, estate: &Estate) -> Result<(Subject, Option<ServerRow>), Ending> {
        let subject = input::argument(&mut set.sources, "SUBJECT", &self.subject)?;
        let subject = why::find(&set.program, estate, &self.subject, subject);
        let server = match &self.server {
            None => Ok(None),
            Some(name) => {
                let span = input::argument(&mut set.sources, "--server", name)?;
                why::find_server(estate, name, span).map(Some)
            }
        };
        match (subject, server) {
            (Ok(subject), Ok(server)) => Ok((subject, server)),
            (subject, server) => {
                let problems = subject.err().into_iter().chain(server.err()).collect();
                Err(Ending::Call(problems, std::mem::take(&mut set.sources)))
            }
        }
    }
}
