//! `entail show NAME`: one item as the interpreter understands it.

use super::wording::counted;
use crate::diff::structure::type_name;
use crate::evaluate::terms::{speech_text, term_text};
use crate::program::{
    Condition, Effect, EnumId, Fact, Field, FunctionalityId, Header, LicenseVersion, Period, Program, Provided,
    Reading, RuleId, Scope,
};
use crate::select::read::readers;
use crate::source::{Sources, Span};
use crate::value::{Date, Type};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The item of a name, in words; `None` if nothing is called so. The name of a fact is written behind its entity:
/// `user.relation`.
pub fn show(program: &Program, sources: &Sources, name: &str) -> Option<String> {
    let show = Show { program, sources };
    show.source(name)
        .or_else(|| show.definition(name))
        .or_else(|| show.rule(name))
        .or_else(|| show.advice(name))
        .or_else(|| show.reach(name))
        .or_else(|| show.product(name))
        .or_else(|| show.license(name))
        .or_else(|| show.terms(name))
        .or_else(|| show.fact(name))
        .or_else(|| show.plain(name))
}

/// Every name that [`show`] knows.
pub fn names(program: &Program) -> Vec<String> {
    let items = program.headers().map(|header| header.name.clone());
    items.chain(program.facts.values().map(Fact::path)).collect()
}

struct Show<'p> {
    program: &'p Program,
    sources: &'p Sources,
}

