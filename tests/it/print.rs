//! Writes a case out: its policies in the language, its estate as files. The texts are valid and
//! plain, not beautiful: the layout of the formatter is not imitated.

use std::fmt::Write as _;

use crate::case::*;

mod test_item;

pub use test_item::test_text;

/// The policies of a case as the text of one `.entail` file.
pub fn policy_text(case: &Case) -> String {
    items(case).concat()
}

/// The text of each item, in no order that matters; what belongs to one kind of items may stand together.
pub fn items(case: &Case) -> Vec<String> {
    let mut out = Vec::new();
    out.extend(case.sources.iter().map(source_text));
    out.extend(case.prefers.iter().map(prefer_text));
    out.extend(case.enums.iter().map(enum_text));
    out.extend(facts_texts(case));
    out.extend(case.agreements.iter().map(|name| {
        format!(
            "agreement {name} \"An agreement\" {{}}
"
        )
    }));
    out.extend(case.definitions.iter().map(definition_text));
    out.extend(case.exemptions.iter().map(exemption_text));
    out.extend(case.prohibitions.iter().map(prohibition_text));
    out.extend(case.advice.iter().map(advice_text));
    out.extend(case.reassigns.iter().map(reassign_text));
    out.extend(case.reaches.iter().map(reach_text));
    out.extend(case.products.iter().map(product_text));
    out.extend(case.terms.iter().map(terms_text));
    out.extend(case.licenses.iter().map(license_text));
    out
}

/// The estate of a case: `estate.toml` and the tables that have rows.
pub fn estate_files(case: &Case) -> Vec<(String, String)> {
    let estate = &case.estate;
    let tables = [
        ("users", population_table(case, Entity::User, &estate.users)),
        ("devices", population_table(case, Entity::Device, &estate.devices)),
        ("hosts", host_table(case)),
        ("servers", server_table(case)),
        ("accesses", access_table(case)),
        ("routes", route_table(estate)),
        ("licenses", holding_table(case)),
        ("prices", price_table(estate)),
        ("absences", absence_table(case)),
    ];
    let mut files = vec![("estate.toml".to_owned(), estate_toml(estate))];
    for (name, rows) in tables {
        if rows.len() > 1 {
            let text = rows.iter().map(|row| row.join(",") + "\n").collect();
            files.push((format!("{name}.csv"), text));
        }
    }
    files
}

/// Both parts as a person reads them, for a message about a disagreement.
pub fn shown(case: &Case) -> String {
    let mut out = policy_text(case);
    for (name, text) in estate_files(case) {
        writeln!(out, "--- {name}\n{text}").unwrap();
    }
    out
}

fn source_text(source: &Source) -> String {
    format!(
        "source {} \"The {} document\" {{ kind: contract {} {} }}\n",
        source.name,
        source.name,
        period(source.period),
        when(source.when.as_ref())
    )
}

fn prefer_text(prefer: &Prefer) -> String {
    format!("prefer {} {{ over {} because \"it is the stronger\" }}\n", prefer.winner, prefer.loser)
}

fn enum_text(list: &Enum) -> String {
    let (first, rest) = list.members.split_at(list.members.len() - list.extended);
    let mut out = format!("enum {} {{ {} }}\n", list.name, first.join(" "));
    if !rest.is_empty() {
        writeln!(out, "extend {} {{ {} }}", list.name, rest.join(" ")).unwrap();
    }
    out
}

fn facts_texts(case: &Case) -> Vec<String> {
    let entities = [
        Entity::User,
        Entity::Device,
        Entity::Access,
        Entity::Server,
        Entity::Host,
        Entity::License,
        Entity::Absence,
        Entity::Estate,
    ];
    let declared = entities.into_iter().filter(|entity| case.facts_of(*entity).next().is_some());
    declared
        .map(|entity| {
            let lines: String = case.facts_of(entity).map(fact_text).collect();
            format!("facts {} {{\n{lines}}}\n", entity.word())
        })
        .collect()
}

fn fact_text(fact: &Fact) -> String {
    let kind = match &fact.kind {
        Type::Bool => "bool",
        Type::Enum(name) => name,
        Type::Int => "int",
        Type::Number => "number",
        Type::Money => "money",
        Type::Date => "date",
        Type::Text => "text",
        Type::Version(product) => product,
    };
    let default = fact.default.as_ref().map_or(String::new(), |value| format!(" = {}", literal(value)));
    format!("  {}: {kind}{default} \"What is its {}?\"\n", fact.field.name, fact.field.name)
}

