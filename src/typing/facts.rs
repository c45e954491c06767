//! Enums, agreements and the facts that an estate may state.

use super::Checker;
use super::fields;
use super::places::Place;
use super::terms::Expected;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::program::{Agreement, Entity, Enum, EnumId, Fact, Header, Id, ProductId};
use crate::resolve::{Thing, reserved, twice};
use crate::source::Span;
use crate::syntax::ast::{Clause, ClauseKind, Expr, Item, Word};
use crate::value::{Type, Value, VersionLine};
use std::collections::BTreeMap;

/// What facts are stated of.
fn with_facts() -> impl Iterator<Item = &'static str> {
    Entity::ALL.into_iter().filter(|entity| *entity != Entity::Agreement).map(Entity::text)
}

/// The entities that a word which names none may have been meant to name.
fn meant(word: &Word) -> Vec<Entity> {
    match (Entity::of(&word.text), nearest(&word.text, with_facts()).and_then(Entity::of)) {
        (Some(_), _) => Vec::new(),
        (None, Some(near)) => vec![near],
        (None, None) => with_facts().filter_map(Entity::of).collect(),
    }
}

/// The types that are no one's declaration.
const BASIC_TYPES: [(&str, Type); 6] = [
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("number", Type::Number),
    ("money", Type::Money),
    ("date", Type::Date),
    ("text", Type::Text),
];

impl<'a> Checker<'a> {
    pub(super) fn agreements(&mut self) {
        for item in &self.names.agreements {
            let header = self.header(item);
            self.program.agreements.add(Agreement { header });
        }
    }

    pub(super) fn enums(&mut self) {
        for item in &self.names.enums {
            let members = self.members(item);
            let header = self.extended(item);
            self.program.enums.add(Enum { header, members });
        }
    }

    /// The members of an enum, those of its extensions last.
    fn members(&mut self, item: &'a Item) -> Vec<String> {
        let mut first: BTreeMap<&str, &Word> = BTreeMap::new();
        let mut members = Vec::new();
        for member in self.with_extensions(item).flat_map(|item| &item.clauses).filter_map(member) {
            self.diagnostics.extend(reserved(member));
            match first.get(member.text.as_str()) {
                Some(earlier) => self.report(twice(member, earlier, "a member")),
                None => {
                    first.insert(&member.text, member);
                    members.push(member.text.clone());
                }
            }
        }
        if members.is_empty() && !self.names.is_broken(&item.name.text) {
            let error = Diagnostic::error(Code::MissingClause, format!("the enum `{}` has no members", item.name.text));
            self.report(error.at(item.name.span, "no fact could have it as its type").help("name at least one member"));
        }
        members
    }

    pub(super) fn member(&self, id: EnumId, name: &str) -> Option<u32> {
        let place = self.program.enums[id].members.iter().position(|member| member == name)?;
        u32::try_from(place).ok()
    }

    /// Where a member of an enum is declared.
    pub(super) fn member_span(&self, id: EnumId, name: &str) -> Option<Span> {
        let item = self.names.enums.get(id.place())?;
        let mut members = self.with_extensions(item).flat_map(|item| &item.clauses).filter_map(member);
        members.find(|member| member.text == name).map(|member| member.span)
    }

    /// The enums with a member of this name.
    pub(super) fn enums_with(&self, member: &str) -> Vec<EnumId> {
        self.program.enums.ids().filter(|id| self.member(*id, member).is_some()).collect()
    }

    pub(super) fn facts(&mut self) {
        for item in &self.names.facts {
            let entity = self.entity_with_facts(&item.name);
            for clause in &item.clauses {
                if let ClauseKind::Fact { name, ty, default, question } = &clause.kind {
                    // Who meant another entity did declare its facts.
                    self.facts_in_error.extend(meant(&item.name).into_iter().map(|meant| (meant, name.text.as_str())));
                    self.fact(entity, clause, (name, ty), default.as_ref(), question.as_ref());
                }
            }
        }
    }

    fn entity_with_facts(&mut self, name: &Word) -> Option<Entity> {
        match Entity::of(&name.text) {
            Some(Entity::Agreement) => {
                let error = Diagnostic::error(Code::WrongKind, "an estate states no facts of its agreement");
                self.fail(error.at(name.span, "not something with facts").help("declare them under `facts estate`"))
            }
            Some(entity) => Some(entity),
            None => {
                let error =
                    Diagnostic::error(Code::UnknownName, format!("an estate has nothing called `{}`", name.text));
                let label = format!("facts are stated of {}", super::quoted(with_facts(), "and"));
                let error = error.at(name.span, label).suggest(&name.text, with_facts());
                self.fail(match error.help {
                    Some(_) => error,
                    None => error.help("write `facts user` for what is said of people, and the others likewise"),
                })
            }
        }
    }

