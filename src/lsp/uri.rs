//! Addresses of documents and the paths that they stand for.

use lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::str::FromStr;

/// What stands in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The path of a document on disk; `None` for one that is elsewhere.
pub(super) fn path(uri: &Uri) -> Option<String> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let path = rest.get(rest.find('/')?..)?;
    let path = percent_decode_str(path).decode_utf8().ok()?;
    // `/c:/policies` is the drive's own way to say it.
    let bytes = path.as_bytes();
    let on_drive = bytes.get(2) == Some(&b':') && bytes.get(1).is_some_and(u8::is_ascii_alphabetic);
    Some(if on_drive { path.trim_start_matches('/').to_owned() } else { path.into_owned() })
}

/// The address of a path; for a text that is compiled in, one that the client asks the server for.
pub(super) fn of_path(path: &str) -> Option<Uri> {
    let encoded = utf8_percent_encode(path, PLAIN);
    let text = match path {
        _ if path.starts_with('/') => format!("file://{encoded}"),
        _ if is_compiled_in(path) => format!("entail:/{encoded}"),
        _ => format!("file:///{encoded}"),
    };
    Uri::from_str(&text).ok()
}

/// The path of a text that is compiled in, as [`of_path`] writes it.
pub(super) fn compiled_in(uri: &str) -> Option<String> {
    let path = uri.strip_prefix("entail:/")?;
    percent_decode_str(path).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// Whether a path is that of a shipped policy file or of a page.
pub(super) fn is_compiled_in(path: &str) -> bool {
    path.starts_with("shipped/") || path.starts_with("pages/")
}

/// The folder of a path; empty for a name alone.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The name of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::{of_path, path};

    #[test]
    fn a_path_comes_back_from_its_address() {
        for each in ["/a/b c/é#?.entail", "/a/%41.entail", "c:/a/b.entail"] {
            assert_eq!(of_path(each).as_ref().and_then(path).as_deref(), Some(each));
        }
    }
}
