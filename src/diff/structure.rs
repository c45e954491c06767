//! What is compared by structure: numbers, citations and wording of the things that both sides have.
//!
//! Each side is written down as a list of properties; those that differ are told. A rule or clause that one side lacks has
//! no properties there: whether that matters is for the verdicts to say, and if they are the same it was renamed, split or
//! merged. Only what such a rule cites and nothing on the other side does is told.

use super::Edition;
use super::blame::{cited, reading_cites};
use super::difference::{Blamed, Change, Edit, OldNew};
use crate::evaluate::terms::{speech_text, term_text};
use crate::evaluate::units::is_out;
use crate::evaluate::unknowns::value_text;
use crate::program::{
    Citation, Effect, Header, License, LicenseVersion, Period, ProductId, ProductVersion, Program, Provided, Scope,
    Term, normal,
};
use crate::source::{Sources, Span};
use crate::value::{Date, Type, Value, VersionLine};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Which section of the difference a property belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Numbers,
    Citations,
    Wording,
}

/// What is told where one side lacks the whole thing: documents and readings, and what is said to the reader.
const TOLD_ALONE: [&str; 3] = ["source", "reading", "advice"];

/// What an estate may name: where one side lacks it, estates that name it can be read by the other side only.
const NAMED_BY_ESTATES: [&str; 6] = ["agreement", "product", "release", "functionality", "fact", "evidence key"];

/// Whether an estate may no longer state something that it may have stated.
pub(crate) fn is_lost(edit: &Edit) -> bool {
    let listed = |text: &Option<String>| text.iter().flat_map(|text| text.split(", ")).map(str::to_owned).collect();
    match edit.what.as_str() {
        "members" => {
            let (old, new): (BTreeSet<String>, BTreeSet<String>) = (listed(&edit.old), listed(&edit.new));
            !old.is_subset(&new)
        }
        what => NAMED_BY_ESTATES.contains(&what) && edit.new.is_none(),
    }
}

/// The edits of each section.
pub(super) fn edits(old: &Edition<'_>, new: &Edition<'_>, changes: &[Change]) -> BTreeMap<Section, Vec<Edit>> {
    let editions = [old, new];
    let dated = editions.iter().all(|edition| edition.fixed.as_of.is_some());
    let sides = editions.map(|edition| {
        let day = edition.fixed.as_of.filter(|_| dated);
        Properties::of(edition.program, edition.sources, day)
    });
    let [before, after] = &sides;
    let keys: BTreeSet<&Key> = before.all.keys().chain(after.all.keys()).collect();
    let mut edits: BTreeMap<Section, Vec<Edit>> = BTreeMap::new();
    for key in keys {
        let (old, new) = (before.all.get(key), after.all.get(key));
        let meant = sides.each_ref().map(|side| side.meaning(key));
        if old != new && meant[0] != meant[1] && is_told(key, &sides) {
            let edit = Edit::new(&key.subject, &key.what, old.cloned(), new.cloned());
            edits.entry(key.section).or_default().push(edit);
        }
    }
    edits.entry(Section::Citations).or_default().extend(uncited(&sides));
    for edit in edits.values_mut().flatten() {
        edit.at = OldNew { old: before.place(&edit.subject, old), new: after.place(&edit.subject, new) };
    }
    for edits in edits.values_mut() {
        *edits = of_the_whole(edits, &sides);
    }
    for edit in edits.values_mut().flatten().filter(|edit| edit.what == "citation") {
        edit.verdict_unchanged = !is_blamed(&edit.subject, changes, &sides);
    }
    edits
}

/// Whether a property that differs is told: both sides have its subject, or it is told of one side alone. A product that only
/// one side has stands for what it consists of.
fn is_told(key: &Key, sides: &[Properties; 2]) -> bool {
    let both = |subject: &str| sides.iter().all(|side| side.subjects.contains_key(subject));
    match key.what.as_str() {
        "release" | "functionality" => key.subject.split([' ', '.']).next().is_some_and(both),
        what => both(&key.subject) || TOLD_ALONE.contains(&what) || NAMED_BY_ESTATES.contains(&what),
    }
}