fn definition_text(define: &Definition) -> String {
    let head = format!("define {} \"The term {}\"", define.name, define.name);
    match &define.body {
        Body::One(cond) => format!("{head} {{ when {} }}\n", condition(cond)),
        Body::Readings(readings) => {
            let (added, own): (Vec<_>, Vec<_>) = readings.iter().partition(|reading| reading.extended);
            let own: String = own.into_iter().map(reading_text).collect();
            let mut out = format!("{head} {{\n{own}}}\n");
            if !added.is_empty() {
                let added: String = added.into_iter().map(reading_text).collect();
                writeln!(out, "extend {} {{\n{added}}}", define.name).unwrap();
            }
            out
        }
    }
}

fn reading_text(reading: &Reading) -> String {
    let open = reading
        .open
        .as_ref()
        .map_or(String::new(), |open| format!("open {} because \"{}\"", when(open.when.as_ref()), open.because));
    format!(
        "  reading {} \"its section\" {{ {} {} {open} }}\n",
        reading.source,
        period(reading.period),
        when(reading.when.as_ref())
    )
}

fn exemption_text(rule: &Exemption) -> String {
    let limit = rule.limit.map_or(String::new(), |limit| format!("limit {limit} per server"));
    let evidence = rule.evidence.as_ref().map_or(String::new(), |text| format!("evidence \"{text}\""));
    format!(
        "exempt {} \"The exemption {}\" at {} \"its section\" {{ {} {} {limit} when {} {evidence} }}\n",
        rule.name,
        rule.name,
        rule.source,
        period(rule.period),
        scope(&rule.scope),
        condition(&rule.when)
    )
}

fn prohibition_text(rule: &Prohibition) -> String {
    format!(
        "prohibit {} \"The prohibition {}\" at {} \"its section\" {{ {} {} when {} remedy \"{}\" }}\n",
        rule.name,
        rule.name,
        rule.source,
        period(rule.period),
        scope(&rule.scope),
        condition(&rule.when),
        rule.remedy
    )
}

fn advice_text(rule: &Advice) -> String {
    let asked = |ask: &Ask| match ask {
        Ask::Plain(cond) => guarded(cond),
        Ask::Counted(cond, op, figure) => {
            let figure = figure.map_or("many".to_owned(), |figure| figure.to_string());
            format!("count({}) {} {figure}", condition(cond), op.word())
        }
    };
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Count(cond) => format!("{{count({})}}", condition(cond)),
        Piece::Users => "{estate.users}".to_owned(),
        Piece::BreakEven(one, other) => format!("{{break_even({one}, {other})}}"),
    };
    format!(
        "advise {} \"The advice {}\" at {} \"its section\" {{ {} {} when {} say \"{}\" }}\n",
        rule.name,
        rule.name,
        rule.source,
        period(rule.period),
        scope(&rule.scope),
        rule.when.iter().map(asked).collect::<Vec<_>>().join(" and "),
        rule.say.iter().map(piece).collect::<String>()
    )
}

fn reach_text(rule: &Reach) -> String {
    let to = match rule.to {
        ReachTo::Routes => "routes",
        ReachTo::RunsOn => "runs_on",
    };
    format!(
        "reach {} \"The way {}\" at {} \"its section\" {{ {} {} to server.{to} }}\n",
        rule.name,
        rule.name,
        rule.source,
        period(rule.period),
        when(rule.when.as_ref())
    )
}

fn reassign_text(rule: &Reassign) -> String {
    format!(
        "reassign {} \"The move {}\" at {} \"its section\" {{ {} per {} {} }}\n",
        rule.name,
        rule.name,
        rule.source,
        period(rule.period),
        rule.metric.word(),
        when(rule.when.as_ref())
    )
}

fn product_text(product: &Product) -> String {
    let mut out = format!("product {} \"The product\" {{\n", product.name);
    for release in &product.releases {
        let also: String = release.also.iter().map(|label| format!(" also {label}")).collect();
        let from = release.from.map_or(String::new(), |date| format!(" from {}", day(date)));
        writeln!(out, "  release {}{also}{from}", release.label).unwrap();
    }
    for functionality in &product.functionalities {
        let adds = functionality.adds_to.as_ref().map_or(String::new(), |to| format!(" adds to {to}"));
        let demanded = if functionality.every_server { " demanded by every server" } else { "" };
        writeln!(out, "  functionality {}{adds}{demanded}", functionality.name).unwrap();
    }
    for (feature, of) in &product.features {
        writeln!(out, "  feature {feature} of {of} \"A feature\"").unwrap();
    }
    out + "}\n"
}

