//! Entail in an editor: whole editing stories over a connection in memory, in `tests/cases/lsp`, with what the server says
//! beside them; and that it says what the front end says.

mod client;
mod equal;
mod protocol;
mod story;

use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/lsp")
}

#[test]
fn each_story_goes_as_it_is_told() {
    let mut stories: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "story"))
        .collect();
    stories.sort();
    assert!(!stories.is_empty());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in stories {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let told = story::told(&std::fs::read_to_string(&path).unwrap());
        settings.bind(|| insta::assert_snapshot!(name, told));
    }
}
