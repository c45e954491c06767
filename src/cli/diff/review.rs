//! The reviewer's file: read, and written.

use super::Diff;
use crate::cli::{Ending, files};
use crate::diagnostic::{Code, Diagnostic};
use crate::diff::acknowledge;
use crate::diff::difference::Difference;
use crate::source::Sources;
use std::fs;
use std::path::Path;

impl Diff {
    /// Takes in what reviewers acknowledged, and writes what is left for them to say.
    ///
    /// # Errors
    /// A file that is no acknowledgement, or acknowledges what does not change; one that cannot be written.
    pub(super) fn reviewed(&self, difference: &mut Difference) -> Result<(), Ending> {
        if let Some(path) = &self.acknowledge {
            acknowledged(path, difference)?;
        }
        let Some(path) = &self.write_acknowledge else { return Ok(()) };
        if path.exists() && self.acknowledge.as_ref() != Some(path) {
            let message = format!("`{}` is there already, and may hold what a reviewer wrote", path.display());
            let error = Diagnostic::error(Code::WouldOverwrite, message);
            let help = "to carry on with it, give it to `--acknowledge` as well; else name another file";
            return Err(Ending::Call(vec![error.help(help)], Sources::default()));
        }
        files::write(path, acknowledge::template(difference))
    }
}

fn acknowledged(path: &Path, difference: &mut Difference) -> Result<(), Ending> {
    let (mut sources, name) = (Sources::default(), path.display().to_string());
    let unreadable = |reason: String| {
        let error = Diagnostic::error(Code::NotAnAcknowledgement, format!("`{name}` cannot be read: {reason}"));
        Ending::Call(vec![error.help("name the file that `--write-acknowledge` started")], Sources::default())
    };
    let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let file = sources.add(name.clone(), text).map_err(|_| unreadable("it is too large".to_owned()))?;
    let problems = match acknowledge::read(file, &sources) {
        Ok(entries) => acknowledge::apply(difference, &entries),
        Err(problem) => vec![problem],
    };
    if problems.is_empty() { Ok(()) } else { Err(Ending::Call(problems, sources)) }
}
