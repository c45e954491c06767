//! What is compared by structure: numbers, citations and wording of the things that both sides have.
//!
//! Each side is written down as a list of properties; those that differ are told. A rule or clause that one side lacks has
//! no properties there: whether that matters is for the verdicts to say, and if they are the same it was renamed, split or
//! merged. Only what such a rule cites and nothing on the other side does is told.

use super::Edition;
use super::blame::{cited, reading_cites};
use super::difference::{Change, Edit};
use super::terms::term_text;
use crate::evaluate::unknowns::value_text;
use crate::program::{Citation, Effect, Header, License, LicenseVersion, Period, Program, Provided, Speech};
use crate::source::{Sources, Span};
use crate::value::{Date, Line, Type};
use std::collections::{BTreeMap, BTreeSet};

/// Which section of the difference a property belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Numbers,
    Citations,
    Wording,
}

/// The edits of each section.
pub(super) fn edits(old: &Edition<'_>, new: &Edition<'_>, changes: &[Change]) -> BTreeMap<Section, Vec<Edit>> {
    let sides = [old, new].map(|edition| Properties::of(edition.program, edition.sources));
    let [before, after] = &sides;
    let keys: BTreeSet<&Key> = before.all.keys().chain(after.all.keys()).collect();
    let mut edits: BTreeMap<Section, Vec<Edit>> = BTreeMap::new();
    for key in keys {
        let (old, new) = (before.all.get(key), after.all.get(key));
        let both = sides.iter().all(|side| side.subjects.contains(&key.subject));
        if old != new && (both || key.what == "source" || key.what == "reading") {
            let edit = edit(&key.subject, &key.what, old, new);
            edits.entry(key.section).or_default().push(edit);
        }
    }
    edits.entry(Section::Citations).or_default().extend(uncited(&sides));
    for edits in edits.values_mut() {
        *edits = of_all_versions(std::mem::take(edits), &sides);
    }
    for edit in edits.values_mut().flatten().filter(|edit| edit.what == "citation") {
        edit.verdict_unchanged = !is_blamed(&edit.subject, changes);
    }
    edits
}

fn edit(subject: &str, what: &str, old: Option<&String>, new: Option<&String>) -> Edit {
    let (old, new) = (old.cloned(), new.cloned());
    Edit { subject: subject.to_owned(), what: what.to_owned(), old, new, verdict_unchanged: false, acknowledged: None }
}

/// What rules that only one side has cite, where nothing on the other side cites it.
fn uncited([old, new]: &[Properties; 2]) -> Vec<Edit> {
    let only = |side: &Properties, other: &Properties| {
        let gone = side.cited.iter().filter(|(subject, _)| !other.subjects.contains(*subject));
        let gone = gone.filter(|(_, cites)| !other.cited.values().any(|known| known == *cites));
        gone.map(|(subject, cites)| (subject.clone(), cites.clone())).collect::<Vec<_>>()
    };
    let before = only(old, new).into_iter().map(|(subject, cites)| edit(&subject, "citation", Some(&cites), None));
    let after = only(new, old).into_iter().map(|(subject, cites)| edit(&subject, "citation", None, Some(&cites)));
    before.chain(after).collect()
}

/// An edit that is the same in every version of a licence is one of the licence.
fn of_all_versions(edits: Vec<Edit>, sides: &[Properties; 2]) -> Vec<Edit> {
    let mut told: Vec<Edit> = Vec::new();
    for edit in &edits {
        let license = sides.iter().find_map(|side| side.versions.get(&edit.subject));
        let Some(license) = license else {
            told.push(edit.clone());
            continue;
        };
        let alike = |other: &&Edit| {
            (&other.what, &other.old, &other.new) == (&edit.what, &edit.old, &edit.new)
                && sides.iter().any(|side| side.versions.get(&other.subject) == Some(license))
        };
        let common = |subject: &&String| sides.iter().all(|side| side.versions.get(*subject) == Some(license));
        let [old, _] = sides;
        let all = edits.iter().filter(alike).count() == old.versions.keys().filter(common).count();
        let subject = if all { license.clone() } else { edit.subject.clone() };
        told.push(Edit { subject, ..edit.clone() });
    }
    told.dedup();
    told
}

fn is_blamed(subject: &str, changes: &[Change]) -> bool {
    let blamed = changes.iter().flat_map(|change| change.blame.old.iter().chain(&change.blame.new));
    let (item, clause) = subject.split_once('.').map_or((subject, None), |(item, clause)| (item, Some(clause)));
    blamed.into_iter().any(|one| match clause {
        None => one.rule == item,
        Some(clause) => one.clause.as_deref() == Some(clause),
    })
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    section: Section,
    subject: String,
    what: String,
}