/// What rules that only one side has cite, where nothing on the other side cites it.
fn uncited([old, new]: &[Properties; 2]) -> Vec<Edit> {
    let only = |side: &Properties, other: &Properties| {
        let gone = side.cited.iter().filter(|(subject, _)| !other.subjects.contains_key(*subject));
        let gone = gone.filter(|(_, cites)| !other.cited.values().any(|known| known == *cites));
        gone.map(|(subject, cites)| (subject.clone(), cites.clone())).collect::<Vec<_>>()
    };
    let before = only(old, new).into_iter().map(|(subject, cites)| Edit::new(&subject, "citation", Some(cites), None));
    let after = only(new, old).into_iter().map(|(subject, cites)| Edit::new(&subject, "citation", None, Some(cites)));
    before.chain(after).collect()
}

/// An edit that is the same of every one of several parts is one of the whole: of a licence, a clause, a release.
fn of_the_whole(edits: &[Edit], sides: &[Properties; 2]) -> Vec<Edit> {
    let mut told: Vec<Edit> = Vec::new();
    for edit in edits {
        let whole = sides.iter().find_map(|side| side.wholes.get(&edit.subject));
        let subject = whole.filter(|whole| is_alike_in_all(edit, whole, edits, sides)).unwrap_or(&edit.subject);
        let edit = Edit { subject: subject.clone(), ..edit.clone() };
        if !told.iter().any(|known| known.is_like(&edit)) {
            told.push(edit);
        }
    }
    told
}

/// Whether each part of a whole that both sides have, and that has the property, is edited alike.
fn is_alike_in_all(edit: &Edit, whole: &String, edits: &[Edit], sides: &[Properties; 2]) -> bool {
    let [old, new] = sides;
    let parts = old.wholes.iter().filter(|(part, of)| *of == whole && new.wholes.get(*part) == Some(whole));
    let mut parts = parts.map(|(part, _)| part).peekable();
    let alike = |part: &String| {
        let mut same = edits.iter().filter(|other| other.subject == *part);
        same.any(|other| (&other.what, &other.old, &other.new) == (&edit.what, &edit.old, &edit.new))
    };
    parts.peek().is_some() && parts.all(alike)
}

/// Every rule and clause to blame for a change.
pub(super) fn blamed(changes: &[Change]) -> impl Iterator<Item = &Blamed> {
    changes.iter().flat_map(|change| change.blame.old.iter().chain(&change.blame.new))
}

/// Whether a rule or clause is to blame for a change. A clause that licences share is blamed as that of each.
fn is_blamed(subject: &str, changes: &[Change], sides: &[Properties; 2]) -> bool {
    let mut blamed = blamed(changes);
    let Some((item, clause)) = subject.rsplit_once('.') else { return blamed.any(|one| one.rule == subject) };
    let is_shared_by = |license: &str| {
        let of_license = |part: &str| part.strip_prefix(license).is_some_and(|rest| rest.starts_with(' '));
        let wholes = sides.iter().flat_map(|side| &side.wholes);
        wholes.into_iter().any(|(part, whole)| whole == subject && of_license(part))
    };
    blamed.any(|one| one.clause.as_deref() == Some(clause) && (one.rule == item || is_shared_by(&one.rule)))
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
    /// What those come to that can be written in several ways.
    meanings: BTreeMap<Key, String>,
    /// Everything that can have properties, and where it stands.
    subjects: BTreeMap<String, Span>,
    /// For each part told of by itself, what it is a part of: of `LICENCE VERSION` the licence, of a clause in a version
    /// the clause, of one of the releases of one version all of them.
    wholes: BTreeMap<String, String>,
    /// What rules and clauses cite.
    cited: BTreeMap<String, String>,
    /// The day of the side.
    day: Option<Date>,
}

impl Properties {
    /// Those of a side; with what is out and sold on a day, where both sides have one.
    fn of(program: &Program, sources: &Sources, day: Option<Date>) -> Properties {
        let mut properties = Properties { day, ..Properties::default() };
        properties.documents(program);
        properties.vocabulary(program);
        properties.definitions(program);
        properties.rules(program);
        properties.other_rules(program, sources);
        properties.products(program);
        program.terms.iter().for_each(|terms| properties.title(&terms.header.name, &terms.header));
        program.licenses.values().for_each(|license| properties.license(program, license));
        properties
    }

