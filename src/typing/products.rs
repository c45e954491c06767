//! Products: releases in order, functionalities and features.

use super::Checker;
use super::cycles::{Edge, walk};
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Functionality, FunctionalityId, Product, ProductId, ProductVersion};
use crate::resolve::{reserved, twice};
use crate::syntax::ast::{Clause, ClauseKind, Dated, Item, Word};
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Checker<'a> {
    pub(super) fn products(&mut self) {
        let mut adding = Vec::new();
        for item in &self.names.products {
            let header = self.header(item);
            let versions = self.releases(item);
            let product = Product {
                header,
                versions,
                functionalities: Vec::new(),
                features: BTreeMap::new(),
                feature_titles: BTreeMap::new(),
            };
            let id = self.program.products.add(product);
            adding.extend(self.functionalities(id, item));
            self.features(id, item);
        }
        self.functionality_closure(&adding);
    }

    fn releases(&mut self, item: &Item) -> Vec<ProductVersion> {
        let (mut versions, mut labels) = (Vec::new(), BTreeMap::new());
        let mut newest: Option<Dated> = None;
        for clause in &item.clauses {
            let ClauseKind::Release { label, also, from, .. } = &clause.kind else { continue };
            for label in std::iter::once(label).chain(also) {
                self.once(&mut labels, label, "a release");
            }
            if let Some(from) = from {
                self.in_order(newest, *from, label);
                newest = Some(*from);
            }
            let also = also.iter().map(|label| label.text.clone());
            let labels = std::iter::once(label.text.clone()).chain(also).collect();
            versions.push(ProductVersion { labels, from: from.map(|from| from.date), span: clause.span });
        }
        versions
    }

    /// Reports a name that was met before.
    pub(super) fn once<'w>(&mut self, met: &mut BTreeMap<&'w str, &'w Word>, word: &'w Word, what: &str) -> bool {
        match met.get(word.text.as_str()) {
            Some(first) => {
                self.report(twice(word, first, what));
                false
            }
            None => {
                met.insert(&word.text, word);
                true
            }
        }
    }

    fn in_order(&mut self, newest: Option<Dated>, from: Dated, label: &Word) {
        if let Some(newest) = newest.filter(|newest| from.date < newest.date) {
            let message = format!("release {} is out before the release above it", label.text);
            let error = Diagnostic::error(Code::ReleaseOutOfOrder, message)
                .at(from.span, "an earlier day")
                .because(newest.span, "the release above it is out from this day");
            self.report(error.help("releases stand oldest first: move this one up, or mend its date"));
        }
    }

    /// The functionalities of a product; answers which adds to which.
    fn functionalities(&mut self, product: ProductId, item: &'a Item) -> Vec<Edge<FunctionalityId>> {
        let (mut met, mut adding) = (BTreeMap::new(), Vec::new());
        for clause in &item.clauses {
            let ClauseKind::Functionality { name, title, adds_to, demanded_by } = &clause.kind else { continue };
            self.diagnostics.extend(reserved(name));
            if !self.once(&mut met, name, "a functionality") {
                continue;
            }
            let header = self.clause_header(clause, name, title.as_ref(), &[]);
            let demanded_by_every_server = demanded_by.as_ref().is_some_and(|word| self.every_server(word));
            let id = self.program.functionalities.add(Functionality {
                header,
                product,
                adds_to: Vec::new(),
                demanded_by_every_server,
            });
            if let Some(product) = self.program.products.get_mut(product) {
                product.functionalities.push(id);
            }
            adding.extend(adds_to.as_ref().map(|base| (id, base)));
        }
        let edges = adding.into_iter().filter_map(|(from, base)| {
            Some(Edge { from, to: self.own_functionality(product, base)?, span: base.span })
        });
        edges.collect()
    }

    fn every_server(&mut self, word: &Word) -> bool {
        if word.text != "server" {
            let error = Diagnostic::error(Code::WrongKind, format!("`{}` cannot demand a functionality", word.text));
            self.report(error.at(word.span, "only a server can").help("write `demanded by every server`"));
        }
        word.text == "server"
    }

    fn features(&mut self, product: ProductId, item: &'a Item) {
        let mut met: BTreeMap<&str, &Word> = functionality_names(item).map(|name| (name.text.as_str(), name)).collect();
        for clause in &item.clauses {
            let ClauseKind::Feature { name, of, title } = &clause.kind else { continue };
            self.diagnostics.extend(reserved(name));
            let is_new = self.once(&mut met, name, "a functionality or feature");
            let of = self.own_functionality(product, of);
            if let (true, Some(of), Some(product)) = (is_new, of, self.program.products.get_mut(product)) {
                product.features.insert(name.text.clone(), of);
                product.feature_titles.extend(title.iter().map(|title| (name.text.clone(), title.text.clone())));
            }
        }
    }

    /// What each functionality adds to, transitively.
    fn functionality_closure(&mut self, adding: &[Edge<FunctionalityId>]) {
        let walk = walk(adding);
        for id in &walk.order {
            let mut all = BTreeSet::new();
            for base in adding.iter().filter(|edge| edge.from == *id).map(|edge| edge.to) {
                all.insert(base);
                all.extend(self.program.functionalities[base].adds_to.iter().copied());
            }
            all.remove(id);
            if let Some(functionality) = self.program.functionalities.get_mut(*id) {
                functionality.adds_to = all.into_iter().collect();
            }
        }
        let names: BTreeMap<FunctionalityId, String> =
            walk.order.iter().map(|id| (*id, self.program.functionalities[*id].header.name.clone())).collect();
        let words = ("functionalities add to each other in a circle", "adds to", "let one of them stand by itself");
        self.circles(Code::FunctionalityCycle, walk.circles, words, |id| names.get(&id).cloned().unwrap_or_default());
    }

    /// The functionality of a product that a word names; reports if there is none.
    pub(super) fn own_functionality(&mut self, product: ProductId, name: &Word) -> Option<FunctionalityId> {
        let owner = &self.program.products[product];
        let of = |id: &FunctionalityId| self.program.functionalities[*id].header.name.as_str();
        if let Some(id) = owner.functionalities.iter().find(|id| of(id) == name.text).copied() {
            self.name(name.span, Some(self.program.functionalities[id].header.name_span));
            return Some(id);
        }
        let product_name = &owner.header.name;
        let error = match owner.features.get(&name.text) {
            Some(feature_of) => {
                Diagnostic::error(Code::WrongKind, format!("`{}` is a feature of `{product_name}`", name.text))
                    .at(name.span, "a functionality must stand here")
                    .help(format!("name the functionality it needs: `{product_name}.{}`", of(feature_of)))
            }
            None => {
                let message = format!("`{product_name}` has no functionality called `{}`", name.text);
                Diagnostic::error(Code::UnknownName, message)
                    .at(name.span, "not one of its functionalities")
                    .because(owner.header.name_span, "the product is declared here")
                    .suggest(&name.text, owner.functionalities.iter().map(of))
            }
        };
        self.fail(error)
    }

    /// The functionality that `P.f` names; reports if there is none.
    pub(super) fn functionality(&mut self, path: &[Word]) -> Option<FunctionalityId> {
        match path {
            [product, name] => {
                let product = self.find::<ProductId>(product)?;
                self.own_functionality(product, name)
            }
            [name] => self.fail(self.without_product(name)),
            [_, _, third, ..] => {
                let error = Diagnostic::error(Code::UnknownField, "a functionality has no parts");
                self.fail(error.at(third.span, "one name too many").help("write `PRODUCT.functionality`"))
            }
            [] => None,
        }
    }

    fn without_product(&self, name: &Word) -> Diagnostic {
        let error = Diagnostic::error(Code::UnknownName, format!("`{}` alone is no functionality", name.text));
        if let Some(item) = self.names.item(&name.text).filter(|item| functionality_names(item).next().is_some()) {
            let own: Vec<String> = functionality_names(item).map(|own| format!("{}.{}", name.text, own.text)).collect();
            let help = format!("write {}", super::quoted(own.iter().map(String::as_str), "or"));
            return error.at(name.span, "which of its functionalities?").help(help);
        }
        let owners =
            self.names.products.iter().filter(|item| functionality_names(item).any(|own| own.text == name.text));
        let paths: BTreeSet<String> = owners.map(|item| format!("{}.{}", item.name.text, name.text)).collect();
        let help = match paths.is_empty() {
            true => "write `PRODUCT.functionality`".to_owned(),
            false => format!("write {}", super::quoted(paths.iter().map(String::as_str), "or")),
        };
        let all = self.program.functionalities.ids().map(|id| self.program.functionality_path(id));
        let all: Vec<String> = all.collect();
        error.at(name.span, "whose functionality?").offer(&name.text, all.iter().map(String::as_str)).help(help)
    }
}

fn functionality_names(item: &Item) -> impl Iterator<Item = &Word> {
    item.clauses.iter().filter_map(|clause: &Clause| match &clause.kind {
        ClauseKind::Functionality { name, .. } => Some(name),
        _ => None,
    })
}
