//! A policy set as an editor has it: each file parsed once for each of its texts, the whole checked when it is asked for.

use super::File;
use crate::diagnostic::{Code, Diagnostic, any_error, in_order};
use crate::source::{FileId, Source, Sources, Span};
use crate::syntax::{ast::Ast, not_text, parse, text_of};
use crate::typing::{Checked, check_with_uses};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A policy set.
#[derive(Debug, Default)]
pub(super) struct Set {
    /// The texts of its files.
    pub(super) sources: Sources,
    /// Its files by path, in the order of their paths within their folders.
    files: BTreeMap<(String, String), Parse>,
    /// What the texts come to; `None` since one of them changed.
    checked: Option<Checked>,
}

/// A parsed file.
#[derive(Debug)]
struct Parse {
    id: FileId,
    /// Where it begins to be no text.
    wrong: Option<usize>,
    ast: Ast,
    problems: Vec<Diagnostic>,
}

/// A file by its path within its folder and its whole path.
pub(super) type Key = (String, String);

impl Set {
    /// Takes the files of the set as they are now, and says whether any is other than it was. Only what changed is parsed, as
    /// long as no file came or went.
    pub(super) fn load(&mut self, files: Vec<(String, File)>) -> bool {
        let text = |(inner, (path, bytes)): (String, File)| ((inner, path), text_of(&bytes));
        let texts: BTreeMap<Key, (String, Option<usize>)> = files.into_iter().map(text).collect();
        let mut is_other = false;
        if texts.keys().eq(self.files.keys()) {
            for (key, (text, wrong)) in texts {
                is_other |= self.put(&key, text, wrong);
            }
        } else {
            self.start(texts);
            is_other = true;
        }
        is_other
    }

    fn start(&mut self, texts: BTreeMap<Key, (String, Option<usize>)>) {
        *self = Set::default();
        for (key, (text, wrong)) in texts {
            // Of 4 GiB no editor makes a document.
            let Ok(id) = self.sources.add(key.1.as_str(), text) else { continue };
            let parse = self.parse(id, &key, wrong);
            self.files.insert(key, parse);
        }
    }

    fn parse(&self, id: FileId, key: &Key, wrong: Option<usize>) -> Parse {
        let (ast, problems) = match wrong {
            Some(at) => (Ast::unread(), vec![not_text(&key.1, id, at)]),
            None => parse(&self.sources, id),
        };
        Parse { id, wrong, ast, problems }
    }

    /// Gives a file another text, and says whether it is another. A file that the set does not have is left alone.
    pub(super) fn replace(&mut self, key: &Key, text: String) -> bool {
        self.put(key, text, None)
    }

    fn put(&mut self, key: &Key, text: String, wrong: Option<usize>) -> bool {
        let Some((id, known)) = self.files.get(key).map(|file| (file.id, file.wrong)) else { return false };
        let is_known = known == wrong && self.sources.get(id).is_some_and(|source| source.text() == text);
        if is_known || self.sources.replace(id, text).is_err() {
            return false;
        }
        let parse = self.parse(id, key, wrong);
        self.files.insert(key.clone(), parse);
        self.checked = None;
        true
    }

    /// What the texts come to.
    pub(super) fn checked(&mut self) -> &Checked {
        let checked = match self.checked.take() {
            Some(checked) => checked,
            None => self.check(),
        };
        self.checked.insert(checked)
    }

    /// What the texts came to when they were last asked for; `None` where they have changed since.
    pub(super) fn known(&self) -> Option<&Checked> {
        self.checked.as_ref()
    }

    fn check(&self) -> Checked {
        let mut ast = Ast::default();
        ast.extend(self.files.values().map(|file| file.ast.clone()));
        let mut checked = check_with_uses(&ast);
        if ast.items.is_empty() && self.problems().next().is_none() {
            let error = Diagnostic::error(Code::EmptyPolicySet, "there are no policies: no item in any `.entail` file");
            checked.diagnostics.push(error.help("write an item: `entail new product NAME` shows some"));
        }
        checked
    }

    fn problems(&self) -> impl Iterator<Item = &Diagnostic> {
        self.files.values().flat_map(|file| &file.problems)
    }