    /// Where a subject stands, as `file:line:column`.
    fn place(&self, subject: &str, edition: &Edition<'_>) -> Option<String> {
        self.subjects.get(subject).map(|span| edition.sources.place(*span))
    }

    fn add(&mut self, section: Section, subject: &str, at: Span, what: &str, value: impl Into<Option<String>>) {
        self.subjects.entry(subject.to_owned()).or_insert(at);
        if let Some(value) = value.into() {
            let key = Key { section, subject: subject.to_owned(), what: what.to_owned() };
            self.all.insert(key, value);
        }
    }

    /// A property as it is compared.
    fn meaning(&self, key: &Key) -> Option<&String> {
        self.meanings.get(key).or_else(|| self.all.get(key))
    }

    fn may_be_stated(&mut self, what: &str, subject: &str, at: Span) {
        self.add(Section::Wording, subject, at, what, "may be stated".to_owned());
    }

    fn title(&mut self, subject: &str, header: &Header) {
        self.add(Section::Wording, subject, header.name_span, "title", header.title.clone());
    }

    fn cites(&mut self, program: &Program, subject: &str, at: Span, cites: &[Citation]) {
        let text = cited(program, cites);
        self.cited.extend(text.clone().map(|text| (subject.to_owned(), text)));
        self.add(Section::Citations, subject, at, "citation", text);
    }

    fn documents(&mut self, program: &Program) {
        for source in program.sources.values() {
            let (name, at) = (&source.header.name, source.header.name_span);
            self.add(Section::Citations, name, at, "source", source.header.display().to_owned());
            self.add(Section::Citations, name, at, "kind", source.kind.clone());
            self.add(Section::Citations, name, at, "in force", period(source.period));
            for (detail, text) in &source.details {
                self.add(Section::Citations, name, at, detail, text.clone());
            }
        }
        for preference in &program.preferences {
            let name = |id| program.sources[id].header.name.as_str();
            let subject = format!("prefer {} over {}", name(preference.preferred), name(preference.over));
            self.add(Section::Wording, &subject, preference.span, "because", preference.because.clone());
            self.cites(program, &subject, preference.span, &preference.cites);
        }
    }

    fn vocabulary(&mut self, program: &Program) {
        for agreement in program.agreements.values() {
            let (name, at) = (&agreement.header.name, agreement.header.name_span);
            self.title(name, &agreement.header);
            self.may_be_stated("agreement", name, at);
        }
        for item in program.enums.values() {
            self.add(
                Section::Wording,
                &item.header.name,
                item.header.name_span,
                "members",
                sorted(item.members.iter().cloned()),
            );
        }
        for fact in program.facts.values() {
            let (path, at, ty) = (fact.path(), fact.header.name_span, &fact.ty);
            self.may_be_stated("fact", &path, at);
            self.add(Section::Wording, &path, at, "question", fact.question.clone());
            self.add(Section::Numbers, &path, at, "type", type_name(program, ty));
            let default = fact.default.as_ref().map(|default| value_text(program, ty, default));
            self.add(Section::Numbers, &path, at, "default", default);
        }
    }

    fn definitions(&mut self, program: &Program) {
        for definition in program.definitions.values() {
            let name = &definition.header.name;
            self.title(name, &definition.header);
            self.cites(program, name, definition.header.name_span, &definition.header.cites);
            for reading in definition.readings.iter().filter(|reading| reading.source.is_some()) {
                let (subject, at) = (format!("{name}.{}", reading.header.name), reading.header.name_span);
                self.add(Section::Citations, &subject, at, "reading", reading.header.display().to_owned());
                self.add(Section::Citations, &subject, at, "in force", period(reading.period));
                self.cites(program, &subject, at, &reading_cites(reading));
                let because = sorted(reading.open.iter().map(|open| open.because.clone()));
                self.add(Section::Wording, &subject, at, "open because", because);
            }
        }
    }

