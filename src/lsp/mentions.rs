//! What the cells of an estate may say and what they name: for estates on disk and those that policy tests write down.
//!
//! Whether a cell is right, [`crate::estate`] says; here is what an editor offers for it and where it leads.

use super::set::Set;
use super::symbols::declared;
use crate::estate::document::{Document, Table};
use crate::estate::schema::Kind;
use crate::program::{DefinitionId, Entity, Program};
use crate::source::Span;
use crate::syntax::ast::{Item, Keyword, Word};
use crate::typing::Use;
use crate::value::{HostKind, Metric, Type};
use std::collections::BTreeMap;

/// A value that may stand in a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice {
    /// As it is written.
    pub(super) text: String,
    /// Where it is declared, if anywhere.
    pub(super) declared: Option<Span>,
}

/// What cells may say under a policy set.
pub(super) struct Words<'p> {
    program: &'p Program,
    /// The words that are declared within an item, by its name and theirs.
    inner: BTreeMap<(&'p str, &'p str), Span>,
}

impl<'p> Words<'p> {
    pub(super) fn of(set: &'p Set, program: &'p Program) -> Self {
        Words::declared(set.items(), program)
    }

    /// What cells may say where some items are the policies.
    pub(super) fn declared(items: impl IntoIterator<Item = &'p Item>, program: &'p Program) -> Self {
        let words = items.into_iter().flat_map(|item| inner_words(item).into_iter().map(move |word| (item, word)));
        let mut inner = BTreeMap::new();
        for (item, word) in words {
            inner.entry((item.name.text.as_str(), word.text.as_str())).or_insert(word.span);
        }
        Words { program, inner }
    }

    fn choice(&self, owner: &str, text: &str) -> Choice {
        Choice { text: text.to_owned(), declared: self.inner.get(&(owner, text)).copied() }
    }

