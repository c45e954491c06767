//! Definitions: their readings, what they are about, and that they do not go in circles.

use super::Checker;
use super::clauses::{period_of, when_of};
use super::cycles::{Edge, walk};
use super::expressions::{Reads, word_alone};
use super::facts::id_at;
use super::places::Place;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Condition, Definition, DefinitionId, Entity, Header, Id, Open, Reading, SourceId};
use crate::resolve::Thing;
use crate::source::Span;
use crate::syntax::ast::{Clause, ClauseKind, Expr, ExprKind, Item, Word};
use crate::syntax::nesting::DEEPEST;
use std::collections::{BTreeMap, BTreeSet};

/// What a definition is about.
#[derive(Debug, Clone, Default)]
pub(super) struct Subject {
    /// What it is said of; `None` where an error hides it.
    pub entity: Option<Entity>,
    /// All that it reads, through other definitions too.
    pub reads: Reads,
}

impl<'a> Checker<'a> {
    pub(super) fn definitions(&mut self) {
        self.extensions();
        let edges = self.definition_edges();
        let walk = walk(&edges);
        let names = self.names;
        let name = |id: DefinitionId| names.definitions.get(id.place()).map_or("", |item| &item.name.text).to_owned();
        // How deep a circle goes is nothing to be told beside it.
        let circular: BTreeSet<DefinitionId> = walk.circles.iter().flatten().map(|edge| edge.from).collect();
        let words = ("definitions read each other in a circle", "reads", "let one of them say what it means by itself");
        self.circles(Code::DefinitionCycle, walk.circles, words, name);
        let walked: BTreeSet<DefinitionId> = walk.order.iter().copied().collect();
        let unread = (0..names.definitions.len()).map(id_at).filter(|id| !walked.contains(id));
        let order: Vec<DefinitionId> = walk.order.iter().copied().chain(unread).collect();
        let mut checked: BTreeMap<DefinitionId, Definition> = BTreeMap::new();
        let mut depths = BTreeMap::new();
        for id in order {
            if let Some(item) = names.definitions.get(id.place()) {
                if !circular.contains(&id) {
                    let depth = self.depth(item, &depths);
                    depths.insert(id, depth);
                }
                checked.insert(id, self.definition(id, item));
            }
        }
        for definition in checked.into_values() {
            self.program.definitions.add(definition);
        }
    }

    /// Which definition reads which, as written.
    fn definition_edges(&self) -> Vec<Edge<DefinitionId>> {
        let mut edges = Vec::new();
        for (place, item) in self.names.definitions.iter().enumerate() {
            let read = self.definitions_read(item).into_iter();
            edges.extend(read.map(|(to, word, _)| Edge { from: id_at(place), to, span: word.span }));
        }
        edges
    }

    /// The definitions that a definition reads, each with the word that names it and how deep that stands in a condition.
    fn definitions_read(&self, item: &'a Item) -> Vec<(DefinitionId, &'a Word, usize)> {
        let mut words = Vec::new();
        self.bodies(item).into_iter().flat_map(conditions_in).for_each(|expr| defined_words(expr, 1, &mut words));
        let read = words.into_iter().filter_map(|(word, depth)| match self.names.get(&word.text) {
            Some(Thing::Definition(to)) => Some((to, word, depth)),
            _ => None,
        });
        read.collect()
    }

    /// How deep the conditions of a definition go through the definitions that they read, whose depths are known: evaluating
    /// them recurses as deep. Reports one that goes too deep.
    fn depth(&mut self, item: &'a Item, depths: &BTreeMap<DefinitionId, usize>) -> usize {
        let read = self.definitions_read(item).into_iter();
        let deepest = read.map(|(to, word, depth)| (depth + depths.get(&to).unwrap_or(&0), word));
        let Some((depth, word)) = deepest.max_by_key(|(depth, _)| *depth) else { return 0 };
        if depth <= DEEPEST {
            return depth;
        }
        let message = format!("with the definitions that it reads, this nests more than {DEEPEST} deep");
        let error = Diagnostic::error(Code::TooDeep, message).at(word.span, "one level too many");
        self.report(error.help("let one of them say itself what those below it say"));
        0
    }

