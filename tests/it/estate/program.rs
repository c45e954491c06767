//! A small policy set: what these tests need of facts, products, licences and rules.

use entail::program::*;
use entail::source::{FileId, Sources, Span};
use entail::value::{Metric, Rank, Type, Value, VersionLine};
use std::collections::BTreeMap;

/// The policies that [`program`] is what the checker would make of, as far as an estate is concerned.
const POLICIES: &str = include_str!("policies.entail");

pub fn program(sources: &mut Sources) -> Program {
    let file = sources.add("policies.entail", POLICIES).unwrap();
    let mut program = Program::default();
    let relation = program.enums.add(Enum {
        header: header(file, "Relation"),
        members: ["employee", "onsite_contractor", "student", "parent"].map(str::to_owned).to_vec(),
    });
    let windows = product(&mut program, file, "WindowsServer", &[&["2000"], &["2003", "2003R2"], &["2008", "2008R2"]]);
    let sharepoint = product(&mut program, file, "SharePoint", &[&["2007"], &["2010"]]);
    functionality(&mut program, file, windows, "standard");
    functionality(&mut program, file, sharepoint, "standard");
    let enterprise = functionality(&mut program, file, sharepoint, "enterprise");
    program.products.get_mut(sharepoint).unwrap().features =
        BTreeMap::from([("excel_services".to_owned(), enterprise)]);
    let people = [Metric::User, Metric::Device];
    license(&mut program, file, "WindowsCAL", &people, windows, &[&["2000"], &["2003", "2003R2"], &["2008", "2008R2"]]);
    license(&mut program, file, "WindowsEC", &[Metric::Host], windows, &[&["2003", "2003R2"], &["2008", "2008R2"]]);
    license(&mut program, file, "SharePointStandardCAL", &people, sharepoint, &[&["2007"], &["2010"]]);
    let no = Some(Value::Bool(false));
    fact(&mut program, file, Entity::User, "relation", Type::Enum(relation), None);
    fact(&mut program, file, Entity::User, "hosted", Type::Bool, no.clone());
    fact(&mut program, file, Entity::User, "hours", Type::Int, None);
    fact(&mut program, file, Entity::User, "since", Type::Date, None);
    fact(&mut program, file, Entity::Device, "system", Type::Version(VersionLine::Product(windows)), None);
    fact(&mut program, file, Entity::Access, "identified", Type::Bool, None);
    fact(&mut program, file, Entity::Server, "tier", Type::Text, None);
    fact(&mut program, file, Entity::License, "rate", Type::Number, None);
    fact(&mut program, file, Entity::Absence, "permanent", Type::Bool, no);
    fact(&mut program, file, Entity::Estate, "students_hold_cals", Type::Bool, None);
    fact(&mut program, file, Entity::Estate, "budget", Type::Money, None);
    program.agreements.add(Agreement { header: header(file, "SchoolAgreement") });
    program.agreements.add(Agreement { header: header(file, "SPLA") });
    definition(&mut program, file);
    rule(&mut program, file, "parents_of_licensed_students", Some("the vendor's letter".to_owned()));
    rule(&mut program, file, "anonymous_internet", None);
    program
}

fn header(file: FileId, name: &str) -> Header {
    let start = POLICIES.find(&format!(" {name}")).unwrap() + 1;
    let span = Span::new(file, start..start + name.len());
    Header { name: name.to_owned(), title: None, cites: Vec::new(), doc: None, name_span: span, span }
}

fn product(program: &mut Program, file: FileId, name: &str, releases: &[&[&str]]) -> ProductId {
    let header = header(file, name);
    let version = |labels: &&[&str]| ProductVersion {
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        from: None,
        span: header.span,
    };
    let versions = releases.iter().map(version).collect();
    program.products.add(Product {
        header,
        versions,
        functionalities: Vec::new(),
        features: BTreeMap::new(),
        feature_titles: BTreeMap::new(),
    })
}

fn functionality(program: &mut Program, file: FileId, product: ProductId, name: &str) -> FunctionalityId {
    let id = program.functionalities.add(Functionality {
        header: header(file, name),
        product,
        adds_to: Vec::new(),
        demanded_by_every_server: false,
    });
    program.products.get_mut(product).unwrap().functionalities.push(id);
    id
}

fn license(
    program: &mut Program,
    file: FileId,
    name: &str,
    metrics: &[Metric],
    product: ProductId,
    versions: &[&[&str]],
) {
    let header = header(file, name);
    let newest = u32::try_from(program.products[product].versions.len()).unwrap();
    let oldest = newest - u32::try_from(versions.len()).unwrap();
    let version = |(rank, labels): (u32, &&[&str])| {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        LicenseVersion::without_content(Rank(rank), labels, Period::default(), header.span)
    };
    let versions = (oldest..newest).zip(versions).map(version).collect();
    program.licenses.add(License { header, metrics: metrics.to_vec(), line: VersionLine::Product(product), versions });
}

fn fact(program: &mut Program, file: FileId, entity: Entity, name: &str, ty: Type, default: Option<Value>) {
    program.facts.add(Fact { header: header(file, name), entity, ty, default, question: None });
}

fn definition(program: &mut Program, file: FileId) {
    let readings = ["PUR", "Blog"].map(|name| {
        let source = program.sources.add(SourceDocument {
            header: header(file, name),
            kind: None,
            details: Vec::new(),
            period: Period::default(),
            when: None,
        });
        let header = header(file, name);
        Reading { source: Some(source), header, period: Period::default(), when: None, open: Vec::new() }
    });
    let readings = readings.to_vec();
    program.definitions.add(Definition { header: header(file, "external"), subject: Entity::User, readings });
}

fn rule(program: &mut Program, file: FileId, name: &str, evidence: Option<String>) {
    program.rules.add(Rule {
        header: header(file, name),
        effect: Effect::Exempt { limit: None },
        period: Period::default(),
        scope: Scope::default(),
        when: None,
        evidence,
    });
}
