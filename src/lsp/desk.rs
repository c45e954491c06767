//! What lies on the editor's desk: open documents, the policy sets and estates that they belong to, what is told of them.

use super::place::Lines;
use super::set::{Key, Set};
use super::uri::{self, folder, name};
use super::{Disk, File, estate::Estates, lens::Reached, publish};
use crate::diagnostic::Diagnostic;
use crate::lint::Finding;
use lsp_types::{TextDocumentContentChangeEvent, Uri};
use std::collections::{BTreeMap, BTreeSet};

/// An open document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// The address by which the client calls it.
    pub(super) uri: Uri,
    /// The client's count of its changes.
    pub(super) version: i32,
    /// Its text, saved or not.
    pub(super) text: String,
}

/// The folders that are one policy set.
pub(super) type Folders = Vec<String>;

/// The desk.
pub(super) struct Desk<'d> {
    pub(super) disk: &'d dyn Disk,
    /// The folders that the call or the client's settings name as one set.
    pub(super) policies: Folders,
    /// The estate that previews judge, where the client's settings name one.
    pub(super) estate: Option<String>,
    /// The folders of the workspace.
    pub(super) roots: Vec<String>,
    /// The open documents by path; one that is not on disk by its address.
    pub(super) open: BTreeMap<String, Document>,
    sets: BTreeMap<Folders, Set>,
    pub(super) estates: Estates,
    /// What the linter or the tests found in each set since its texts last changed.
    findings: BTreeMap<Folders, Vec<Finding>>,
    failures: BTreeMap<Folders, Vec<Diagnostic>>,
    /// What the tests of each set reached when it was last opened or saved.
    reached: BTreeMap<Folders, Reached>,
    published: BTreeMap<String, Vec<lsp_types::Diagnostic>>,
    /// The documents whose text changed since diagnostics were last published.
    touched: BTreeSet<String>,
    /// Whether what was published last may be out of date.
    stale: bool,
}

impl<'d> Desk<'d> {
    pub(super) fn new(disk: &'d dyn Disk, policies: Folders) -> Self {
        Desk {
            disk,
            policies,
            estate: None,
            roots: Vec::new(),
            open: BTreeMap::new(),
            sets: BTreeMap::new(),
            estates: Estates::default(),
            findings: BTreeMap::new(),
            failures: BTreeMap::new(),
            reached: BTreeMap::new(),
            published: BTreeMap::new(),
            touched: BTreeSet::new(),
            stale: false,
        }
    }

    pub(super) fn open(&mut self, uri: Uri, version: i32, text: String) {
        let path = path(&uri);
        self.open.insert(path.clone(), Document { uri, version, text });
        self.reload(&path);
        self.lint(&path);
    }