    /// The clauses of a definition's body, and those of each of its readings.
    fn bodies(&self, item: &'a Item) -> Vec<&'a [Clause]> {
        let readings = self.reading_clauses(item).into_iter().filter_map(|(_, clause)| match &clause.kind {
            ClauseKind::Reading { clauses, .. } => Some(clauses.as_slice()),
            _ => None,
        });
        std::iter::once(item.clauses.as_slice()).chain(readings).collect()
    }

    /// The readings of a definition with their sources, those of its extensions last.
    fn reading_clauses(&self, item: &'a Item) -> Vec<(&'a Word, &'a Clause)> {
        let clauses = self.with_extensions(item).flat_map(|item| &item.clauses);
        let readings = clauses.filter_map(|clause| match &clause.kind {
            ClauseKind::Reading { source, .. } => Some((source, clause)),
            _ => None,
        });
        readings.collect()
    }

    fn definition(&mut self, id: DefinitionId, item: &'a Item) -> Definition {
        let header = self.extended(item);
        let clauses = self.reading_clauses(item);
        let mut about = About {
            reads: Reads::new(),
            direct: BTreeSet::new(),
            whole: true,
            shaped: self.bodies(item).into_iter().any(says_something),
        };
        let mut readings = Vec::new();
        if has_body(item) {
            readings.push(self.reading(None, header.clone(), &item.clauses, &mut about));
        }
        self.shape(item, &clauses);
        let mut met = BTreeMap::new();
        for (source, clause) in clauses {
            let is_new = self.once(&mut met, source, "a reading");
            let reading = self.sourced_reading(source, clause, &mut about);
            readings.extend(reading.filter(|_| is_new));
        }
        let entity = self.subject_of(item, &about);
        self.subjects.insert(id, Subject { entity, reads: about.reads });
        Definition { header, subject: entity.unwrap_or(Entity::Access), readings }
    }

    /// A definition has a body or readings, and not both.
    fn shape(&mut self, item: &Item, readings: &[(&Word, &Clause)]) {
        let name = &item.name;
        match (has_body(item), readings.first()) {
            (true, Some((_, reading))) => {
                let message = format!("`{}` has a body of its own, and readings too", name.text);
                let error = Diagnostic::error(Code::DefinitionShape, message).at(reading.span, "a reading");
                let error = error.because(name.span, "the definition says by itself when it is met");
                self.report(error.help("put the body into a reading, with the source that says so"));
            }
            (false, None) if !self.names.is_broken(&name.text) => {
                let message = format!("`{}` does not say when it is met", name.text);
                let error =
                    Diagnostic::error(Code::DefinitionShape, message).at(name.span, "neither a body nor readings");
                self.report(error.help("add `when …`, or `reading SOURCE { when … }`"));
            }
            _ => {}
        }
    }

    fn sourced_reading(&mut self, source: &Word, clause: &Clause, about: &mut About) -> Option<Reading> {
        let ClauseKind::Reading { title, cites, clauses, .. } = &clause.kind else { return None };
        let header = self.clause_header(clause, source, title.as_ref(), cites);
        let found = self.find::<SourceId>(source);
        let reading = self.reading(found, header, clauses, about);
        found.map(|_| reading)
    }

    fn reading(&mut self, source: Option<SourceId>, header: Header, clauses: &[Clause], about: &mut About) -> Reading {
        let period = self.period(period_of(clauses));
        let when = when_of(clauses).and_then(|expr| self.defining(expr, about));
        let mut open = Vec::new();
        for clause in clauses {
            if let ClauseKind::Open { when, because } = &clause.kind {
                let when = when.as_ref().and_then(|expr| self.defining(expr, about));
                open.push(Open { when, because: because.text.clone(), span: clause.span });
            }
        }
        Reading { source, header, period, when, open }
    }

    /// A condition of a definition, whose reads are added up.
    fn defining(&mut self, expr: &Expr, about: &mut About) -> Option<Condition> {
        let condition = self.condition(&Place::definition(), expr);
        match &condition {
            Some(_) if self.reads_the_unsettled(expr) => about.whole = false,
            Some(condition) => {
                for (entity, span) in self.heads_read(condition) {
                    about.reads.entry(entity).or_insert(span);
                }
                about.direct.extend(self.reads(condition).into_keys());
            }
            None => about.whole = false,
        }
        condition
    }

    /// Whether it reads a definition that is in error, and so about nothing yet: one of a circle, say.
    fn reads_the_unsettled(&self, expr: &Expr) -> bool {
        let mut words = Vec::new();
        defined_words(expr, 1, &mut words);
        words.iter().any(|(word, _)| match self.names.get(&word.text) {
            Some(Thing::Definition(id)) => self.subjects.get(&id).is_none_or(|subject| subject.entity.is_none()),
            _ => false,
        })
    }

    /// The one entity read beside agreement and estate; an access where there are several.
    fn subject_of(&mut self, item: &Item, about: &About) -> Option<Entity> {
        let mut entities = about.direct.iter().filter(|entity| !matches!(entity, Entity::Agreement | Entity::Estate));
        match (about.whole, entities.next(), entities.next()) {
            (_, Some(_), Some(_)) => Some(Entity::Access),
            (true, Some(only), None) => Some(*only),
            (false, ..) => None,
            (true, None, _) => {
                let error = Diagnostic::error(Code::DefinitionShape, format!("`{}` is about nothing", item.name.text))
                    .at(item.name.span, "none of its conditions reads a user, device, server, host or access")
                    .help("let a reading say what it depends on, such as `when user.relation is employee`");
                if about.shaped && !self.names.is_broken(&item.name.text) {
                    self.report(error);
                }
                None
            }
        }
    }

    /// A definition must be asked of what it is about; reports if not.
    pub(super) fn subject_is(
        &mut self,
        definition: DefinitionId,
        entity: Entity,
        (span, name): (Span, &Word),
    ) -> Option<()> {
        let Some(Subject { entity: Some(subject), reads }) = self.subjects.get(&definition) else { return Some(()) };
        if *subject == entity {
            return Some(());
        }
        let (subject, said) = (*subject, entity.text());
        let mut error = Diagnostic::error(
            Code::WrongSubject,
            format!("`{}` is said of {}, not of {}", name.text, with_article(subject), with_article(entity)),
        )
        .at(span, format!("`{said}` stands here"));
        for (read, place) in reads.iter().filter(|(read, _)| !matches!(read, Entity::Agreement | Entity::Estate)) {
            error = error.because(*place, format!("it reads `{}` here", read.text()));
        }
        self.fail(error.help(format!("write `{} is {}`", subject.text(), name.text)))
    }
}

/// What the conditions of a definition read, and whether all of them could be checked.
struct About {
    reads: Reads,
    direct: BTreeSet<Entity>,
    whole: bool,
    /// Whether any body or reading says something at all.
    shaped: bool,
}

/// An entity in prose.
pub(super) fn with_article(entity: Entity) -> &'static str {
    match entity {
        Entity::User => "a user",
        Entity::Device => "a device",
        Entity::Server => "a server",
        Entity::Host => "a host",
        Entity::Access => "an access",
        Entity::License => "a licence",
        Entity::Absence => "an absence",
        Entity::Agreement => "the agreement",
        Entity::Estate => "the estate",
    }
}