    /// Every problem of the set, as the command line would tell it, by the path of the file that it is in; what is about no
    /// file stands under the empty path.
    pub(super) fn diagnostics(&mut self) -> BTreeMap<String, Vec<Diagnostic>> {
        let typed = self.checked().diagnostics.clone();
        let mut all: Vec<Diagnostic> = self.problems().cloned().chain(typed).collect();
        in_order(&mut all, &self.sources);
        let mut by_path: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        for diagnostic in all {
            let file = diagnostic.primary.as_ref().and_then(|label| self.sources.get(label.span.file));
            by_path.entry(file.map_or("", Source::name).to_owned()).or_default().push(diagnostic);
        }
        by_path
    }

    /// Whether the program is whole.
    pub(super) fn is_sound(&mut self) -> bool {
        !any_error(&self.checked().diagnostics) && !self.files.values().any(|file| any_error(&file.problems))
    }

    /// The file of a path.
    pub(super) fn file(&self, path: &str) -> Option<FileId> {
        self.files.iter().find(|((_, own), _)| own == path).map(|(_, file)| file.id)
    }

    /// The key of a path.
    pub(super) fn key(&self, path: &str) -> Option<Key> {
        self.files.keys().find(|(_, own)| own == path).cloned()
    }

    /// The paths of all files.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(|(_, path)| path.as_str())
    }

    /// The items of a file that could be read.
    pub(super) fn ast(&self, id: FileId) -> Option<&Ast> {
        self.files.values().find(|file| file.id == id).map(|file| &file.ast)
    }

    /// The items of all files.
    pub(super) fn items(&self) -> impl Iterator<Item = &crate::syntax::ast::Item> {
        self.files.values().flat_map(|file| &file.ast.items)
    }

    /// The files with their texts, to be checked anew with other ones.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&Key, &str)> {
        self.files.iter().map(|(key, file)| (key, self.sources.get(file.id).map_or("", Source::text)))
    }

    /// The text of a span.
    pub(super) fn text(&self, span: Span) -> Cow<'_, str> {
        self.sources.text(span)
    }
}

#[cfg(test)]
mod tests {
    use super::Set;

    fn file(name: &str, text: &str) -> (String, (String, Vec<u8>)) {
        (name.to_owned(), (format!("/p/{name}"), text.as_bytes().to_vec()))
    }

    #[test]
    fn an_edit_in_one_file_leaves_the_others_parsed() {
        let source = "source A \"A\" { kind: article }";
        let mut set = Set::default();
        set.load(vec![file("a.entail", source), file("b.entail", "exempt x \"X\" at A { }")]);
        let place = |set: &Set, path: &str| {
            let ast = set.file(path).and_then(|id| set.ast(id));
            ast.map(|ast| ast.items.as_ptr())
        };
        let (a, b) = (place(&set, "/p/a.entail"), place(&set, "/p/b.entail"));
        assert!(set.load(vec![file("a.entail", source), file("b.entail", "exempt y \"Y\" at A { }")]));
        assert_eq!(place(&set, "/p/a.entail"), a, "what did not change is as it was");
        assert_ne!(place(&set, "/p/b.entail"), b, "what changed is parsed anew");
        assert!(!set.load(vec![file("a.entail", source), file("b.entail", "exempt y \"Y\" at A { }")]));
        assert!(set.is_sound());
    }

    #[test]
    fn a_file_that_is_no_text_is_told_at_its_byte_until_it_is_one() {
        let source = b"source A \"A\" { kind: article } # M\xFCller";
        let latin = ("a.entail".to_owned(), ("/p/a.entail".to_owned(), source.to_vec()));
        let user = file("b.entail", "exempt x \"X\" at A { }");
        let mut set = Set::default();
        set.load(vec![latin, user.clone()]);
        let told = set.diagnostics();
        let places: Vec<_> =
            told.values().flatten().map(|one| one.primary.as_ref().map(|label| label.span.start)).collect();
        assert_eq!(
            (told.keys().map(String::as_str).collect::<Vec<_>>(), places),
            (vec!["/p/a.entail"], vec![Some(34)])
        );
        set.load(vec![file("a.entail", &String::from_utf8_lossy(source)), user]);
        assert!(set.is_sound());
    }
}
