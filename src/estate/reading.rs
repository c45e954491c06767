//! What is being read: the document so far, what is wrong with it, and the texts of the run.
//!
//! Bytes become a text here, or a diagnostic where they are none. Every form of an estate ends in these three.

use super::document::Document;
use super::schema::Kind;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Form, Sources, Span};

pub(super) struct Reading<'s> {
    pub document: Document,
    pub problems: Vec<Diagnostic>,
    pub sources: &'s mut Sources,
}

impl<'s> Reading<'s> {
    /// Nothing read yet.
    pub fn new(sources: &'s mut Sources) -> Self {
        Reading { document: Document::default(), problems: Vec::new(), sources }
    }

    /// Notes that the rows of a table are not all there, so that an id looked for in them is not called missing.
    pub fn unfinished(&mut self, kind: Kind) {
        self.document.unfinished.insert(kind.name().to_owned());
    }

    /// Notes that no table is whole: the file that holds them all could not be read.
    pub fn all_unfinished(&mut self) {
        Kind::ALL.into_iter().for_each(|kind| self.unfinished(kind));
    }

    /// Adds the text of a file to the sources; `None` with a diagnostic where it is none.
    pub fn text(&mut self, path: &str, bytes: Vec<u8>) -> Option<FileId> {
        let text = self.plain_text(path, bytes)?;
        self.add(path, text)
    }

    /// The text of a file; `None` with a diagnostic where it is none.
    pub fn plain_text(&mut self, path: &str, bytes: Vec<u8>) -> Option<String> {
        if let Some((what, help)) = no_text(&bytes) {
            let error = Diagnostic::error(Code::UnreadableEstate, format!("`{}` {what}", base(path))).help(help);
            self.whole_file(path, "this file cannot be read", error);
            return None;
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(bytes);
        match String::from_utf8(bytes) {
            Ok(text) => Some(with_final_newline(text)),
            Err(error) => {
                self.not_utf8(path, error.utf8_error().valid_up_to(), error.as_bytes());
                None
            }
        }
    }

    /// Adds a text under the name of its file; `None` with a diagnostic for one that is too large.
    fn add(&mut self, path: &str, text: String) -> Option<FileId> {
        self.add_as(Form::Text, path, text)
    }

    /// Like [`Reading::add`], for a text whose places are called as `form` says.
    pub fn add_as(&mut self, form: Form, path: &str, text: String) -> Option<FileId> {
        match self.sources.add_as(form, path, text) {
            Ok(file) => Some(file),
            Err(_) => {
                self.too_large(path);
                None
            }
        }
    }

    /// Reports a file past the limit of a source.
    pub fn too_large(&mut self, path: &str) {
        let error = Diagnostic::error(Code::UnreadableEstate, format!("`{path}` is too large"));
        self.problems.push(error.help("a file may have up to 4 GiB"));
    }

    fn not_utf8(&mut self, path: &str, at: usize, bytes: &[u8]) {
        let byte = bytes.get(at).copied().unwrap_or_default();
        let text = with_final_newline(String::from_utf8_lossy(bytes).into_owned());
        let Some(file) = self.add(path, text) else { return };
        self.problems.push(not_utf8(base(path), file, at, byte));
    }

    /// Reports a file of a form that this build leaves out.
    #[cfg(not(all(feature = "xlsx", feature = "parquet")))]
    pub fn unbuilt(&mut self, path: &str, what: &str, feature: &str) {
        let error = Diagnostic::error(Code::UnreadForm, format!("this build reads no {what}"));
        let help = format!("build with the feature `{feature}`, or give the tables as CSV files");
        self.whole_file(path, "this file cannot be read", error.help(help));
    }

    /// Reports a problem of a file whose content is not fit to be shown.
    pub fn whole_file(&mut self, path: &str, label: &str, error: Diagnostic) {
        let place = self.add(path, "\n".to_owned());
        self.problems.push(match place {
            Some(file) => error.at(Span::new(file, 0..0), label),
            None => error,
        });
    }
}

/// Reports a byte that is no text, in a text where it is replaced.
pub(crate) fn not_utf8(name: &str, file: FileId, at: usize, byte: u8) -> Diagnostic {
    let replaced = at..at + char::REPLACEMENT_CHARACTER.len_utf8();
    Diagnostic::error(Code::UnreadableEstate, format!("`{name}` is not in UTF-8"))
        .at(Span::new(file, replaced), format!("the byte {byte:#04X} is no character of UTF-8"))
        .help("save the file as UTF-8 (spreadsheets call it “CSV UTF-8”)")
}

/// The last part of a path, with either separator.
pub(super) fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What a file is that cannot be text, and what to do.
pub(super) fn no_text(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"PK\x03\x04") {
        Some(("is a workbook or an archive, not text", "save each sheet as a CSV file in UTF-8"))
    } else if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        Some(("is in UTF-16", "save the file as UTF-8"))
    } else if bytes.contains(&0) {
        Some(("is binary, not text", "replace it with a text file in UTF-8"))
    } else {
        None
    }
}

/// A text whose last line is ended, so that the place behind its last cell lies in a line that can be shown.
fn with_final_newline(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The place of the text that stands at `start` in a file, without the white space around it.
pub(super) fn trimmed(file: FileId, start: usize, text: &str) -> Span {
    let start = start + text.len() - text.trim_start().len();
    Span::new(file, start..start + text.trim().len())
}
