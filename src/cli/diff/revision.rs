//! Policies as they were in a git revision, read from the repository without touching the files that lie there now.

use crate::cli::input::PolicyFile;
use crate::diagnostic::Diagnostic;

#[cfg(feature = "git")]
pub(super) use with_git::files;

/// Without git there are no revisions.
#[cfg(not(feature = "git"))]
pub(super) fn files(revision: &str, path: &str) -> Result<Vec<PolicyFile>, Diagnostic> {
    let message = format!("`{revision}:{path}` is no folder, and this build of Entail reads no git revisions");
    let error = Diagnostic::error(crate::diagnostic::Code::UnknownRevision, message);
    Err(error.help("name a folder, or build Entail with the feature `git`"))
}

#[cfg(feature = "git")]
mod with_git {
    use super::{Diagnostic, PolicyFile};
    use crate::diagnostic::{Code, quoted};
    use gix::{Object, Repository, Tree};
    use std::path::{Component, Path, PathBuf};

    /// The policy files under a path of a revision.
    ///
    /// # Errors
    /// No repository, no such revision, or no such path in it.
    pub(in crate::cli::diff) fn files(revision: &str, path: &str) -> Result<Vec<PolicyFile>, Diagnostic> {
        let repository = gix::discover_with_environment_overrides(".").map_err(|_| {
            let message = format!("`{revision}:{path}` is no folder, and there is no git repository here or above");
            Diagnostic::error(Code::UnknownRevision, message).help("name a folder, or call from within a repository")
        })?;
        let tree = tree(&repository, revision).ok_or_else(|| unknown(&repository, revision))?;
        let missing = || absent(&tree, revision, path);
        let inner = within_repository(&repository, path).ok_or_else(missing)?;
        let found = match inner.as_os_str().is_empty() {
            true => repository.find_object(tree.id).ok(),
            false => tree.lookup_entry_by_path(&inner).ok().flatten().and_then(|entry| entry.object().ok()),
        };
        let (mut files, mut links) = (Vec::new(), Vec::new());
        collect(found.ok_or_else(missing)?, String::new(), &mut files, &mut links);
        if let Some(link) = links.first() {
            let message = format!("{} is a link in the revision {}", quoted(link), quoted(revision));
            let error = Diagnostic::error(Code::NotInRevision, message);
            return Err(error.help("commit the policies themselves: where a link leads may be outside the revision"));
        }
        let shown = |inner: &str| {
            format!(
                "{revision}:{}",
                [path.trim_end_matches('/'), inner].join(if inner.is_empty() || path.is_empty() { "" } else { "/" })
            )
        };
        Ok(files.into_iter().map(|(inner, bytes)| (inner.clone(), (shown(&inner), bytes))).collect())
    }

    /// The files at the root of a revision.
    fn tree<'r>(repository: &'r Repository, revision: &str) -> Option<Tree<'r>> {
        repository.rev_parse_single(revision).ok()?.object().ok()?.peel_to_tree().ok()
    }

    fn unknown(repository: &Repository, revision: &str) -> Diagnostic {
        let message = format!("the repository has no revision {}", quoted(revision));
        let help = match repository.is_shallow().unwrap_or(false) {
            true => "the clone is shallow: get the rest with `git fetch --unshallow`",
            false => "name a branch, a tag or a commit, as `git log` shows them",
        };
        Diagnostic::error(Code::UnknownRevision, message).help(help)
    }

    fn absent(tree: &Tree<'_>, revision: &str, path: &str) -> Diagnostic {
        let message = format!("the revision {} has no {}", quoted(revision), quoted(path));
        let error = Diagnostic::error(Code::NotInRevision, message);
        let names: Vec<String> = tree.iter().flatten().map(|entry| entry.filename().to_string()).collect();
        let folders = names.iter().map(String::as_str);
        match crate::diagnostic::nearest(path, folders) {
            Some(near) => error.help(format!("did you mean `{revision}:{near}`?")),
            None => error
                .help(format!("the path counts from the root of the repository, where there is {}", names.join(", "))),
        }
    }

    /// A path from the root of the repository: `./x` counts from the working directory. `None` where it leaves the repository.
    fn within_repository(repository: &Repository, path: &str) -> Option<PathBuf> {
        let is_relative = path == "." || path == ".." || path.starts_with("./") || path.starts_with("../");
        let start = if is_relative { repository.prefix().ok()? } else { None };
        let mut inner = start.map(Path::to_path_buf).unwrap_or_default();
        for component in Path::new(path).components() {
            match component {
                Component::Normal(name) => inner.push(name),
                Component::CurDir => {}
                Component::ParentDir => inner.pop().then_some(())?,
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(inner)
    }

    /// The `.entail` files of a folder and those below, or the file itself; and what would be one, but is a link.
    fn collect(object: Object<'_>, path: String, files: &mut Vec<(String, Vec<u8>)>, links: &mut Vec<String>) {
        if object.kind == gix::object::Kind::Blob {
            files.push((path, object.detach().data));
            return;
        }
        let Ok(tree) = object.peel_to_tree() else { return };
        for entry in tree.iter().flatten() {
            let name = entry.filename().to_string();
            let inner = if path.is_empty() { name } else { format!("{path}/{name}") };
            let mode = entry.mode();
            let is_policy = mode.is_blob() && inner.ends_with(".entail");
            if mode.is_link() && inner.ends_with(".entail") {
                links.push(inner.clone());
            }
            if let Some(object) = (mode.is_tree() || is_policy).then(|| entry.object().ok()).flatten() {
                collect(object, inner, files, links);
            }
        }
    }
}
