//! `entail why`: why, why not, and what would have to change.

use super::check::{context, json_text, unjudged};
use super::input::Set;
use super::{Ending, Format, How, Judging, Shared, input, output};
use crate::estate::{Estate, ServerRow};
use crate::report;
use crate::why::{self, Subject};
use clap::Args;
use std::path::Path;

#[derive(Debug, Args)]
pub(super) struct Why {
    /// The estate, found by estate.toml upwards where it is left out; and a user, device, host, server or licence: `bob`, or
    /// `user:bob` where several have the name
    #[arg(required = true, num_args = 1..=2, value_names = ["ESTATE", "SUBJECT"])]
    asked: Vec<String>,
    #[command(flatten)]
    how: How,
    /// Only what concerns this server
    #[arg(long, value_name = "SERVER")]
    server: Option<String>,
}

impl Why {
    pub(super) fn run(&self, shared: &Shared) -> Result<Ending, Ending> {
        let format = shared.format_among("why", &[Format::Text, Format::Json])?;
        let mut set = input::policies(shared)?;
        let (judging, subject) = self.call()?;
        let request = input::request(&judging, &set.program)?;
        let estate = input::estate(&judging, shared, &mut set)?;
        let asked = self.about(subject, &mut set, &estate)?;
        let (told, judgement) = match why::why(&set.program, &set.sources, &estate, &request, asked) {
            Ok(told) => told,
            Err(problems) => return Err(unjudged(problems, set.sources)),
        };
        let context = context(&set, &estate);
        let text = match format {
            Format::Json => json_text(&report::why::json(&context, &judgement, &told)),
            _ => report::why::text(&context, &judgement, &told),
        };
        output::deliver(shared, &text, &judgement.notes, set.sources)?;
        Ok(Ending::Reported)
    }

    /// The estate, where one is named, and what is asked about. Flags may stand between the two, which rules out that they
    /// are two arguments of which the first may be missing.
    ///
    /// # Errors
    /// Only an estate is named.
    fn call(&self) -> Result<(Judging, &str), Ending> {
        let (estate, subject) = match self.asked.as_slice() {
            [estate, subject, ..] => (Some(estate.into()), subject.as_str()),
            [estate] if Path::new(estate).join("estate.toml").is_file() => return Err(no_subject(estate)),
            [subject] => (None, subject.as_str()),
            [] => (None, ""),
        };
        Ok((Judging { estate, how: self.how.clone() }, subject))
    }

    /// What the call asks about; all that is wrong with it is told together.
    fn about(&self, subject: &str, set: &mut Set, estate: &Estate) -> Result<(Subject, Option<ServerRow>), Ending> {
        let span = input::argument(&mut set.sources, "SUBJECT", subject)?;
        let subject = why::find(&set.program, estate, subject, span);
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

fn no_subject(estate: &str) -> Ending {
    let call = format!("entail why {} SUBJECT", output::word(Path::new(estate)));
    Ending::Usage(format!("`{estate}` is an estate, and SUBJECT is missing: `{call}`, whose SUBJECT is a user, say"))
}
