//! Annotations that GitHub shows beside the lines of a pull request: one line of a job's output for each.

/// One annotation. `level` is `error`, `warning` or `notice`; line and column count from 1.
pub fn annotation(level: &str, file: &str, line: usize, column: usize, title: &str, message: &str) -> String {
    let (file, title, message) = (property(file), property(title), data(message));
    format!("::{level} file={file},line={line},col={column},title={title}::{message}\n")
}

/// A remark on the whole, beside no line.
pub fn remark(level: &str, title: &str, message: &str) -> String {
    format!("::{level} title={}::{}\n", property(title), data(message))
}

/// What would end the line, or begin another command, is written as a percent code.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As [`data`], and what would end the property too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