    fn rules(&mut self, program: &Program) {
        for rule in program.rules.values() {
            let (name, at) = (&rule.header.name, rule.header.name_span);
            self.title(name, &rule.header);
            self.cites(program, name, at, &rule.header.cites);
            let key = rule.evidence.as_ref().map(|_| format!("evidence.{name}"));
            self.add(Section::Wording, name, at, "evidence key", key);
            self.add(Section::Wording, name, at, "evidence", rule.evidence.clone());
            match &rule.effect {
                Effect::Prohibit { remedy } => self.add(Section::Wording, name, at, "remedy", remedy.clone()),
                Effect::Exempt { limit } => {
                    self.add(Section::Numbers, name, at, "limit", limit.map(|limit| limit.to_string()));
                }
            }
        }
    }

    fn other_rules(&mut self, program: &Program, sources: &Sources) {
        let reaches = program.reaches.iter().map(|reach| &reach.header);
        for header in reaches.chain(program.reassignments.iter().map(|reassign| &reassign.header)) {
            self.title(&header.name, header);
            self.cites(program, &header.name, header.name_span, &header.cites);
        }
        for advice in program.advice.values() {
            let (name, at) = (&advice.header.name, advice.header.name_span);
            self.title(name, &advice.header);
            self.cites(program, name, at, &advice.header.cites);
            let when = advice.when.as_ref().map(|when| sources.words(when.span));
            self.add(Section::Wording, name, at, "when", when);
            self.add(Section::Wording, name, at, "advice", "is given".to_owned());
            self.add(Section::Wording, name, at, "in force", period(advice.period));
            self.add(Section::Wording, name, at, "products", scope_text(program, &advice.scope));
            self.add(Section::Wording, name, at, "say", speech_text(program, sources, &advice.say));
        }
    }

    fn products(&mut self, program: &Program) {
        for product in program.products.values() {
            let name = &product.header.name;
            self.title(name, &product.header);
            self.may_be_stated("product", name, product.header.name_span);
            product.versions.iter().for_each(|version| self.releases(name, version));
            for (feature, title) in &product.feature_titles {
                let subject = format!("{name}.{feature}");
                self.add(Section::Wording, &subject, product.header.name_span, "title", title.clone());
            }
            let features = product.features.iter();
            let features =
                features.map(|(feature, id)| format!("{feature} of {}", program.functionalities[*id].header.name));
            self.add(Section::Numbers, name, product.header.name_span, "features", sorted(features));
            // What an access asks for that names nothing, and one that is reached.
            let first =
                product.functionalities.first().map(|first| program.functionalities[*first].header.name.clone());
            self.add(Section::Numbers, name, product.header.name_span, "asked for by default", first);
        }
        for (id, functionality) in program.functionalities.iter() {
            let path = program.functionality_path(id);
            self.title(&path, &functionality.header);
            self.may_be_stated("functionality", &path, functionality.header.name_span);
            let below = functionality.adds_to.iter().map(|id| program.functionality_path(*id));
            self.add(Section::Numbers, &path, functionality.header.name_span, "adds to", sorted(below));
        }
    }

    /// The releases of a version; the first names it.
    fn releases(&mut self, product: &str, version: &ProductVersion) {
        let whole = format!("{product} {}", version.labels.join(" also "));
        for label in &version.labels {
            let subject = format!("{product} {label}");
            let first = version.labels.first().filter(|first| *first != label);
            let stated = first.map_or("may be stated".to_owned(), |first| format!("may be stated, as {first}"));
            self.add(Section::Wording, &subject, version.span, "release", stated);
            let from = version.from.map_or("always".to_owned(), |from| from.to_string());
            self.add(Section::Numbers, &subject, version.span, "released", from);
            self.wholes.insert(subject, whole.clone());
        }
    }

    fn license(&mut self, program: &Program, license: &License) {
        let name = &license.header.name;
        self.title(name, &license.header);
        self.cites(program, name, license.header.name_span, &license.header.cites);
        let metrics = license.metrics.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        self.add(Section::Numbers, name, license.header.name_span, "assigned to", metrics);
        for version in &license.versions {
            self.version(program, license, version);
            for clause in &version.provided {
                self.clause(program, name, version, clause);
            }
        }
    }