fn has_body(item: &Item) -> bool {
    says_something(&item.clauses)
}

fn says_something(clauses: &[Clause]) -> bool {
    clauses.iter().any(|clause| matches!(clause.kind, ClauseKind::When(_) | ClauseKind::Open { .. }))
}

fn conditions_in(clauses: &[Clause]) -> impl Iterator<Item = &Expr> {
    clauses.iter().filter_map(|clause| match &clause.kind {
        ClauseKind::When(expr) => Some(expr),
        ClauseKind::Open { when, .. } => when.as_ref(),
        _ => None,
    })
}

/// The names on the right of `ENTITY is NAME` in an expression, each with how deep it stands.
fn defined_words<'e>(expr: &'e Expr, depth: usize, words: &mut Vec<(&'e Word, usize)>) {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            for part in parts {
                defined_words(part, depth + 1, words);
            }
        }
        ExprKind::Not(inner) => defined_words(inner, depth + 1, words),
        ExprKind::Is { left, right, .. } => {
            let is_entity = word_alone(left).is_some_and(|word| Entity::of(&word.text).is_some());
            words.extend(word_alone(right).filter(|_| is_entity).map(|word| (word, depth)));
        }
        ExprKind::Order { .. } | ExprKind::In { .. } | ExprKind::Arithmetic { .. } | ExprKind::Call { .. } => {}
        ExprKind::Count(_) | ExprKind::BreakEven(..) | ExprKind::Path { .. } => {}
        ExprKind::Number(_) | ExprKind::Date(_) | ExprKind::Text(_) => {}
    }
}
