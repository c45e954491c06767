//! The documents that a position rests on, and what of the policies cites which place in them.

use crate::judge::judgement::Judgement;
use crate::program::{Citation, Header, Program, SourceId};
use crate::report::json::Context;
use crate::report::table::{Cell, Kind, Table};
use crate::report::wording::{clauses, kinds};
use std::collections::BTreeMap;

use Kind::{Date as Day, Text};

/// A row per document that the position rests on.
pub fn sources(context: &Context<'_>, judgement: &Judgement) -> Table {
    let program = context.program;
    let resting = resting_on(program, judgement);
    let documents: BTreeMap<&str, SourceId> =
        resting.iter().map(|(_, cite)| (program.sources[cite.source].header.name.as_str(), cite.source)).collect();
    let rows = documents.into_iter().map(|(name, id)| {
        let document = &program.sources[id];
        let details: Vec<String> = document.details.iter().map(|(key, value)| format!("{key}: {value}")).collect();
        vec![
            Cell::words(name),
            Cell::words(document.header.display()),
            Cell::maybe(document.kind.as_deref()),
            Cell::day(document.period.from),
            Cell::day(document.period.until),
            Cell::words(details.join("; ")),
        ]
    });
    Table {
        title: "Sources",
        about: "The documents that this position rests on".to_owned(),
        columns: vec![
            ("Source", Text),
            ("Title", Text),
            ("Sort", Text),
            ("In force from", Day),
            ("Until", Day),
            ("Details", Text),
        ],
        rows: rows.collect(),
    }
}

/// A row per place in those documents, with what cites it.
pub fn citations(context: &Context<'_>, judgement: &Judgement) -> Table {
    let program = context.program;
    let mut cited: BTreeMap<(&str, Option<String>), Vec<String>> = BTreeMap::new();
    for (what, cite) in resting_on(program, judgement) {
        let citing = cited.entry((program.sources[cite.source].header.name.as_str(), cite.section)).or_default();
        if !citing.contains(&what) {
            citing.push(what);
        }
    }
    let rows = cited.into_iter();
    let rows = rows.map(|((source, section), citing)| {
        vec![Cell::words(source), Cell::maybe(section), Cell::words(citing.join(", "))]
    });
    Table {
        title: "Citations",
        about: "What of the policies cites which section".to_owned(),
        columns: vec![("Source", Text), ("Section", Text), ("Cited by", Text)],
        rows: rows.collect(),
    }
}

/// Everything in force that the position shows, with its citations.
fn resting_on(program: &Program, judgement: &Judgement) -> Vec<(String, Citation)> {
    let mut all: Vec<(String, Citation)> = Vec::new();
    let mut read = Vec::new();
    let mut cite = |what: String, header: &Header| {
        all.extend(header.cites.iter().map(|citation| (what.clone(), citation.clone())));
    };
    for (definition, source) in &judgement.readings {
        let definition = &program.definitions[*definition];
        if let Some(reading) = definition.readings.iter().find(|reading| reading.source == *source) {
            cite(definition.header.name.clone(), &reading.header);
            let own = source.map(|source| Citation { source, section: reading.header.title.clone() });
            read.extend(own.map(|own| (definition.header.name.clone(), own)));
        }
    }
    let rules = judgement.exemptions.iter().map(|count| count.rule);
    for rule in rules.chain(judgement.prohibitions.iter().map(|count| count.rule)) {
        cite(program.rules[rule].header.name.clone(), &program.rules[rule].header);
    }
    for (license, rank) in kinds(judgement) {
        let header = &program.licenses[license].header;
        cite(header.name.clone(), header);
        for clause in clauses(program, license, rank, judgement.as_of) {
            cite(format!("{}.{}", header.name, clause.name), clause);
        }
    }
    for advised in &judgement.advice {
        let header = &program.advice[advised.rule].header;
        cite(header.name.clone(), header);
    }
    all.extend(read);
    all
}
