//! An estate in one file: a workbook with a sheet for each table, or a document with a key for each.

use super::document::Document;
use super::reading::{Reading, base};
#[cfg(feature = "xlsx")]
use super::workbook::read as workbook;
use super::{container, json, tree, yaml};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Form, Sources};

/// Reads an estate that is one file: its path as diagnostics show it, and its bytes. Its texts are added to `sources`.
///
/// All problems come back beside what could be read.
pub fn read_whole(path: &str, bytes: Vec<u8>, sources: &mut Sources) -> (Document, Vec<Diagnostic>) {
    let mut reading = Reading::new(sources);
    let extension = base(path).rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    match extension.as_str() {
        "xlsx" => workbook(path, bytes, &mut reading),
        "json" => written(path, bytes, json::read, &mut reading),
        "yaml" | "yml" => written(path, bytes, yaml::read, &mut reading),
        _ => other(path, &bytes, &mut reading),
    }
    (reading.document, reading.problems)
}

/// Reads a document that is a text.
fn written(path: &str, bytes: Vec<u8>, parse: tree::Parse, reading: &mut Reading<'_>) {
    let Some(text) = reading.plain_text(path, bytes) else { return reading.all_unfinished() };
    let file = reading.sources.next_file();
    match parse(file, &text) {
        Ok(root) => {
            let read = tree::document(&root);
            reading.add_as(Form::Document(read.paths), path, text);
            reading.document = read.document;
            reading.problems.extend(read.problems);
        }
        Err(problem) => {
            reading.add_as(Form::Text, path, text);
            reading.problems.push(*problem);
            reading.all_unfinished();
        }
    }
}

#[cfg(not(feature = "xlsx"))]
fn workbook(path: &str, _: Vec<u8>, reading: &mut Reading<'_>) {
    reading.unbuilt(path, "workbooks", "xlsx");
    reading.all_unfinished();
}

fn other(path: &str, bytes: &[u8], reading: &mut Reading<'_>) {
    let name = base(path);
    let error = container::refused(name, bytes).unwrap_or_else(|| {
        Diagnostic::error(Code::UnreadForm, format!("`{name}` is no form of an estate that can be read"))
            .help("name a folder with an `estate.toml`, a workbook `.xlsx`, or a document `.json`, `.yaml` or `.yml`")
    });
    reading.whole_file(path, "this file cannot be read", error);
    reading.all_unfinished();
}