/// All properties of one side.
#[derive(Debug, Default)]
struct Properties {
    all: BTreeMap<Key, String>,
    /// Everything that can have properties.
    subjects: BTreeSet<String>,
    /// The licence of each `LICENCE VERSION`.
    versions: BTreeMap<String, String>,
    /// What rules and clauses cite.
    cited: BTreeMap<String, String>,
}

impl Properties {
    fn of(program: &Program, sources: &Sources) -> Properties {
        let mut properties = Properties::default();
        properties.documents(program);
        properties.vocabulary(program);
        properties.definitions(program);
        properties.rules(program);
        properties.other_rules(program, sources);
        properties.products(program);
        program.licenses.iter().for_each(|(_, license)| properties.license(program, license));
        properties
    }

    fn add(&mut self, section: Section, subject: &str, what: &str, value: impl Into<Option<String>>) {
        self.subjects.insert(subject.to_owned());
        if let Some(value) = value.into() {
            let key = Key { section, subject: subject.to_owned(), what: what.to_owned() };
            self.all.insert(key, value);
        }
    }

    fn title(&mut self, subject: &str, header: &Header) {
        self.add(Section::Wording, subject, "title", header.title.clone());
    }

    fn cites(&mut self, program: &Program, subject: &str, cites: &[Citation]) {
        let text = cited(program, cites);
        self.cited.extend(text.clone().map(|text| (subject.to_owned(), text)));
        self.add(Section::Citations, subject, "citation", text);
    }

    fn documents(&mut self, program: &Program) {
        for (_, source) in program.sources.iter() {
            let name = &source.header.name;
            self.add(Section::Citations, name, "source", source.header.display().to_owned());
            self.add(Section::Citations, name, "kind", source.kind.clone());
            for (detail, text) in &source.details {
                self.add(Section::Citations, name, detail, text.clone());
            }
        }
        for preference in &program.preferences {
            let name = |id| program.sources[id].header.name.as_str();
            let subject = format!("prefer {} over {}", name(preference.preferred), name(preference.over));
            self.add(Section::Wording, &subject, "because", preference.because.clone());
            self.cites(program, &subject, &preference.cites);
        }
    }

    fn vocabulary(&mut self, program: &Program) {
        for (_, agreement) in program.agreements.iter() {
            self.title(&agreement.header.name, &agreement.header);
        }
        for (_, item) in program.enums.iter() {
            self.add(Section::Wording, &item.header.name, "members", sorted(item.members.iter().cloned()));
        }
        for (_, fact) in program.facts.iter() {
            let (path, ty) = (fact.path(), &fact.ty);
            self.add(Section::Wording, &path, "question", fact.question.clone());
            self.add(Section::Numbers, &path, "type", type_name(program, ty));
            let default = fact.default.as_ref().map(|default| value_text(program, ty, default));
            self.add(Section::Numbers, &path, "default", default);
        }
    }

    fn definitions(&mut self, program: &Program) {
        for (_, definition) in program.definitions.iter() {
            let name = &definition.header.name;
            self.title(name, &definition.header);
            self.cites(program, name, &definition.header.cites);
            for reading in definition.readings.iter().filter(|reading| reading.source.is_some()) {
                let subject = format!("{name}.{}", reading.header.name);
                self.add(Section::Citations, &subject, "reading", reading.header.display().to_owned());
                self.cites(program, &subject, &reading_cites(reading));
                let because = sorted(reading.open.iter().map(|open| open.because.clone()));
                self.add(Section::Wording, &subject, "open because", because);
            }
        }
    }

    fn rules(&mut self, program: &Program) {
        for (_, rule) in program.rules.iter() {
            let name = &rule.header.name;
            self.title(name, &rule.header);
            self.cites(program, name, &rule.header.cites);
            self.add(Section::Wording, name, "evidence", rule.evidence.clone());
            match &rule.effect {
                Effect::Prohibit { remedy } => self.add(Section::Wording, name, "remedy", remedy.clone()),
                Effect::Exempt { limit } => {
                    self.add(Section::Numbers, name, "limit", limit.map(|limit| limit.to_string()));
                }
            }
        }
    }

    fn other_rules(&mut self, program: &Program, sources: &Sources) {
        let reaches = program.reaches.iter().map(|reach| &reach.header);
        for header in reaches.chain(program.reassignments.iter().map(|reassign| &reassign.header)) {
            self.title(&header.name, header);
            self.cites(program, &header.name, &header.cites);
        }
        for (_, advice) in program.advice.iter() {
            let name = &advice.header.name;
            self.title(name, &advice.header);
            self.cites(program, name, &advice.header.cites);
            let when = advice.when.as_ref().map(|when| words(sources, when.span));
            self.add(Section::Wording, name, "when", when);
            self.add(Section::Wording, name, "in force", period(advice.period));
            let part = |part: &Speech| match part {
                Speech::Text(text) => text.clone(),
                Speech::Hole(term) => format!("{{{}}}", term_text(program, term)),
            };
            self.add(Section::Wording, name, "say", advice.say.iter().map(part).collect::<String>());
        }
    }