impl Show<'_> {
    /// Keyword, name, title, doc comment, citations and place.
    fn head(&self, what: &str, header: &Header) -> String {
        let mut text = format!("{what} {}", header.name);
        if let Some(title) = &header.title {
            let _ = write!(text, ": {title}");
        }
        text.push('\n');
        for line in header.doc.iter().flat_map(|doc| doc.lines()) {
            let _ = writeln!(text, "  {line}");
        }
        for cite in &header.cites {
            let _ = writeln!(text, "  source: {}", self.program.citation_text(cite));
        }
        let _ = writeln!(text, "  stands at {}", self.sources.place(header.name_span));
        text
    }

    fn text(&self, span: Span) -> String {
        self.sources.words(span)
    }

    fn source(&self, name: &str) -> Option<String> {
        let (_, source) = self.program.sources.named(name)?;
        let mut text = self.head("source", &source.header);
        if let Some(kind) = &source.kind {
            let _ = writeln!(text, "  kind: {kind}");
        }
        for (detail, told) in &source.details {
            let _ = writeln!(text, "  {detail}: {told}");
        }
        text.push_str(&period(source.period));
        if let Some(when) = &source.when {
            let _ = writeln!(text, "  in force when {}", self.text(when.span));
        }
        Some(text)
    }

    fn definition(&self, name: &str) -> Option<String> {
        let (_, definition) = self.program.definitions.named(name)?;
        let mut text = self.head("define", &definition.header);
        let _ = writeln!(text, "  said of: {}", definition.subject.text());
        for reading in &definition.readings {
            text.push_str(&self.reading(reading));
        }
        Some(text)
    }

    fn reading(&self, reading: &Reading) -> String {
        let mut text = format!("  reading {}", reading.header.name);
        if let Some(title) = &reading.header.title {
            let _ = write!(text, " \"{title}\"");
        }
        text.push('\n');
        if let Some(when) = &reading.when {
            let _ = writeln!(text, "    when {}", self.text(when.span));
        }
        for open in &reading.open {
            let when =
                open.when.as_ref().map_or_else(|| "always".to_owned(), |when| format!("when {}", self.text(when.span)));
            let _ = writeln!(text, "    open {when}, because {}", open.because);
        }
        text
    }

    fn rule(&self, name: &str) -> Option<String> {
        let (id, _): (RuleId, _) = self.program.rules.named(name)?;
        let rule = &self.program.rules[id];
        let (what, effect) = match &rule.effect {
            Effect::Exempt { limit: None } => ("exempt", String::new()),
            Effect::Exempt { limit: Some(limit) } => {
                ("exempt", format!("  for up to {} per server\n", counted(*limit, "head", "heads")))
            }
            Effect::Prohibit { remedy } => {
                ("prohibit", remedy.as_ref().map_or_else(String::new, |remedy| format!("  remedy: {remedy}\n")))
            }
        };
        let mut text = self.head(what, &rule.header);
        text.push_str(&effect);
        text.push_str(&period(rule.period));
        text.push_str(&self.scope(&rule.scope));
        match &rule.when {
            Some(when) => _ = writeln!(text, "  when {}", self.text(when.span)),
            None => text.push_str("  always\n"),
        }
        if let Some(evidence) = &rule.evidence {
            let _ = writeln!(text, "  needs as evidence: {evidence}");
        }
        Some(text)
    }

    fn scope(&self, scope: &Scope) -> String {
        let names = |products: &[crate::program::ProductId]| {
            products.iter().map(|id| self.program.products[*id].header.name.clone()).collect::<Vec<_>>().join(", ")
        };
        let only = scope.only.as_ref().map(|only| format!("  for {}\n", names(only)));
        let except = (!scope.except.is_empty()).then(|| format!("  except {}\n", names(&scope.except)));
        only.into_iter().chain(except).collect()
    }

    fn advice(&self, name: &str) -> Option<String> {
        let (_, advice) = self.program.advice.named(name)?;
        let mut text = self.head("advise", &advice.header);
        text.push_str(&period(advice.period));
        text.push_str(&self.scope(&advice.scope));
        text.push_str(&self.when(advice.when.as_ref()));
        let _ = writeln!(text, "  says: {}", speech_text(self.program, self.sources, &advice.say));
        Some(text)
    }

    fn reach(&self, name: &str) -> Option<String> {
        let reach = self.program.reaches.iter().find(|reach| reach.header.name == name);
        let reassign = self.program.reassignments.iter().find(|reassign| reassign.header.name == name);
        if let Some(reach) = reach {
            let to = match reach.to {
                crate::program::ReachTarget::Routes => "server.routes",
                crate::program::ReachTarget::RunsOn => "server.runs_on",
            };
            let (head, scope) = (self.head("reach", &reach.header), self.scope(&reach.scope));
            let when = self.when(reach.when.as_ref());
            return Some(format!("{head}{scope}  to {to}\n{}{when}", period(reach.period)));
        }
        let reassign = reassign?;
        let (head, when) = (self.head("reassign", &reassign.header), self.when(reassign.when.as_ref()));
        Some(format!("{head}  per {}\n{}{when}", reassign.metric, period(reassign.period)))
    }

    fn when(&self, when: Option<&Condition>) -> String {
        when.map_or_else(String::new, |when| format!("  when {}\n", self.text(when.span)))
    }

    fn product(&self, name: &str) -> Option<String> {
        let (_, product) = self.program.products.named(name)?;
        let mut text = self.head("product", &product.header);
        for version in &product.versions {
            let from = version.from.map_or_else(String::new, |from| format!(" from {from}"));
            let _ = writeln!(text, "  version {}{from}", version.labels.join(", also "));
        }
        for id in &product.functionalities {
            let _ = writeln!(text, "  {}", self.functionality(*id));
        }
        for (feature, of) in &product.features {
            let _ = writeln!(text, "  feature {feature} of {}", self.program.functionalities[*of].header.name);
        }
        Some(text)
    }

    fn functionality(&self, id: FunctionalityId) -> String {
        let functionality = &self.program.functionalities[id];
        let demands: Vec<&str> =
            functionality.adds_to.iter().map(|id| self.program.functionalities[*id].header.name.as_str()).collect();
        let adds = if demands.is_empty() { String::new() } else { format!(", demands {} too", demands.join(", ")) };
        let every = if functionality.demanded_by_every_server { ", demanded by every server" } else { "" };
        format!("functionality {}{adds}{every}", functionality.header.name)
    }

    fn license(&self, name: &str) -> Option<String> {
        let (_, license) = self.program.licenses.named(name)?;
        let mut text = self.head("license", &license.header);
        let metrics: Vec<&str> = license.metrics.iter().map(|metric| metric.text()).collect();
        let _ = writeln!(text, "  assigned to {}", metrics.join(" or "));
        // Versions with the same terms are told once, under the first.
        let mut told: Vec<(&LicenseVersion, Vec<String>)> = Vec::new();
        for version in &license.versions {
            match told.iter_mut().find(|(known, _)| same_terms(known, version)) {
                Some((_, labels)) => labels.push(version.labels.join(", ")),
                None => told.push((version, vec![version.labels.join(", ")])),
            }
        }
        for (version, labels) in told {
            text.push_str(&self.version(version, &labels.join("; ")));
        }
        Some(text)
    }

    /// Shared terms: their clauses as the licences have them that take them, and which these are.
    fn terms(&self, name: &str) -> Option<String> {
        let terms = self.program.terms.iter().find(|terms| terms.header.name == name)?;
        let (mut clauses, mut takers) = (BTreeMap::new(), Vec::new());
        for (_, license) in self.program.licenses.iter() {
            let taken = license.clauses().filter(|clause| clause.terms.as_deref() == Some(name));
            let taken: Vec<_> = taken.map(|clause| (clause.header.span, clause)).collect();
            takers.extend((!taken.is_empty()).then_some(license.header.name.as_str()));
            clauses.extend(taken);
        }
        let mut text = self.head("terms", &terms.header);
        let takers = if takers.is_empty() { "no licence".to_owned() } else { takers.join(", ") };
        let _ = writeln!(text, "  taken by {takers}");
        clauses.into_values().for_each(|clause| text.push_str(&self.clause(clause)));
        Some(text)
    }

    fn version(&self, version: &LicenseVersion, labels: &str) -> String {
        // When a licence of a product is out, the product says.
        let from = version.sold.from.filter(|_| !version.includes.is_empty());
        let since = dates(Period { from, ..version.sold });
        let mut text = format!("  version {labels}{since}\n");
        for functionality in &version.grants {
            let _ = writeln!(text, "    grants {}", self.program.functionality_path(*functionality));
        }
        for (license, rank) in &version.includes {
            let _ = writeln!(text, "    includes {}", self.program.license_text(*license, *rank));
        }
        if let Some(units) = &version.units {
            let _ = writeln!(text, "    takes {} units", term_text(self.program, Some(self.sources), units));
        }
        if version.minimum > 1 {
            let _ = writeln!(text, "    takes at least {} units", version.minimum);
        }
        if version.pack > 1 {
            let _ = writeln!(text, "    sold in packs of {}", version.pack);
        }
        for clause in &version.provided {
            text.push_str(&self.clause(clause));
        }
        text
    }

    fn clause(&self, clause: &Provided) -> String {
        let title = clause.header.title.as_ref().map_or_else(String::new, |title| format!(" ({title})"));
        let cites: Vec<String> = clause.header.cites.iter().map(|cite| self.program.citation_text(cite)).collect();
        let cites = if cites.is_empty() { String::new() } else { format!(" [{}]", cites.join("; ")) };
        let (name, period) = (&clause.header.name, dates(clause.period));
        format!("    provided {name}{title}{period}: {}{cites}\n", self.text(clause.condition.span))
    }

    fn fact(&self, name: &str) -> Option<String> {
        let (id, fact) = self.program.fact(name)?;
        let mut text = self.head("fact of", &Header { name: fact.path(), ..fact.header.clone() });
        let _ = writeln!(text, "  type: {}", self.type_text(&fact.ty));
        if let Some(question) = &fact.question {
            let _ = writeln!(text, "  asks: {question}");
        }
        if let Some(default) = &fact.default {
            let value = crate::evaluate::unknowns::value_text(self.program, &fact.ty, default);
            let _ = writeln!(text, "  where it is blank: {value}, listed as an assumption where it matters");
        }
        for (reader, through) in readers(self.program, Field::Fact(id)) {
            let term = through.map(|term| format!("through `{}` ", self.program.definitions[term].header.name));
            let _ = writeln!(text, "  read {}by {reader}", term.unwrap_or_default());
        }
        Some(text)
    }

    /// The type of a fact, and its values where they are few: `Relation (employee, …)`.
    fn type_text(&self, ty: &Type) -> String {
        let enumeration = |id: &EnumId| &self.program.enums[*id];
        match ty {
            Type::Bool => "bool (yes, no)".to_owned(),
            Type::Enum(id) => format!("{} ({})", enumeration(id).header.name, enumeration(id).members.join(", ")),
            Type::Int
            | Type::Number
            | Type::Money
            | Type::Date
            | Type::Text
            | Type::Version(_)
            | Type::Product
            | Type::License
            | Type::Agreement
            | Type::Functionality
            | Type::Metric
            | Type::HostKind
            | Type::Reference => type_name(self.program, ty),
        }
    }

    fn plain(&self, name: &str) -> Option<String> {
        let program = self.program;
        if let Some((_, item)) = program.enums.named(name) {
            return Some(format!("{}  members: {}\n", self.head("enum", &item.header), item.members.join(", ")));
        }
        let (_, agreement) = program.agreements.named(name)?;
        Some(self.head("agreement", &agreement.header))
    }
}

fn same_terms(a: &LicenseVersion, b: &LicenseVersion) -> bool {
    let clauses =
        |version: &LicenseVersion| version.provided.iter().map(|clause| clause.condition.span).collect::<Vec<_>>();
    let numbers = |version: &LicenseVersion| (version.pack, version.minimum, version.sold.until);
    (&a.grants, &a.includes, &a.units, numbers(a), clauses(a))
        == (&b.grants, &b.includes, &b.units, numbers(b), clauses(b))
}

fn period(period: Period) -> String {
    match dates(period) {
        dates if dates.is_empty() => dates,
        dates => format!("  in force{dates}\n"),
    }
}

/// ` from D until D`, or what there is of it.
fn dates(period: Period) -> String {
    let bound = |word, day: Option<Date>| day.map_or_else(String::new, |day| format!(" {word} {day}"));
    bound("from", period.from) + &bound("until", period.until)
}
