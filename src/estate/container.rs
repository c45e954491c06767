//! Files that look like workbooks and cannot be read: encrypted ones, and those of before 2007.

use crate::diagnostic::{Code, Diagnostic};

/// What is said of the file of that name, if it is one of the two. Both stand in the same kind of container.
pub(super) fn refused(name: &str, bytes: &[u8]) -> Option<Diagnostic> {
    const CONTAINER: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    bytes.starts_with(CONTAINER).then(|| if is_encrypted(bytes) { encrypted(name) } else { old(name) })
}

/// Whether the container holds an encrypted workbook: the names of its parts are in UTF-16.
fn is_encrypted(bytes: &[u8]) -> bool {
    let part: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(part.len()).any(|window| window == part)
}

fn encrypted(name: &str) -> Diagnostic {
    Diagnostic::error(Code::EncryptedWorkbook, format!("`{name}` is encrypted"))
        .help("save it without a password: nothing in it can be read otherwise")
}

fn old(name: &str) -> Diagnostic {
    Diagnostic::error(Code::UnreadForm, format!("`{name}` is an old workbook, `.xls`"))
        .help("save it as a workbook `.xlsx`")
}