fn terms_text(terms: &Terms) -> String {
    format!("terms {} {{\n{}}}\n", terms.name, provided_lines(&terms.provided))
}

fn license_text(license: &License) -> String {
    let metrics: Vec<_> = license.metrics.iter().map(|metric| metric.word()).collect();
    let mut out = format!("license {} \"The licence\" {{\n  assigned to {}\n", license.name, metrics.join(" or "));
    out += &sold(license.grants.as_ref(), license.units.as_ref(), license.pack, license.minimum);
    if let Some(versions) = &license.versions {
        writeln!(out, "  versions {}", versions.join(", ")).unwrap();
    }
    if let Some(terms) = &license.under {
        writeln!(out, "  under {terms}").unwrap();
    }
    out += &provided_lines(&license.provided);
    license.blocks.iter().for_each(|block| out += &block_text(block));
    out + "}\n"
}

fn block_text(block: &VersionBlock) -> String {
    let mut out = format!("  version {} {{\n  {}\n", block.label, period(block.period));
    if !block.includes.is_empty() {
        let parts: Vec<_> = block.includes.iter().map(|(name, label)| format!("{name} {label}")).collect();
        writeln!(out, "  includes {}", parts.join(", ")).unwrap();
    }
    out += &sold(block.grants.as_ref(), block.units.as_ref(), block.pack, block.minimum);
    out += &provided_lines(&block.provided);
    out + "  }\n"
}

fn sold(grants: Option<&Grants>, units: Option<&Sum>, pack: Option<u32>, minimum: Option<u32>) -> String {
    let mut out = String::new();
    if let Some(grants) = grants {
        let paths: Vec<_> = grants.functionalities.iter().map(|name| format!("{}.{name}", grants.product)).collect();
        writeln!(out, "  grants {}", paths.join(", ")).unwrap();
    }
    units.iter().for_each(|units| writeln!(out, "  units {}", sum(units)).unwrap());
    pack.iter().for_each(|pack| writeln!(out, "  pack {pack}").unwrap());
    minimum.iter().for_each(|minimum| writeln!(out, "  minimum {minimum}").unwrap());
    out
}

fn provided_lines(clauses: &[Provided]) -> String {
    clauses
        .iter()
        .map(|clause| {
            format!(
                "  provided {} \"the clause {}\" at {} \"its section\" {}: {}\n",
                clause.name,
                clause.name,
                clause.source,
                period(clause.period),
                condition(&clause.when)
            )
        })
        .collect()
}

fn period(period: Period) -> String {
    let from = period.from.map_or(String::new(), |date| format!("from {} ", day(date)));
    let until = period.until.map_or(String::new(), |date| format!("until {}", day(date)));
    from + &until
}

fn scope(scope: &Scope) -> String {
    let mut out = String::new();
    if !scope.only.is_empty() {
        write!(out, "for {} ", scope.only.join(", ")).unwrap();
    }
    if !scope.except.is_empty() {
        write!(out, "except {}", scope.except.join(", ")).unwrap();
    }
    out
}

fn when(cond: Option<&Cond>) -> String {
    cond.map_or(String::new(), |cond| format!("when {}", condition(cond)))
}