    fn version(&mut self, program: &Program, of: &License, version: &LicenseVersion) {
        let license = &of.header.name;
        let subject = format!("{license} {}", version.labels.first().map_or("", String::as_str));
        self.wholes.insert(subject.clone(), license.clone());
        if let Some(day) = self.day {
            let on_the_day = match (version.is_sold(day), is_out(program, of, version, day)) {
                (false, _) => "no longer sold",
                (true, false) => "not out yet",
                (true, true) => "out and sold",
            };
            self.add(Section::Numbers, &subject, version.span, "for sale", on_the_day.to_owned());
        }
        let text = |term: &Term| term_text(program, None, term);
        let units = version.units.clone().unwrap_or(Term::Constant(Value::Number(Decimal::ONE)));
        self.add(Section::Numbers, &subject, version.span, "units", text(&units));
        // What a holder takes is at least the minimum, whichever of the two clauses says so.
        let least = Term::Constant(Value::Number(Decimal::from(version.minimum.max(1))));
        let taken = text(&normal(Term::Max(vec![units, least]), &text));
        for what in ["units", "minimum"] {
            let key = Key { section: Section::Numbers, subject: subject.clone(), what: what.to_owned() };
            self.meanings.insert(key, taken.clone());
        }
        self.add(Section::Numbers, &subject, version.span, "pack", version.pack.to_string());
        self.add(Section::Numbers, &subject, version.span, "minimum", version.minimum.to_string());
        self.add(Section::Numbers, &subject, version.span, "sold", period(version.sold));
        let includes = version.includes.iter().map(|(license, rank)| program.license_text(*license, *rank));
        self.add(Section::Numbers, &subject, version.span, "includes", sorted(includes));
    }

    fn clause(&mut self, program: &Program, license: &str, version: &LicenseVersion, clause: &Provided) {
        let (owner, at) = (clause.terms.as_deref().unwrap_or(license), clause.header.name_span);
        let label = version.labels.first().map_or("", String::as_str);
        let whole = format!("{owner}.{}", clause.header.name);
        let part = format!("{license} {label}.{}", clause.header.name);
        self.title(&part, &clause.header);
        let cites = cited(program, &clause.header.cites);
        self.add(Section::Citations, &part, at, "citation", cites.clone());
        self.subjects.entry(whole.clone()).or_insert(at);
        if let Some(cites) = cites {
            let is_other = self.cited.get(&whole).is_some_and(|known| *known != cites);
            self.cited.insert(if is_other { part.clone() } else { whole.clone() }, cites);
        }
        self.wholes.insert(part, whole);
    }
}

/// The products that a rule speaks of; none where it speaks of all.
pub(super) fn scope_text(program: &Program, scope: &Scope) -> Option<String> {
    let names = |products: &[ProductId]| sorted(products.iter().map(|id| program.products[*id].header.name.clone()));
    let only = scope.only.as_deref().map(|only| format!("for {}", names(only).unwrap_or_default()));
    let except = names(&scope.except).map(|except| format!("except {except}"));
    let parts: Vec<String> = [only, except].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A list in one order, whatever order it was written in; none if it is empty.
fn sorted(items: impl Iterator<Item = String>) -> Option<String> {
    let mut items: Vec<String> = items.collect();
    items.sort();
    (!items.is_empty()).then(|| items.join(", "))
}

/// A type in the words of the language; of enums it is the members that count, not what they are called together.
pub(crate) fn type_name(program: &Program, ty: &Type) -> String {
    let name = match ty {
        Type::Bool => "bool",
        Type::Int => "int",
        Type::Number => "number",
        Type::Money => "money",
        Type::Date => "date",
        Type::Text | Type::Reference => "text",
        Type::Enum(_) => "enum",
        Type::Version(VersionLine::Product(product)) => {
            return format!("version of {}", program.products[*product].header.name);
        }
        Type::Version(VersionLine::Suite(suite)) => {
            return format!("version of {}", program.licenses[*suite].header.name);
        }
        Type::Product => "product",
        Type::License => "license",
        Type::Agreement => "agreement",
        Type::Functionality => "functionality",
        Type::Metric => "metric",
        Type::HostKind => "kind of host",
    };
    name.to_owned()
}

/// A period in words; none where it has no bounds.
pub(super) fn period(period: Period) -> Option<String> {
    let bound = |word: &str, day: Option<Date>| day.map(|day| format!("{word} {day}"));
    let bounds: Vec<String> =
        [bound("from", period.from), bound("until", period.until)].into_iter().flatten().collect();
    (!bounds.is_empty()).then(|| bounds.join(" "))
}