    fn fact(
        &mut self,
        entity: Option<Entity>,
        clause: &Clause,
        (name, ty): (&'a Word, &Word),
        default: Option<&Expr>,
        question: Option<&Word>,
    ) {
        self.diagnostics.extend(reserved(name));
        let ty = self.fact_type(ty);
        let default = default.zip(ty.as_ref()).and_then(|(default, ty)| self.default(default, ty, name));
        let Some(entity) = entity else { return };
        let Some(ty) = ty else {
            self.facts_in_error.insert((entity, &name.text));
            return;
        };
        let header = self.clause_header(clause, name, None, &[]);
        let question = question.map(|question| question.text.clone());
        self.add_fact(name, Fact { header, entity, ty, default, question });
    }

    fn add_fact(&mut self, name: &'a Word, fact: Fact) {
        let entity = fact.entity;
        if fields::is_taken(entity, &name.text) {
            self.facts_in_error.insert((entity, &name.text));
            let (what, help) = match fields::unread(entity, &name.text) {
                Some(what) => (what, "choose another name, stated beside this one: no condition can read this one"),
                None => ("built in", "choose another name"),
            };
            let error = Diagnostic::error(Code::DuplicateName, format!("`{}` is {what}", fact.path()));
            return self.report(error.at(name.span, "declared again here").help(help));
        }
        if let Some(earlier) = self.facts.get(&(entity, name.text.as_str())) {
            let header: &Header = &self.program.facts[*earlier].header;
            let first = Word { text: header.name.clone(), span: header.name_span };
            return self.report(twice(name, &first, "a fact"));
        }
        let id = self.program.facts.add(fact);
        self.facts.insert((entity, &name.text), id);
    }

    fn fact_type(&mut self, word: &Word) -> Option<Type> {
        if let Some((_, ty)) = BASIC_TYPES.iter().find(|(name, _)| *name == word.text) {
            return Some(ty.clone());
        }
        self.name_item(word);
        match self.names.get(&word.text) {
            Some(Thing::Product(id)) => Some(Type::Version(VersionLine::Product(id))),
            Some(Thing::Enum(id)) => Some(Type::Enum(id)),
            None if self.names.is_broken(&word.text) => None,
            None => self.fail(self.unknown_type(word)),
            Some(_) => self.find::<EnumId>(word).map(Type::Enum),
        }
    }

    fn unknown_type(&self, word: &Word) -> Diagnostic {
        let basic = BASIC_TYPES.iter().map(|(name, _)| *name);
        let declared = self.names.all::<EnumId>().chain(self.names.all::<ProductId>());
        let error = Diagnostic::error(Code::UnknownName, format!("there is no type called `{}`", word.text))
            .at(word.span, "neither a type of the language nor an enum")
            .suggest(&word.text, basic.clone().chain(declared));
        match error.help {
            Some(_) => error,
            None => error.help(format!("write {}, the name of an enum, or a product for its versions", {
                super::quoted(basic, "or")
            })),
        }
    }

    /// A default is a value, not something to be worked out.
    fn default(&mut self, default: &Expr, ty: &Type, name: &Word) -> Option<Value> {
        let typed = self.term(&Place::value(), default, Expected::Like(ty, name.span))?;
        self.constant_of_type(typed, ty, name.span)
    }

    /// Extensions of what is neither a definition nor an enum, and clauses that do not fit what is extended.
    pub(super) fn extensions(&mut self) {
        for item in &self.names.extensions {
            self.name_item(&item.name);
            match self.names.get(&item.name.text) {
                Some(Thing::Definition(_)) => {
                    self.only_clauses(item, "readings", |kind| matches!(kind, ClauseKind::Reading { .. }))
                }
                Some(Thing::Enum(_)) => {
                    self.only_clauses(item, "members", |kind| matches!(kind, ClauseKind::Member(_)));
                }
                _ => {
                    self.cannot_extend(item);
                    self.citations(&item.cites);
                }
            }
        }
    }

    /// What may be extended, and its extensions.
    pub(super) fn with_extensions(&self, item: &'a Item) -> impl Iterator<Item = &'a Item> + use<'a> {
        let extensions = self.names.extensions.iter().filter(move |extension| extension.name.text == item.name.text);
        std::iter::once(item).chain(extensions.copied())
    }

    /// The header of what may be extended: it rests on what its extensions cite, too.
    pub(super) fn extended(&mut self, item: &'a Item) -> Header {
        let mut header = self.header(item);
        let extensions = self.with_extensions(item).skip(1);
        header.cites.extend(extensions.flat_map(|extension| self.citations(&extension.cites)));
        header
    }

    fn only_clauses(&mut self, item: &Item, what: &str, fits: impl Fn(&ClauseKind) -> bool) {
        let declared = self.names.item(&item.name.text);
        for clause in item.clauses.iter().filter(|clause| !fits(&clause.kind)) {
            let error = Diagnostic::error(Code::MisplacedClause, format!("`{}` takes only {what}", item.name.text))
                .at(clause.span, format!("not one of the {what}"));
            let declared = declared.map(|declared| (declared.name.span, crate::resolve::noun(declared.keyword)));
            self.report(match declared {
                Some((span, noun)) => error.because(span, format!("declared here as {noun}")),
                None => error,
            });
        }
    }

    fn cannot_extend(&mut self, item: &Item) {
        let (name, names) = (&item.name, self.names);
        let extensible = || names.all::<crate::program::DefinitionId>().chain(names.all::<EnumId>());
        let error = match names.item(&name.text) {
            None if names.is_broken(&name.text) => return,
            None => Diagnostic::error(Code::UnknownName, format!("there is nothing called `{}` to extend", name.text))
                .at(name.span, "not declared in any file"),
            Some(declared) => {
                let noun = crate::resolve::noun(declared.keyword);
                Diagnostic::error(Code::WrongKind, format!("`{}` is {noun}, which cannot be extended", name.text))
                    .at(name.span, "only definitions and enums can be extended")
                    .because(declared.name.span, format!("declared here as {noun}"))
            }
        };
        self.report(error.suggest(&name.text, extensible()));
    }
}

fn member(clause: &Clause) -> Option<&Word> {
    match &clause.kind {
        ClauseKind::Member(word) => Some(word),
        _ => None,
    }
}

/// The id of the thing at a place in a list of [`crate::resolve::Names`].
pub(super) fn id_at<I: Id>(place: usize) -> I {
    I::at(u32::try_from(place).unwrap_or(u32::MAX))
}
