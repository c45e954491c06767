//! The tables of a position: what markdown, HTML and workbooks all show.
//!
//! Every figure is the judgement's own. What only the estate or the policies know (documents of holdings, titles,
//! citations) stands beside it.

mod documents;

pub use documents::{citations, sources};

use super::json::{Context, unknown};
use super::table::{Cell, Kind, Table};
use super::wording::{
    accesses, asked, clauses, few, helpers, kinds, means, of_the_dearest, opening, proven, unmet_under,
};
use crate::estate::Heads;
use crate::judge::judgement::{Assignment, Judgement, Range};
use crate::position::build::DemandOf;
use crate::program::{Header, Program};

use Kind::{Date as Day, Money, Number, Text};

/// What makes a table of a position.
pub type Making = fn(&Context<'_>, &Judgement) -> Table;

/// Pairs of what a report is about: the estate, the day, what applies, the answer and what it rests on.
pub fn summary(context: &Context<'_>, judgement: &Judgement) -> Vec<(String, Cell)> {
    let program = context.program;
    let agreement = judgement.agreement.map_or("none", |id| program.agreements[id].header.display());
    let mut pairs = vec![
        ("Answer".to_owned(), Cell::words(opening(context, judgement))),
        ("Estate".to_owned(), Cell::maybe(context.estate.name.clone())),
        ("As of".to_owned(), Cell::Date(judgement.as_of)),
        ("Agreement".to_owned(), Cell::words(agreement)),
    ];
    for (definition, source) in &judgement.readings {
        if let Some(source) = source {
            let term = program.definitions[*definition].header.display();
            pairs.push((format!("\"{term}\" as in"), Cell::words(program.sources[*source].header.display())));
        }
    }
    pairs.push(("Status".to_owned(), Cell::words(judgement.status.text())));
    let Range { low, high, .. } = judgement.cost;
    let what = if judgement.unmet.is_empty() { "Cost" } else { "Cost of what can be met" };
    match low == high {
        true => pairs.push((what.to_owned(), Cell::Money(high))),
        false => {
            pairs.extend([(format!("{what}, least"), Cell::Money(low)), (format!("{what}, most"), Cell::Money(high))])
        }
    }
    pairs.extend([
        ("Accesses".to_owned(), Cell::words(accesses(judgement))),
        ("Proof".to_owned(), Cell::words(proven(context, judgement))),
        ("Policies".to_owned(), Cell::words(&context.policies.origin)),
        ("SHA-256 of the policies".to_owned(), Cell::words(&context.policies.sha256)),
    ]);
    pairs.retain(|(_, cell)| *cell != Cell::Blank);
    pairs
}

/// A row per licence line.
pub fn licenses(context: &Context<'_>, judgement: &Judgement) -> Table {
    let program = context.program;
    let rows = judgement.licenses.iter().map(|line| {
        vec![
            Cell::words(&program.licenses[line.of.license].header.name),
            Cell::words(line.of.version_text(program)),
            Cell::words(line.of.metric.text()),
            Cell::Count(line.owned),
            Cell::Count(line.used),
            Cell::Count(line.buy),
            Cell::Count(line.spare),
            line.unit_price.map_or_else(|| Cell::words("not for sale"), Cell::Money),
            Cell::Money(line.cost),
        ]
    });
    Table {
        title: "Position",
        about: format!("Licences owned, used and to be bought{}", of_the_dearest(judgement)),
        columns: vec![
            ("Licence", Text),
            ("Version", Text),
            ("Per", Text),
            ("Owned", Number),
            ("Used", Number),
            ("Buy", Number),
            ("Spare", Number),
            ("Each", Money),
            ("Cost", Money),
        ],
        rows: rows.collect(),
    }
}

/// A row per demand, with what meets it.
pub fn demands(context: &Context<'_>, judgement: &Judgement) -> Table {
    let (program, estate) = (context.program, context.estate);
    let rows = judgement.demands().into_iter().map(|line| {
        let met = if line.met_by.is_empty() { "nothing".to_owned() } else { means(program, &line.met_by) };
        let DemandOf { server, user, device, functionality } = line.of;
        let (user, device) = (user.map(|row| &estate.users[row]), device.map(|row| &estate.devices[row]));
        vec![
            Cell::words(&*estate.servers[server].id),
            Cell::maybe(user.map(|row| &*row.id)),
            Cell::maybe(device.map(|row| &*row.id)),
            Cell::heads(user.or(device).map_or(Heads::Count(1), |row| row.count)),
            Cell::words(program.functionality_path(functionality)),
            Cell::words(met),
        ]
    });
    Table {
        title: "Demands",
        about: format!("What each access demands, and what meets it{}", of_the_dearest(judgement)),
        columns: vec![
            ("Server", Text),
            ("User", Text),
            ("Device", Text),
            ("Heads", Number),
            ("Demands", Text),
            ("Met by", Text),
        ],
        rows: rows.collect(),
    }
}

/// A row per holding, with its document.
pub fn holdings(context: &Context<'_>, judgement: &Judgement) -> Table {
    let (program, estate) = (context.program, context.estate);
    let rows = estate.holdings.iter().map(|(_, holding)| {
        let license = &program.licenses[holding.license];
        vec![
            Cell::words(&license.header.name),
            Cell::maybe(holding.version.map(|rank| program.version_label(license.line, rank))),
            Cell::words(holding.metric.text()),
            Cell::Count(holding.quantity),
            Cell::maybe(holding.assigned_to.map(|holder| estate.id(holder).as_ref())),
            Cell::day(holding.sa_until),
            Cell::day(holding.acquired),
            Cell::words(if holding.is_owned(judgement.as_of) { "yes" } else { "not yet acquired" }),
            Cell::maybe(holding.document.as_deref()),
            Cell::words(context.sources.place(holding.span)),
        ]
    });
    Table {
        title: "Holdings",
        about: "Licences held, with their proofs of purchase".to_owned(),
        columns: vec![
            ("Licence", Text),
            ("Version", Text),
            ("Per", Text),
            ("Quantity", Number),
            ("Assigned to", Text),
            ("Assured until", Day),
            ("Acquired", Day),
            ("Counted", Text),
            ("Document", Text),
            ("Stated at", Text),
        ],
        rows: rows.collect(),
    }
}

/// A row per exemption in force.
pub fn exemptions(context: &Context<'_>, judgement: &Judgement) -> Table {
    let rows = judgement.exemptions.iter().map(|count| {
        let rule = &context.program.rules[count.rule];
        let evidence = context.estate.evidence.get(&count.rule).map(|told| told.value.as_str());
        vec![
            Cell::words(&rule.header.name),
            Cell::words(rule.header.display()),
            Cell::Count(count.accesses),
            count.places.map_or(Cell::Blank, Cell::Count),
            Cell::maybe(evidence),
            Cell::words(cites_of(context.program, &rule.header)),
        ]
    });
    Table {
        title: "Exemptions",
        about: "Exemptions in force, and how many accesses each lifts".to_owned(),
        columns: vec![
            ("Exemption", Text),
            ("Title", Text),
            ("Accesses", Number),
            ("Places used", Number),
            ("Evidence", Text),
            ("Source", Text),
        ],
        rows: rows.collect(),
    }
}

/// A row per prohibition that some access meets.
pub fn prohibitions(context: &Context<'_>, judgement: &Judgement) -> Table {
    let rows = judgement.prohibitions.iter().map(|count| {
        let rule = &context.program.rules[count.rule];
        vec![
            Cell::words(&rule.header.name),
            Cell::words(rule.header.display()),
            Cell::Count(count.accesses),
            Cell::maybe(rule.remedy()),
            Cell::words(cites_of(context.program, &rule.header)),
        ]
    });
    Table {
        title: "Prohibited",
        about: "What no licence allows, and what to do about it".to_owned(),
        columns: vec![("Prohibition", Text), ("Title", Text), ("Accesses", Number), ("Remedy", Text), ("Source", Text)],
        rows: rows.collect(),
    }
}

/// A row per demand that nothing meets.
pub fn unmet(context: &Context<'_>, judgement: &Judgement) -> Table {
    let rows = judgement.unmet.iter().map(|unmet| {
        vec![
            Cell::words(&*unmet.server),
            Cell::maybe(unmet.user.as_deref()),
            Cell::maybe(unmet.device.as_deref()),
            Cell::words(context.program.functionality_path(unmet.functionality)),
            Cell::words(&unmet.because),
            Cell::maybe(helpers(context.program, unmet)),
        ]
    });
    Table {
        title: "Unmet",
        about: "Demands that nothing owned or for sale meets".to_owned(),
        columns: vec![
            ("Server", Text),
            ("User", Text),
            ("Device", Text),
            ("Demands", Text),
            ("Because", Text),
            ("With a price, met by", Text),
        ],
        rows: rows.collect(),
    }
}

/// A row per answer to each question.
pub fn questions(context: &Context<'_>, judgement: &Judgement) -> Table {
    let mut rows = Vec::new();
    for question in &judgement.questions {
        let subjects: Vec<&str> = question.subjects.iter().map(AsRef::as_ref).collect();
        let about = [
            Cell::words(asked(context, &question.unknown)),
            Cell::words(unknown(context, &question.unknown)),
            Cell::words(few(&subjects)),
        ];
        for answer in &question.answers {
            let mut row = about.to_vec();
            let status = format!("{}{}", answer.status.text(), unmet_under(answer));
            row.extend([Cell::words(answer.answers.join(" or ")), Cell::words(status)]);
            row.extend(range(answer.cost));
            rows.push(row);
        }
        if question.answers.is_empty() {
            rows.push(about.into_iter().chain(std::iter::repeat_n(Cell::Blank, 4)).collect());
        }
    }
    Table {
        title: "Questions",
        about: "The fewest questions whose answers settle the position, and what each answer makes of it".to_owned(),
        columns: vec![
            ("Question", Text),
            ("Fact", Text),
            ("Of", Text),
            ("Answer", Text),
            ("Status", Text),
            ("Cost, least", Money),
            ("Cost, most", Money),
        ],
        rows,
    }
}

fn range(cost: Range) -> [Cell; 2] {
    [Cell::Money(cost.low), Cell::Money(cost.high)]
}

/// A row per other reading in force under which the position differs.
pub fn disputes(context: &Context<'_>, judgement: &Judgement) -> Table {
    let program = context.program;
    let rows = judgement.disputes.iter().map(|dispute| {
        let reading = dispute.reading.map(|id| program.sources[id].header.display());
        let mut row = vec![
            Cell::words(program.definitions[dispute.definition].header.display()),
            Cell::maybe(reading),
            Cell::words(dispute.status.text()),
        ];
        row.extend(range(dispute.cost));
        row
    });
    Table {
        title: "Disputed",
        about: "What the position becomes under another reading in force".to_owned(),
        columns: vec![("Term", Text), ("As in", Text), ("Status", Text), ("Cost, least", Money), ("Cost, most", Money)],
        rows: rows.collect(),
    }
}

/// A row per clause of the licences in the position.
pub fn terms(context: &Context<'_>, judgement: &Judgement) -> Table {
    let program = context.program;
    let mut rows = Vec::new();
    for (license, rank) in kinds(judgement) {
        let header = &program.licenses[license].header;
        let name = program.license_text(license, rank);
        let row = |what: &str, header: &Header| {
            vec![
                Cell::words(&name),
                Cell::words(what),
                Cell::words(header.display()),
                Cell::words(cites_of(program, header)),
            ]
        };
        rows.push(row("title", header));
        rows.extend(clauses(program, license, rank, judgement.as_of).map(|clause| row("clause", clause)));
    }
    Table {
        title: "Terms",
        about: "What these licences are, and the clauses by which they cover".to_owned(),
        columns: vec![("Licence", Text), ("What", Text), ("Text", Text), ("Source", Text)],
        rows,
    }
}

/// A row per definition of a user.
pub fn people(context: &Context<'_>, judgement: &Judgement) -> Table {
    let rows = judgement.definitions.iter().map(|count| {
        let term = context.program.definitions[count.definition].header.display();
        vec![Cell::words(term), Cell::heads(count.yes), Cell::heads(count.no), Cell::heads(count.unknown)]
    });
    Table {
        title: "People",
        about: "How many people each term takes in".to_owned(),
        columns: vec![("Term", Text), ("Yes", Number), ("No", Number), ("Unknown", Number)],
        rows: rows.collect(),
    }
}

/// A row per default that mattered.
pub fn assumptions(context: &Context<'_>, judgement: &Judgement) -> Table {
    let rows = judgement.assumptions.iter().map(|assumed| {
        let fact = &context.program.facts[assumed.fact];
        vec![
            Cell::words(fact.path()),
            Cell::words(&assumed.value),
            Cell::Count(assumed.rows),
            Cell::maybe(fact.question.as_deref()),
        ]
    });
    Table {
        title: "Assumptions",
        about: "What was taken for granted where rows leave it blank, and mattered".to_owned(),
        columns: vec![("Fact", Text), ("Taken to be", Text), ("Rows", Number), ("What it asks", Text)],
        rows: rows.collect(),
    }
}

/// A row per advice that speaks.
pub fn advice(context: &Context<'_>, judgement: &Judgement) -> Table {
    let rows = judgement.advice.iter().map(|advised| {
        let header = &context.program.advice[advised.rule].header;
        vec![Cell::words(&advised.text), Cell::words(cites_of(context.program, header))]
    });
    Table {
        title: "Advice",
        about: "What to look at first; advice decides nothing".to_owned(),
        columns: vec![("Advice", Text), ("Source", Text)],
        rows: rows.collect(),
    }
}

/// A row per holder and licence, and per holder of places.
pub fn assignments(context: &Context<'_>, judgement: &Judgement) -> Table {
    let program = context.program;
    let rows = judgement.assignments.iter().map(|assignment| match assignment {
        Assignment::Units { of, holder, units } => vec![
            Cell::words(&**holder),
            Cell::words(program.license_text(of.license, of.version)),
            Cell::words(of.metric.text()),
            Cell::Count(*units),
        ],
        Assignment::Place { rule, server, actor, heads } => vec![
            Cell::words(&**actor),
            Cell::words(format!("{}, at {server}", program.rules[*rule].header.display())),
            Cell::words("place"),
            Cell::Count(*heads),
        ],
    });
    Table {
        title: "Who gets what",
        about: "The units and places of each holder".to_owned(),
        columns: vec![("Holder", Text), ("Gets", Text), ("Per", Text), ("Units", Number)],
        rows: rows.collect(),
    }
}

fn cites_of(program: &Program, header: &Header) -> String {
    header.cites.iter().map(|cite| program.citation_text(cite)).collect::<Vec<_>>().join("; ")
}
