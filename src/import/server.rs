//! Which product of the policies runs on a server, by the names that a log gives to products and roles.

use crate::program::Program;

/// A product as an estate names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Running<'p> {
    /// The product.
    pub product: &'p str,
    /// Its release.
    pub release: &'p str,
    /// What the log says beyond that.
    pub edition: String,
    /// The product below it on the same computer, whose role it is.
    pub runs_on: Option<&'p str>,
}

impl<'p> Running<'p> {
    /// What it runs on, where it is a role.
    pub fn below(&self) -> Option<Running<'p>> {
        self.runs_on.map(|product| Running { product, runs_on: None, ..self.clone() })
    }
}

/// Why a name is no product of the policies.
pub(super) enum Unknown {
    /// No product is called so.
    Product,
    /// The product has no such release.
    Release(String),
}

/// The product behind `Windows Server 2012 R2 Datacenter`. A role that is a product of its own, such as `Remote Desktop
/// Services`, is that product, in the release of the server it is a role of.
pub(super) fn running<'p>(name: &str, role: &str, program: &'p Program) -> Result<Running<'p>, Unknown> {
    let (server, rest) = product(name, program).ok_or(Unknown::Product)?;
    let (release, edition) = release(rest, server, program).ok_or_else(|| Unknown::Release(server.to_owned()))?;
    let own = of_role(role, program).filter(|own| *own != server && labels(own, program).any(|label| label == release));
    match own {
        Some(product) => Ok(Running { product, release, edition, runs_on: Some(server) }),
        None => Ok(Running { product: server, release, edition, runs_on: None }),
    }
}

/// The product whose name a name begins with, and what follows.
fn product<'p, 'n>(name: &'n str, program: &'p Program) -> Option<(&'p str, &'n str)> {
    let bare = name.strip_prefix("Microsoft ").unwrap_or(name);
    let products = program.products.names();
    let followed = |product: &'p str| Some((product, after(bare, product)?));
    products.filter_map(followed).max_by_key(|(product, _)| product.len())
}

/// The release that a text begins with, and what follows.
fn release<'p>(rest: &str, product: &str, program: &'p Program) -> Option<(&'p str, String)> {
    let followed = |label: &'p str| Some((label, after(rest, label)?.trim().to_owned()));
    labels(product, program).filter_map(followed).max_by_key(|(label, _)| label.len())
}

fn labels<'p>(name: &str, program: &'p Program) -> impl Iterator<Item = &'p str> + use<'p> {
    let found = program.products.named(name);
    let versions = found.into_iter().flat_map(|(_, product)| &product.versions);
    versions.flat_map(|version| version.labels.iter().map(String::as_str))
}

/// The product whose name stands in the name of a role.
fn of_role<'p>(role: &str, program: &'p Program) -> Option<&'p str> {
    let role = bare(role);
    let mut products = program.products.names();
    products.find(|product| role.contains(&bare(product)))
}

fn bare(name: &str) -> String {
    name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What follows the beginning of a text, blanks and capitals left aside; `None` where it begins otherwise, or goes on within
/// a word.
fn after<'t>(text: &'t str, beginning: &str) -> Option<&'t str> {
    let wanted = beginning.chars().flat_map(char::to_lowercase);
    let mut rest = text.char_indices().filter(|(_, sign)| !sign.is_whitespace());
    let mut end = 0;
    for next in wanted {
        let (at, sign) = rest.next()?;
        if !sign.to_lowercase().eq([next]) {
            return None;
        }
        end = at + sign.len_utf8();
    }
    let left = text.get(end..)?;
    let whole = left.chars().next().is_none_or(|sign| !sign.is_alphanumeric());
    whole.then_some(left)
}