/// A condition, every part of an `and`, an `or` and a `not` in parentheses where it has parts.
pub fn condition(cond: &Cond) -> String {
    match cond {
        Cond::All(parts) => joined(parts, " and "),
        Cond::Any(parts) => joined(parts, " or "),
        Cond::Not(inner) => format!("not {}", guarded(inner)),
        Cond::Fact(field) => field.to_string(),
        Cond::In(field, positive, values) => {
            let list: Vec<_> = values.iter().map(literal).collect();
            format!("{field} {}in [{}]", negation(*positive), list.join(", "))
        }
        Cond::Compare(left, op, right) => format!("{} {} {}", sum(left), op.word(), sum(right)),
        Cond::Nobody(reference, positive) => format!("{} is {}none", reference_word(*reference), negation(*positive)),
        Cond::Agreement(positive, name) => format!("agreement is {}{name}", negation(*positive)),
        Cond::Defined(entity, positive, name) => format!("{} is {}{name}", entity.word(), negation(*positive)),
        Cond::ServerProduct(positive, name) => format!("server.product is {}{name}", negation(*positive)),
        Cond::Functionality(positive, product, name) => {
            format!("access.functionality is {}{product}.{name}", negation(*positive))
        }
        Cond::LicenseName(positive, name) => format!("license.name is {}{name}", negation(*positive)),
        Cond::ServerVersion(op, product, label) => format!("server.version {} {product} {label}", op.word()),
        Cond::LicenseVersion(op, product, label) => format!("license.version {} {product} {label}", op.word()),
        Cond::Versions(op) => format!("license.version {} server.version", op.word()),
        Cond::MetricIs(positive, metric) => format!("license.metric is {}{}", negation(*positive), metric.word()),
    }
}

fn negation(positive: bool) -> &'static str {
    if positive { "" } else { "not " }
}

fn joined(parts: &[Cond], word: &str) -> String {
    parts.iter().map(guarded).collect::<Vec<_>>().join(word)
}

fn guarded(cond: &Cond) -> String {
    match cond {
        Cond::Fact(_) => condition(cond),
        Cond::All(_) | Cond::Any(_) | Cond::Not(_) => format!("({})", condition(cond)),
        _ => format!("({})", condition(cond)),
    }
}

fn reference_word(reference: Pointer) -> &'static str {
    match reference {
        Pointer::AccessUser => "access.user",
        Pointer::AccessDevice => "access.device",
        Pointer::RunsOn => "server.runs_on",
        Pointer::Agreement => "agreement",
    }
}

fn sum(term: &Sum) -> String {
    let pair = |a: &Sum, sign: &str, b: &Sum| format!("({} {sign} {})", sum(a), sum(b));
    let list = |parts: &[Sum]| parts.iter().map(sum).collect::<Vec<_>>().join(", ");
    match term {
        Sum::Value(value) => literal(value),
        Sum::Field(field) => field.to_string(),
        Sum::Plus(a, b) => pair(a, "+", b),
        Sum::Minus(a, b) => pair(a, "-", b),
        Sum::Times(a, b) => pair(a, "*", b),
        Sum::Over(a, b) => pair(a, "/", b),
        Sum::Max(parts) => format!("max({})", list(parts)),
        Sum::Min(parts) => format!("min({})", list(parts)),
        Sum::RoundUp(inner) => format!("round_up({})", sum(inner)),
        Sum::RoundDown(inner) => format!("round_down({})", sum(inner)),
    }
}

/// A value in policy text.
fn literal(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("\"{text}\""),
        Value::Version(product, label) => format!("{product} {label}"),
        _ => value.to_string(),
    }
}

fn estate_toml(estate: &Estate) -> String {
    let mut out = format!("name = \"A generated estate\"\nas_of = {}\ncurrency = \"USD\"\n", day(estate.as_of));
    if let Some(agreement) = &estate.agreement {
        writeln!(out, "agreement = \"{agreement}\"").unwrap();
    }
    if let Some(signed) = estate.signed {
        writeln!(out, "agreement_signed = {}", day(signed)).unwrap();
    }
    let readings = estate.readings.iter().map(|(name, source)| format!("{name} = \"{source}\""));
    out += &inline("readings", readings);
    let facts = estate.facts.iter().filter_map(|(name, cell)| match cell {
        Cell::Is(value) => Some(format!("{name} = {}", toml_value(value))),
        Cell::Blank | Cell::Unknown => None,
    });
    out += &inline("facts", facts);
    out += &inline("evidence", estate.evidence.iter().map(|rule| format!("{rule} = \"a letter\"")));
    out
}

fn inline(key: &str, entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<_> = entries.collect();
    if entries.is_empty() { String::new() } else { format!("{key} = {{ {} }}\n", entries.join(", ")) }
}

fn toml_value(value: &Value) -> String {
    match value {
        Value::Bool(yes) => yes.to_string(),
        Value::Member(text) | Value::Text(text) | Value::Version(_, text) => format!("\"{text}\""),
        Value::Number(_) | Value::Date(_) => value.to_string(),
    }
}

/// A table: its header, then its rows.
type Table = Vec<Vec<String>>;