    /// Applies changes to an open document; what names a document that is not open is left alone.
    pub(super) fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let path = path(uri);
        let Some(document) = self.open.get_mut(&path) else { return };
        document.version = version;
        changes.into_iter().for_each(|change| apply(&mut document.text, change));
        let text = document.text.clone();
        self.update(&path, text);
    }

    /// The text of a document is that on disk again.
    pub(super) fn close(&mut self, uri: &Uri) {
        let path = path(uri);
        if self.open.remove(&path).is_some() {
            self.reload(&path);
            self.forget_unused();
        }
    }

    pub(super) fn save(&mut self, uri: &Uri) {
        let path = path(uri);
        if self.open.contains_key(&path) {
            self.reload(&path);
            self.lint(&path);
        }
    }

    /// Files came, went or changed on disk.
    pub(super) fn watched(&mut self, uris: &[Uri]) {
        for path in uris.iter().map(path) {
            self.reload(&path);
        }
        self.forget_unused();
    }

    /// Reads everything anew, since folders or settings changed.
    pub(super) fn start_over(&mut self) {
        self.sets.clear();
        self.findings.clear();
        self.failures.clear();
        self.estates = Estates::default();
        self.stale = true;
        for path in self.open.keys().cloned().collect::<Vec<_>>() {
            self.reload(&path);
        }
    }

    /// The text of a file changed in the editor.
    fn update(&mut self, path: &str, text: String) {
        self.touch(path);
        if !is_policy(path) {
            return self.estates.touch(path);
        }
        let folders = self.folders(path);
        match self.sets.get_mut(&folders).map(|set| (set.key(path), set)) {
            Some((Some(key), set)) => {
                if set.replace(&key, text) {
                    self.changed(&folders);
                }
            }
            Some((None, _)) | None => self.load(&folders),
        }
    }

    /// The text of a file may be another than it was, or the file may be there no longer.
    fn reload(&mut self, path: &str) {
        self.touch(path);
        match is_policy(path) {
            true => self.load(&self.folders(path)),
            false => self.estates.touch(path),
        }
    }

    fn touch(&mut self, path: &str) {
        self.touched.insert(path.to_owned());
        self.stale = true;
    }

    fn load(&mut self, folders: &Folders) {
        let files = self.files(folders);
        if self.sets.entry(folders.clone()).or_default().load(files) {
            self.changed(folders);
        }
    }

    /// What was found in a set is found no longer where its text is another.
    fn changed(&mut self, folders: &Folders) {
        self.findings.remove(folders);
        self.failures.remove(folders);
        self.estates.touch_all();
    }

    /// The files of a set: those on disk, with what is open in the editor in their place.
    fn files(&self, folders: &Folders) -> Vec<(String, File)> {
        let mut files: BTreeMap<Key, Vec<u8>> = BTreeMap::new();
        for folder in folders.iter().filter(|folder| self.is_on_disk(folder)) {
            let found = self.disk.policies(folder).into_iter();
            files.extend(found.map(|(inner, (path, bytes))| ((inner, path), bytes)));
        }
        for (path, document) in self.open.iter().filter(|(path, _)| is_policy(path) && self.folders(path) == *folders) {
            let within = |folder: &String| path.strip_prefix(folder.as_str())?.strip_prefix('/').map(str::to_owned);
            let inner = folders.iter().find_map(within).unwrap_or_else(|| path.clone());
            files.insert((inner, path.clone()), document.text.clone().into_bytes());
        }
        files.into_iter().map(|((inner, path), bytes)| (inner, (path, bytes))).collect()
    }

    /// The files of a set as they are saved.
    pub(super) fn saved(&self, folders: &Folders) -> Vec<(String, File)> {
        let on_disk = folders.iter().filter(|folder| self.is_on_disk(folder));
        on_disk.flat_map(|folder| self.disk.policies(folder)).collect()
    }

    fn is_on_disk(&self, folder: &str) -> bool {
        folder == "shipped" || self.disk.is_folder(folder)
    }

    /// The folders of the set that a file belongs to.
    pub(super) fn folders(&self, path: &str) -> Folders {
        let holds = |outer: &String| path.strip_prefix(outer.as_str()).is_some_and(|rest| rest.starts_with('/'));
        if self.policies.iter().any(holds) {
            return self.policies.clone();
        }
        let mut above =
            std::iter::successors(Some(folder(path)), |path| Some(folder(path)).filter(|_| !path.is_empty()));
        let policies = above.find(|folder| name(folder) == "policies");
        match policies {
            Some(policies) => vec![policies.to_owned()],
            None if self.disk.is_folder(folder(path)) => vec![folder(path).to_owned()],
            // A document that is nowhere on disk is a set by itself.
            None => vec![path.to_owned()],
        }
    }

    /// The set of a policy file, read if need be.
    pub(super) fn set(&mut self, path: &str) -> &mut Set {
        let folders = self.folders(path);
        self.set_in(&folders)
    }

    /// The set in some folders, read if need be.
    pub(super) fn set_in(&mut self, folders: &Folders) -> &mut Set {
        if !self.sets.contains_key(folders) {
            let files = self.files(folders);
            self.sets.entry(folders.clone()).or_default().load(files);
        }
        self.sets.entry(folders.clone()).or_default()
    }

    /// The set that the command line would judge an estate by.
    pub(super) fn folders_for_estate(&self, path: &str) -> Folders {
        if !self.policies.is_empty() {
            return self.policies.clone();
        }
        let mut above =
            std::iter::successors(Some(folder(path)), |path| Some(folder(path)).filter(|_| !path.is_empty()));
        let beside = above.find_map(|above| Some(format!("{above}/policies")).filter(|path| self.disk.is_folder(path)));
        vec![beside.unwrap_or_else(|| "shipped".to_owned())]
    }

    /// Every set with an open document, by its folders.
    pub(super) fn sets(&mut self) -> impl Iterator<Item = (&Folders, &mut Set)> {
        self.sets.iter_mut()
    }

    /// Looks for what is worth mending in the set of a file, if it checks.
    fn lint(&mut self, path: &str) {
        if !is_policy(path) {
            return;
        }
        let folders = self.folders(path);
        if self.findings.contains_key(&folders) {
            return;
        }
        let set = self.set_in(&folders);
        if set.is_sound()
            && let Some(checked) = set.known()
        {
            let findings = crate::lint::lint(&checked.program, &set.sources);
            let reached = Reached::of(crate::testing::reached_by_each(&checked.program));
            self.findings.insert(folders.clone(), findings);
            self.reached.insert(folders, reached);
        }
    }

    /// What the linter found in the set of a file.
    pub(super) fn findings(&self, path: &str) -> &[Finding] {
        self.findings.get(&self.folders(path)).map_or(&[], Vec::as_slice)
    }

    /// What the tests of the set of a file reached.
    pub(super) fn reached(&self, path: &str) -> Option<Reached> {
        self.reached.get(&self.folders(path)).cloned()
    }

    /// Tells the failures of tests beside what else is wrong, until the set changes.
    pub(super) fn fail(&mut self, folders: Folders, path: &str, failures: Vec<Diagnostic>) {
        self.failures.insert(folders, failures);
        self.touch(path);
    }

    /// Sets without an open document of theirs are put away; estates may still need them, and read them again.
    fn forget_unused(&mut self) {
        let used: BTreeSet<Folders> =
            self.open.keys().filter(|path| is_policy(path)).map(|path| self.folders(path)).collect();
        self.sets.retain(|folders, _| used.contains(folders));
    }

    /// What is wrong in all documents that are told of, where it is not what was told last.
    pub(super) fn news(&mut self) -> Vec<lsp_types::PublishDiagnosticsParams> {
        let current = self.current();
        let mut edited = std::mem::take(&mut self.touched);
        edited.retain(|path| self.open.contains_key(path));
        self.stale = false;
        let none = Vec::new();
        let is_new = |path: &&String| current.get(*path).unwrap_or(&none) != self.published.get(*path).unwrap_or(&none);
        let all: BTreeSet<&String> = current.keys().chain(self.published.keys()).collect();
        let others = all.into_iter().filter(|path| !edited.contains(*path)).filter(is_new).cloned();
        // What was edited comes last, so that a client that waits for it has everything.
        let told = others.chain(edited.iter().cloned());
        let news = told.filter_map(|path| {
            let uri = self.uri(&path)?;
            let version = self.open.get(&path).map(|document| document.version);
            let diagnostics = current.get(&path).cloned().unwrap_or_default();
            Some(lsp_types::PublishDiagnosticsParams { uri, diagnostics, version })
        });
        let news = news.collect();
        self.published = current;
        news
    }

    /// Whether what was published last may be out of date.
    pub(super) fn is_stale(&self) -> bool {
        self.stale
    }

    fn current(&mut self) -> BTreeMap<String, Vec<lsp_types::Diagnostic>> {
        let mut current = BTreeMap::new();
        let addresses = self.addresses();
        let used: BTreeSet<Folders> =
            self.open.keys().filter(|path| is_policy(path)).map(|path| self.folders(path)).collect();
        for folders in used {
            let lints = self.findings.get(&folders).into_iter().flatten().map(|finding| finding.diagnostic.clone());
            let more: Vec<Diagnostic> =
                lints.chain(self.failures.get(&folders).into_iter().flatten().cloned()).collect();
            let set = self.set_in(&folders);
            current.extend(publish::of_set(set, more, &addresses));
        }
        current.extend(super::estate::diagnostics(self, &addresses));
        current
    }

    /// The addresses by which the client calls its documents.
    pub(super) fn addresses(&self) -> BTreeMap<String, Uri> {
        self.open.iter().map(|(path, document)| (path.clone(), document.uri.clone())).collect()
    }

    /// The address of a path, as the client calls it where the document is open.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        self.open.get(path).map(|document| document.uri.clone()).or_else(|| uri::of_path(path))
    }
}

/// The path of a document; its address where it is not on disk.
pub(super) fn path(uri: &Uri) -> String {
    uri::path(uri).unwrap_or_else(|| uri.as_str().to_owned())
}

/// Whether a document is a policy file; one that is nowhere on disk is taken for one.
pub(super) fn is_policy(path: &str) -> bool {
    path.ends_with(".entail") || path.starts_with("untitled:")
}

fn apply(text: &mut String, change: TextDocumentContentChangeEvent) {
    let Some(range) = change.range else {
        *text = change.text;
        return;
    };
    let lines = Lines::of(text);
    let (start, end) = (lines.offset(range.start), lines.offset(range.end));
    text.replace_range(start..end.max(start), &change.text);
}