    fn products(&mut self, program: &Program) {
        for (_, product) in program.products.iter() {
            let name = &product.header.name;
            self.title(name, &product.header);
            for version in &product.versions {
                let labels = version.labels.join(" also ");
                let subject = format!("{name} {labels}");
                let from = version.from.map_or("always".to_owned(), |from| from.to_string());
                self.add(Section::Numbers, &subject, "released", from);
            }
            let features = product.features.iter();
            let features =
                features.map(|(feature, id)| format!("{feature} of {}", program.functionalities[*id].header.name));
            self.add(Section::Numbers, name, "features", sorted(features));
        }
        for (id, functionality) in program.functionalities.iter() {
            let path = program.functionality_path(id);
            self.title(&path, &functionality.header);
            let below = functionality.adds_to.iter().map(|id| program.functionality_path(*id));
            self.add(Section::Numbers, &path, "adds to", sorted(below));
        }
    }

    fn license(&mut self, program: &Program, license: &License) {
        let name = &license.header.name;
        self.title(name, &license.header);
        self.cites(program, name, &license.header.cites);
        let metrics = license.metrics.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        self.add(Section::Numbers, name, "assigned to", metrics);
        for version in &license.versions {
            self.version(program, name, version);
            for clause in &version.provided {
                self.clause(program, name, version, clause);
            }
        }
    }

    fn version(&mut self, program: &Program, license: &str, version: &LicenseVersion) {
        let subject = format!("{license} {}", version.labels.first().map_or("", String::as_str));
        self.versions.insert(subject.clone(), license.to_owned());
        let units = version.units.as_ref().map_or("1".to_owned(), |units| term_text(program, units));
        self.add(Section::Numbers, &subject, "units", units);
        self.add(Section::Numbers, &subject, "pack", version.pack.to_string());
        self.add(Section::Numbers, &subject, "minimum", version.minimum.to_string());
        self.add(Section::Numbers, &subject, "sold", period(version.sold));
        let includes = version.includes.iter().map(|(license, rank)| program.license_text(*license, *rank));
        self.add(Section::Numbers, &subject, "includes", sorted(includes));
    }

    fn clause(&mut self, program: &Program, license: &str, version: &LicenseVersion, clause: &Provided) {
        let owner = clause.terms.as_deref().unwrap_or(license);
        let mut subject = format!("{owner}.{}", clause.header.name);
        let cites = cited(program, &clause.header.cites);
        if self.subjects.contains(&subject) && self.cited.get(&subject) != cites.as_ref() {
            let label = version.labels.first().map_or("", String::as_str);
            subject = format!("{license} {label}.{}", clause.header.name);
        }
        self.title(&subject, &clause.header);
        self.cites(program, &subject, &clause.header.cites);
    }
}

/// A list in one order, whatever order it was written in; none if it is empty.
fn sorted(items: impl Iterator<Item = String>) -> Option<String> {
    let mut items: Vec<String> = items.collect();
    items.sort();
    (!items.is_empty()).then(|| items.join(", "))
}

/// A type in the words of the language; of enums it is the members that count, not what they are called together.
fn type_name(program: &Program, ty: &Type) -> String {
    let name = match ty {
        Type::Bool => "bool",
        Type::Int => "int",
        Type::Number => "number",
        Type::Money => "money",
        Type::Date => "date",
        Type::Text | Type::Reference => "text",
        Type::Enum(_) => "enum",
        Type::Version(Line::Product(product)) => {
            return format!("version of {}", program.products[*product].header.name);
        }
        Type::Version(Line::Suite(suite)) => return format!("version of {}", program.licenses[*suite].header.name),
        Type::Product => "product",
        Type::License => "license",
        Type::Agreement => "agreement",
        Type::Functionality => "functionality",
        Type::Metric => "metric",
        Type::HostKind => "kind of host",
    };
    name.to_owned()
}

fn period(period: Period) -> Option<String> {
    let bound = |word: &str, day: Option<Date>| day.map(|day| format!("{word} {day}"));
    let bounds: Vec<String> =
        [bound("from", period.from), bound("until", period.until)].into_iter().flatten().collect();
    (!bounds.is_empty()).then(|| bounds.join(" "))
}

/// The text under a span, its layout aside.
fn words(sources: &Sources, span: Span) -> String {
    sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
}
