//! The skeleton of an estate: its keys, its tables without rows, and a page that says what each column is for.

use crate::estate::schema::Kind;
use crate::evaluate::unknowns::value_text;
use crate::program::{Entity, Fact, Program, Rule};
use crate::value::Type;
use std::fmt::Write as _;

/// The files of an estate under these policies, each with its name. Every table has its columns and no rows.
pub fn estate(program: &Program, name: &str) -> Vec<(String, String)> {
    let tables = Kind::ALL.into_iter().map(|kind| (format!("{}.csv", kind.name()), header(program, kind)));
    let main = ("estate.toml".to_owned(), keys(program, name));
    let page = ("README.md".to_owned(), page(program, name));
    [main, page].into_iter().chain(tables).collect()
}

fn facts(program: &Program, entity: Option<Entity>) -> impl Iterator<Item = &Fact> {
    program.facts.values().filter(move |fact| Some(fact.entity) == entity)
}

fn header(program: &Program, kind: Kind) -> String {
    let built_in = kind.columns().iter().map(|column| column.name);
    let declared = facts(program, kind.entity()).map(|fact| fact.header.name.as_str());
    built_in.chain(declared).collect::<Vec<_>>().join(",") + "\n"
}

fn keys(program: &Program, name: &str) -> String {
    let agreements: String = program.agreements.names().map(|name| format!("# agreement = \"{name}\"\n")).collect();
    let mut text = format!(
        "name = {}\n\n# The day of the position.\nas_of = 2025-01-01\n\n# The currency of prices.csv.\ncurrency = \"USD\"\n",
        toml::Value::String(name.to_owned())
    );
    let _ = write!(text, "\n# The agreement that the licences are bought under; none, if no line stands here.\n");
    let _ = writeln!(text, "{}# agreement_signed = 2025-01-01", agreements);
    let _ = write!(text, "\n# Facts of the organisation as a whole.\n[facts]\n");
    for fact in facts(program, Some(Entity::Estate)) {
        let _ = write!(text, "# {}\n# {} = {}\n", says(program, fact), fact.header.name, example(program, fact));
    }
    let _ = write!(text, "\n# The document behind an exemption or a prohibition that asks for one.\n[evidence]\n");
    for (rule, asked) in program.rules.iter().filter_map(|(_, rule)| asked(rule)) {
        let _ = write!(text, "# {asked}\n# {rule} = \"which document, and where it is\"\n");
    }
    let _ = write!(
        text,
        "\n# A reading of a term that is to apply instead of the most preferred one in force.\n[readings]\n"
    );
    for definition in program.definitions.values() {
        let sources = definition.readings.iter().filter_map(|reading| reading.source);
        for source in sources {
            let _ = writeln!(text, "# {} = \"{}\"", definition.header.name, program.sources[source].header.name);
        }
    }
    text
}

fn asked(rule: &Rule) -> Option<(&str, &str)> {
    rule.evidence.as_deref().map(|evidence| (rule.header.name.as_str(), evidence))
}

/// A value in estate.toml that such a fact may have.
fn example(program: &Program, fact: &Fact) -> String {
    match &fact.ty {
        Type::Bool => "true".to_owned(),
        Type::Int | Type::Number | Type::Money => "1".to_owned(),
        Type::Date => "2025-01-01".to_owned(),
        Type::Enum(id) => format!("\"{}\"", program.enums[*id].members.first().map_or("", String::as_str)),
        Type::Text
        | Type::Version(_)
        | Type::Product
        | Type::License
        | Type::Agreement
        | Type::Functionality
        | Type::Metric
        | Type::HostKind
        | Type::Reference => "\"…\"".to_owned(),
    }
}

fn page(program: &Program, name: &str) -> String {
    let mut text = format!(
        "# {name}\n\nFill in the tables that matter and delete the others; `entail check` reads this folder as it is. A row \
         stands for one person or thing, or for as many alike as its `count` says. A blank cell is the default, if there is \
         one, else unknown; `unknown` is unknown. Days are written 2025-01-31. The keys of `estate.toml` are explained in it.\n"
    );
    for kind in Kind::ALL {
        let _ = write!(text, "\n## {}.csv\n\n| column | says |\n|---|---|\n", kind.name());
        for column in kind.columns() {
            let mark = if column.required { "**" } else { "" };
            let _ = writeln!(text, "| {mark}{}{mark} | {} |", column.name, column.says);
        }
        for fact in facts(program, kind.entity()) {
            let _ = writeln!(text, "| {} | {} |", fact.header.name, says(program, fact));
        }
    }
    text + "\nBold columns have to be filled in every row.\n"
}

/// What a fact asks, what may stand there, and what is assumed where nothing does.
fn says(program: &Program, fact: &Fact) -> String {
    let question = fact.question.as_deref().unwrap_or("No question is declared.");
    let values = match &fact.ty {
        Type::Bool => "yes or no".to_owned(),
        Type::Int => "a whole number".to_owned(),
        Type::Number | Type::Money => "a number".to_owned(),
        Type::Date => "a day".to_owned(),
        Type::Enum(id) => program.enums[*id].members.join(", "),
        Type::Text
        | Type::Version(_)
        | Type::Product
        | Type::License
        | Type::Agreement
        | Type::Functionality
        | Type::Metric
        | Type::HostKind
        | Type::Reference => "a text".to_owned(),
    };
    match &fact.default {
        Some(default) => format!("{question} ({values}; blank is {})", value_text(program, &fact.ty, default)),
        None => format!("{question} ({values})"),
    }
}