fn table<'a, Row>(
    case: &Case,
    entity: Entity,
    columns: &[&str],
    rows: impl Iterator<Item = (Row, &'a Facts)>,
    cells: impl Fn(&Row) -> Vec<String>,
) -> Table {
    let facts: Vec<_> = case.facts_of(entity).map(|fact| fact.field.name.clone()).collect();
    let mut table = vec![columns.iter().map(|name| (*name).to_owned()).chain(facts.iter().cloned()).collect()];
    for (row, given) in rows {
        let mut line = cells(&row);
        line.extend(facts.iter().map(|name| cell(given.get(name))));
        table.push(line);
    }
    table
}

fn cell(cell: Option<&Cell>) -> String {
    match cell {
        None | Some(Cell::Blank) => String::new(),
        Some(Cell::Unknown) => "unknown".to_owned(),
        Some(Cell::Is(value)) => value.to_string(),
    }
}

fn blank<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn population_table(case: &Case, entity: Entity, rows: &[Population]) -> Table {
    table(case, entity, &["id", "count"], rows.iter().map(|row| (row, &row.facts)), |row| {
        let count = match row.count {
            Count::Heads(1) => String::new(),
            Count::Heads(heads) => heads.to_string(),
            Count::Many => "many".to_owned(),
        };
        vec![row.id.clone(), count]
    })
}

fn host_table(case: &Case) -> Table {
    let rows = case.estate.hosts.iter().filter(|row| !row.implied).map(|row| (row, &row.facts));
    table(case, Entity::Host, &["id", "kind", "cores", "processors"], rows, |row| {
        vec![row.id.clone(), blank(row.kind.as_ref()), blank(row.cores), blank(row.processors)]
    })
}

fn server_table(case: &Case) -> Table {
    let rows = case.estate.servers.iter().map(|row| (row, &row.facts));
    table(case, Entity::Server, &["id", "product", "version", "host", "runs_on", "edition"], rows, |row| {
        vec![
            row.id.clone(),
            row.product.clone(),
            row.version.clone(),
            blank(row.host.as_ref()),
            blank(row.runs_on.as_ref()),
            blank(row.edition.as_ref()),
        ]
    })
}

fn access_table(case: &Case) -> Table {
    let rows = case.estate.accesses.iter().map(|row| (row, &row.facts));
    table(case, Entity::Access, &["server", "user", "device", "functionality"], rows, |row| {
        vec![
            row.server.clone(),
            blank(row.user.as_ref()),
            blank(row.device.as_ref()),
            blank(row.functionality.as_ref()),
        ]
    })
}

fn route_table(estate: &Estate) -> Table {
    let mut table = vec![vec!["server".to_owned(), "target".to_owned()]];
    table.extend(estate.routes.iter().map(|(from, to)| vec![from.clone(), to.clone()]));
    table
}

fn holding_table(case: &Case) -> Table {
    let rows = case.estate.holdings.iter().map(|row| (row, &row.facts));
    let columns = ["license", "metric", "quantity", "version", "assigned_to", "sa_until", "acquired"];
    table(case, Entity::License, &columns, rows, |row| {
        vec![
            row.license.clone(),
            row.metric.word().to_owned(),
            row.quantity.to_string(),
            blank(row.version.as_ref()),
            blank(row.assigned_to.as_ref()),
            blank(row.sa_until.map(day)),
            blank(row.acquired.map(day)),
        ]
    })
}

fn price_table(estate: &Estate) -> Table {
    let columns = ["license", "price", "version", "metric", "from", "until"];
    let mut table = vec![columns.iter().map(|name| (*name).to_owned()).collect()];
    table.extend(estate.prices.iter().map(|row| {
        vec![
            row.license.clone(),
            Ratio::new(row.cents.into(), 100).to_string(),
            blank(row.version.as_ref()),
            blank(row.metric.map(Metric::word)),
            blank(row.period.from.map(day)),
            blank(row.period.until.map(day)),
        ]
    }));
    table
}

fn absence_table(case: &Case) -> Table {
    let rows = case.estate.absences.iter().map(|row| (row, &row.facts));
    let columns = ["kind", "absent", "substitute", "from", "until", "count"];
    table(case, Entity::Absence, &columns, rows, |row| {
        vec![
            row.kind.word().to_owned(),
            row.absent.clone(),
            row.substitute.clone(),
            blank(row.period.from.map(day)),
            blank(row.period.until.map(day)),
            blank(row.count),
        ]
    })
}