    /// What may stand in a cell of a table; `row` tells the other cells of its row.
    pub(super) fn cell<'r>(
        &self,
        document: &Document,
        table: &str,
        column: &str,
        row: &dyn Fn(&str) -> Option<&'r str>,
    ) -> Vec<Choice> {
        let Some(kind) = Kind::of(table) else { return Vec::new() };
        if let Some(choices) = kind.entity().and_then(|entity| self.fact(entity, column)) {
            return choices;
        }
        match (kind, column) {
            (Kind::Servers, "product") => self.products(),
            (Kind::Servers, "version") => row("product").map_or_else(Vec::new, |product| self.versions(product)),
            (Kind::Licenses | Kind::Prices, "license") => self.licenses(),
            (Kind::Licenses | Kind::Prices, "version") => {
                row("license").map_or_else(Vec::new, |license| self.license_versions(license))
            }
            (Kind::Licenses | Kind::Prices, "metric") => self.metrics(row("license")),
            (Kind::Licenses, "assigned_to") => {
                row("metric").map_or_else(Vec::new, |metric| ids(document, &format!("{metric}s")))
            }
            (Kind::Hosts, "kind") => HostKind::ALL.map(|kind| plain(kind.text())).to_vec(),
            (Kind::Absences, "kind") => vec![plain("device"), plain("user")],
            (Kind::Absences, "absent" | "substitute") => {
                row("kind").map_or_else(Vec::new, |kind| ids(document, &format!("{kind}s")))
            }
            (Kind::Accesses, "functionality") => {
                row("server").map_or_else(Vec::new, |server| self.functionalities(document, server))
            }
            (Kind::Accesses | Kind::Routes, "server") | (Kind::Routes, "target") | (Kind::Servers, "runs_on") => {
                ids(document, "servers")
            }
            (Kind::Servers, "host") => ids(document, "hosts"),
            (Kind::Accesses, "user") => ids(document, "users"),
            (Kind::Accesses, "device") => ids(document, "devices"),
            _ => Vec::new(),
        }
    }

    /// What may stand behind a key of `estate.toml` (`agreement`, `readings.external`, `facts.students_hold_cals`).
    pub(super) fn key(&self, key: &str) -> Vec<Choice> {
        match key.split_once('.') {
            None if key == "agreement" => {
                let agreements = self.program.agreements.headers();
                agreements
                    .map(|header| Choice { text: header.name.clone(), declared: Some(header.name_span) })
                    .collect()
            }
            Some(("readings", definition)) => self.readings(definition),
            Some(("facts", fact)) => self.fact(Entity::Estate, fact).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// What a key of `estate.toml` names.
    pub(super) fn key_names(&self, key: &str) -> Option<Span> {
        match key.split_once('.')? {
            ("readings" | "evidence", name) => self.program.header(name).map(|header| header.name_span),
            ("facts", name) => self.fact_span(Entity::Estate, name),
            _ => None,
        }
    }

    /// Where a fact is declared that is a column of a table.
    pub(super) fn column_names(&self, table: &str, column: &str) -> Option<Span> {
        Kind::of(table)?.entity().and_then(|entity| self.fact_span(entity, column))
    }

    fn fact_span(&self, entity: Entity, name: &str) -> Option<Span> {
        let mut facts = self.program.facts.values();
        facts.find(|fact| fact.entity == entity && fact.header.name == name).map(|fact| fact.header.name_span)
    }

    fn fact(&self, entity: Entity, name: &str) -> Option<Vec<Choice>> {
        let mut facts = self.program.facts.values();
        let fact = facts.find(|fact| fact.entity == entity && fact.header.name == name)?;
        let mut choices = match &fact.ty {
            Type::Bool => vec![plain("yes"), plain("no")],
            Type::Enum(id) => {
                let declared = &self.program.enums[*id];
                declared.members.iter().map(|member| self.choice(&declared.header.name, member)).collect()
            }
            Type::Product => self.products(),
            Type::License => self.licenses(),
            Type::Metric => self.metrics(None),
            Type::HostKind => HostKind::ALL.map(|kind| plain(kind.text())).to_vec(),
            Type::Int | Type::Number | Type::Money | Type::Date | Type::Text | Type::Version(_) => Vec::new(),
            Type::Agreement | Type::Functionality | Type::Reference => Vec::new(),
        };
        choices.push(plain("unknown"));
        Some(choices)
    }

    fn products(&self) -> Vec<Choice> {
        let headers = self.program.products.headers();
        headers.map(|header| Choice { text: header.name.clone(), declared: Some(header.name_span) }).collect()
    }

    fn licenses(&self) -> Vec<Choice> {
        let headers = self.program.licenses.headers();
        headers.map(|header| Choice { text: header.name.clone(), declared: Some(header.name_span) }).collect()
    }

    fn versions(&self, product: &str) -> Vec<Choice> {
        let found = self.program.products.named(product);
        let labels =
            found.into_iter().flat_map(|(_, product)| product.versions.iter().flat_map(|version| &version.labels));
        labels.map(|label| self.choice(product, label)).collect()
    }

    fn license_versions(&self, name: &str) -> Vec<Choice> {
        let found = self.program.licenses.named(name);
        let Some((_, license)) = found else { return Vec::new() };
        let owner = match license.line {
            crate::value::VersionLine::Product(product) => &self.program.products[product].header.name,
            crate::value::VersionLine::Suite(suite) => &self.program.licenses[suite].header.name,
        };
        license.versions.iter().flat_map(|version| &version.labels).map(|label| self.choice(owner, label)).collect()
    }

    fn metrics(&self, license: Option<&str>) -> Vec<Choice> {
        let found = self.program.licenses.iter().find(|(_, known)| Some(known.header.name.as_str()) == license);
        let metrics = found.map_or_else(|| Metric::ALL.to_vec(), |(_, license)| license.metrics.clone());
        metrics.into_iter().map(|metric| plain(metric.text())).collect()
    }

    fn functionalities(&self, document: &Document, server: &str) -> Vec<Choice> {
        let product = rows(document, "servers").find_map(|(table, row)| {
            (cell(table, row, "id") == Some(server)).then(|| cell(table, row, "product")).flatten()
        });
        let found = self.program.products.iter().find(|(_, known)| Some(known.header.name.as_str()) == product);
        let Some((_, product)) = found else { return Vec::new() };
        let own = product.functionalities.iter().map(|id| self.program.functionalities[*id].header.name.as_str());
        let all = own.chain(product.features.keys().map(String::as_str));
        all.map(|text| self.choice(&product.header.name, text)).collect()
    }

    fn readings(&self, definition: &str) -> Vec<Choice> {
        let mut found = self.program.definitions.iter().filter(|(_, known)| known.header.name == definition);
        let readings = found.next().map_or_else(Vec::new, |(id, _): (DefinitionId, _)| {
            self.program.definitions[id].readings.iter().filter_map(|reading| reading.source).collect()
        });
        let sources = readings.into_iter().map(|source| &self.program.sources[source].header);
        sources.map(|header| Choice { text: header.name.clone(), declared: Some(header.name_span) }).collect()
    }

    /// What the words of a document name.
    pub(super) fn uses(&self, document: &Document) -> Vec<Use> {
        let mut uses = Vec::new();
        let mut name =
            |span: Span, declared: Option<Span>| uses.extend(declared.map(|declared| Use { span, declared }));
        for entry in &document.entries {
            name(entry.key.span, self.key_names(&entry.key.text));
            name(entry.value.span, named(self.key(&entry.key.text), &entry.value.text));
        }
        for table in &document.tables {
            for column in &table.columns {
                name(column.span, self.column_names(&table.name.text, &column.text));
            }
            for row in &table.rows {
                for (column, own) in table.columns.iter().zip(row).filter(|(_, own)| !own.text.is_empty()) {
                    let choices = self.cell(document, &table.name.text, &column.text, &|name| cell(table, row, name));
                    name(own.span, named(choices, &own.text));
                }
            }
        }
        uses
    }
}

fn named(choices: Vec<Choice>, text: &str) -> Option<Span> {
    choices.into_iter().find(|choice| choice.text == text)?.declared
}

fn plain(text: &str) -> Choice {
    Choice { text: text.to_owned(), declared: None }
}

/// The ids of a table, and where they stand.
fn ids(document: &Document, table: &str) -> Vec<Choice> {
    let rows = rows(document, table).filter_map(|(table, row)| {
        let place = table.columns.iter().position(|column| column.text == "id")?;
        row.get(place)
    });
    rows.map(|cell| Choice { text: cell.text.clone(), declared: Some(cell.span) }).collect()
}

fn rows<'d>(
    document: &'d Document,
    table: &str,
) -> impl Iterator<Item = (&'d Table, &'d Vec<crate::estate::document::Cell>)> {
    let tables = document.tables.iter().filter(move |known| known.name.text == table);
    tables.flat_map(|table| table.rows.iter().map(move |row| (table, row)))
}

/// The text of a cell of a row.
pub(super) fn cell<'t>(table: &Table, row: &'t [crate::estate::document::Cell], column: &str) -> Option<&'t str> {
    let place = table.columns.iter().position(|known| known.text == column)?;
    row.get(place).map(|cell| cell.text.as_str()).filter(|text| !text.is_empty())
}

/// The words that an item declares within itself and that cells may name.
fn inner_words(item: &Item) -> Vec<&Word> {
    let has_words = matches!(item.keyword, Keyword::Enum | Keyword::Extend | Keyword::Product | Keyword::License);
    item.clauses.iter().filter(|_| has_words).flat_map(declared).collect()
}
