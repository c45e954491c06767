//! Forms of estates: the same estate in every form comes to the same position, and what is wrong with a form is told.

mod bad;
pub mod writers;

use crate::compare::compare;
use crate::engine::engine;
use crate::{generate, print};
use entail::diagnostic::Diagnostic;
use entail::estate::document::{Cell, Document};
use entail::estate::{self, Estate};
use entail::judge::{Request, judge};
use entail::program::Program;
use entail::report::json::{Context, Policies, plan};
use entail::source::Sources;
use std::collections::BTreeSet;
use std::path::Path;
use writers::{Files, Form, forms};

fn read(form: Form, sources: &mut Sources) -> (Document, Vec<Diagnostic>) {
    match form {
        Form::Folder(files) => estate::read(files, sources),
        Form::Whole(name, bytes) => estate::read_whole(&name, bytes, sources),
    }
}

/// What `plan --format json` says of an estate; what is wrong with it, without places, stands in its place.
fn answer(policies: &[(String, String)], form: Form) -> (String, Document) {
    let mut sources = Sources::default();
    let program = crate::sound(policies.to_vec(), &mut sources);
    let (document, mut problems) = read(form, &mut sources);
    let (estate, found) = estate::build(&document, &program);
    problems.extend(found);
    if problems.is_empty() {
        match judged(&program, &estate, &sources) {
            Ok(text) => return (text, document.held().0),
            Err(found) => problems.extend(found),
        }
    }
    let mut told: Vec<_> = problems.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect();
    told.sort();
    (told.join("\n"), document.held().0)
}

fn judged(program: &Program, estate: &Estate, sources: &Sources) -> Result<String, Vec<Diagnostic>> {
    let policies = Policies { origin: "case".to_owned(), sha256: String::new() };
    let judgement = judge(program, estate, &Request::default())?;
    let context = Context { program, sources, estate, policies: &policies };
    Ok(serde_json::to_string_pretty(&plan(&context, &judgement)).unwrap())
}

/// Holds an estate, given as a folder of text, against itself in every other form.
fn same_in_every_form(policies: &[(String, String)], files: Files, seed: u64, what: &str) {
    let (expected, document) = answer(policies, Form::Folder(files));
    for (name, form) in forms(&document, seed) {
        let bytes = format!("{what}, {name}");
        let (found, _) = answer(policies, form);
        assert!(found == expected, "{bytes}:\n{found}\ninstead of\n{expected}");
    }
}

/// The files of an example.
pub fn example(name: &str) -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let mut files = Files::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if estate::is_part(&name) {
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
    files
}

#[test]
fn every_example_is_the_same_in_every_form() {
    for name in ["call-centre", "extranet", "field-sales", "mixed-versions", "school"] {
        for seed in 0..6 {
            same_in_every_form(&crate::shipped(), example(name), seed, name);
        }
    }
}

/// An estate in which one price is what a form has as a number, and one id is of digits.
fn with_figures(prices: (&str, Vec<u8>), of_text: bool) -> Form {
    let id = if of_text { "10.001" } else { "ann" };
    let files = [
        ("estate.toml", b"as_of = 2008-03-11\n".to_vec()),
        ("users.csv", format!("id,count,relation\n{id},20,employee\n").into_bytes()),
        ("servers.csv", b"id,product,version\nweb,WindowsServer,2003\n".to_vec()),
        ("accesses.csv", format!("server,user,channel\nweb,{id},lan\n").into_bytes()),
        prices,
    ];
    Form::Folder(files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect())
}

/// The same in one document of YAML or JSON, or in a workbook.
fn whole_with_figures() -> Vec<Form> {
    let yaml = "as_of: 2008-03-11\nusers: [{id: 10.001, count: 2e1, relation: employee}]\n\
        servers: [{id: web, product: WindowsServer, version: 2003}]\naccesses: [{server: web, user: 10.001, channel: lan}]\n\
        prices: [{license: WindowsCAL, price: 1.999}]\n";
    let json = r#"{"as_of": "2008-03-11", "users": [{"id": 10.001, "count": 2e1, "relation": "employee"}],
        "servers": [{"id": "web", "product": "WindowsServer", "version": 2003}],
        "accesses": [{"server": "web", "user": 10.001, "channel": "lan"}],
        "prices": [{"license": "WindowsCAL", "price": 1.999}]}"#;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheets: [(&str, &[&[&str]]); 5] = [
        ("estate", &[&["as_of", "2008-03-11"]]),
        ("users", &[&["id", "count", "relation"], &["10.001", "20", "employee"]]),
        ("servers", &[&["id", "product", "version"], &["web", "WindowsServer", "2003"]]),
        ("accesses", &[&["server", "User", "channel"], &["web", "10.001", "lan"]]),
        ("prices", &[&["license", "price"], &["WindowsCAL", "1.999"]]),
    ];
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(*cells) {
                match cell.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).unwrap(),
                    Err(_) => sheet.write_string(row, column, *cell).unwrap(),
                };
            }
        }
    }
    let whole = [("e.yaml", yaml.into()), ("e.json", json.into()), ("e.xlsx", book.save_to_buffer().unwrap())];
    whole.into_iter().map(|(name, bytes)| Form::Whole(name.to_owned(), bytes)).collect()
}

/// What a form has as a number is that number, and digits in a column of names are a name; only a text of three digits
/// behind a point may be meant as thousands.
#[test]
fn a_number_is_the_same_in_every_form() {
    let csv = |price: &str| format!("license,price\nWindowsCAL,{price}\n").into_bytes();
    let (expected, _) = answer(&crate::shipped(), with_figures(("prices.csv", csv("1.9990")), true));
    assert!(expected.contains("\"cost\": \"39.98\""), "{expected}");
    for form in whole_with_figures() {
        assert_eq!(answer(&crate::shipped(), form).0, expected);
    }
    let (doubtful, _) = answer(&crate::shipped(), with_figures(("prices.csv", csv("1.999")), true));
    assert_eq!(doubtful, "E0409 `1.999` is no value for `price`");
    let (named, _) = answer(&crate::shipped(), with_figures(("prices.csv", csv("1.9990")), false));
    let parquet = bad::prices_of_floats(1.999);
    assert_eq!(answer(&crate::shipped(), with_figures(("prices.parquet", parquet), false)).0, named);
    for (name, prices) in
        [("prices.csv", csv("0.30000000000000004")), ("prices.parquet", bad::prices_of_floats(0.1 + 0.2))]
    {
        let (long, _) = answer(&crate::shipped(), with_figures((name, prices), false));
        assert_eq!(long, "E0422 `0.30000000000000004` in `price` is past what an estate can hold", "{name}");
    }
}

/// A folder with the school in every form: the paths of its estates.
fn school_in_every_form(name: &str) -> Vec<String> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&place);
    let (_, document) = answer(&crate::shipped(), Form::Folder(example("school")));
    let written = forms(&document, 7).into_iter().map(|(name, form)| {
        let (path, files) = match form {
            Form::Folder(files) => (place.join(name), files),
            Form::Whole(file, bytes) => (place.join(&file), vec![(String::new(), bytes)]),
        };
        for (file, bytes) in files {
            let path = if file.is_empty() { path.clone() } else { path.join(file) };
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        path.display().to_string()
    });
    written.collect()
}

#[test]
fn every_command_takes_every_form() {
    let commands: [&[&str]; 3] = [
        &["check", "ESTATE", "--format", "json"],
        &["plan", "ESTATE"],
        &["diff", "--reading", "external=Blog..PUR", "--estate", "ESTATE"],
    ];
    let paths = school_in_every_form("inputs");
    for command in commands {
        let call = |estate: &str| {
            let words = command.iter().map(|word| if *word == "ESTATE" { estate } else { word });
            crate::cli::run(&words.collect::<Vec<_>>())
        };
        let plain = call("examples/school");
        for path in &paths {
            let found = call(path);
            let shown = found.stdout.replace(path.as_str(), "examples/school");
            assert_eq!(
                (found.status, shown),
                (plain.status, plain.stdout.clone()),
                "{command:?} {path}\n{}",
                found.stderr
            );
        }
    }
    // An explanation names places, which each form has in its own terms.
    for (path, place) in paths.iter().zip([
        "users.csv.gz:3:",
        "users.parquet, row 2",
        "estate.xlsx, sheet",
        "estate.json:",
        "estate.yaml:",
    ]) {
        for words in [["why", path, "pupils"].as_slice(), &["compare", path]] {
            let call = crate::cli::run(words);
            assert!(call.status == 0 && call.stdout.contains(place), "{words:?}: {}{}", call.stdout, call.stderr);
        }
    }
    let main = crate::cli::run(&["check", "examples/school/estate.toml"]);
    assert_eq!(main.stdout, crate::cli::run(&["check", "examples/school"]).stdout);
}

#[test]
fn an_estate_that_cannot_be_read_prints_nothing() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("inputs-bad");
    std::fs::create_dir_all(&place).unwrap();
    for (name, bytes) in [("e.xlsx", b"PK\x03\x04".as_slice()), ("e.json", b"{"), ("e.yaml", b"a: [\n"), ("e.ods", b"")]
    {
        let path = place.join(name);
        std::fs::write(&path, bytes).unwrap();
        let call = crate::cli::run(&["check", &path.display().to_string()]);
        assert_eq!((call.status, call.stdout.as_str()), (5, ""), "{name}: {}", call.stderr);
        assert!(call.stderr.contains("error[E04") && call.stderr.contains("help: "), "{name}: {}", call.stderr);
    }
}

/// How many generated estates are tried; `ENTAIL_CASES` asks for another number.
fn seeds() -> std::ops::Range<u64> {
    0..std::env::var("ENTAIL_CASES").map_or(300, |cases| cases.parse().unwrap())
}

/// The files of an estate in which some accesses come by other names of their users and devices.
fn under_other_names(document: &Document, rng: &mut generate::Rng) -> Files {
    let mut document = document.clone();
    let mut names = [Vec::new(), Vec::new()];
    for table in document.tables.iter_mut().filter(|table| table.name.text == "accesses") {
        let places = ["user", "device"].map(|name| table.columns.iter().position(|column| column.text == name));
        for row in &mut table.rows {
            for (place, names) in places.iter().zip(&mut names) {
                let Some(cell) = place.map(|place| &mut row[place]).filter(|cell| !cell.text.is_empty()) else {
                    continue;
                };
                for _ in 0..rng.below(3) {
                    let other = format!("{}'", cell.text);
                    names.push((other.clone(), std::mem::replace(&mut cell.text, other)));
                }
            }
        }
    }
    for (kind, names) in ["users", "devices"].into_iter().zip(names) {
        let Some(table) = document.tables.iter_mut().find(|table| table.name.text == kind) else { continue };
        let cell = |text: &str| Cell { text: text.to_owned(), span: table.name.span };
        table.rows.iter_mut().for_each(|row| row.push(cell("")));
        for (other, name) in names.into_iter().collect::<BTreeSet<_>>() {
            let blank = table.columns.iter().map(|column| cell(if column.text == "id" { &other } else { "" }));
            let row = blank.chain([cell(&name)]).collect();
            table.rows.insert(rng.below(table.rows.len() + 1), row);
        }
        table.columns.push(cell("same_as"));
    }
    estate::files(&document).into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

#[test]
fn accesses_under_other_names_are_those_of_the_heads() {
    for seed in seeds() {
        let case = generate::case(seed);
        let policies = [("case.entail".to_owned(), print::policy_text(&case))];
        let files = print::estate_files(&case).into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        let (expected, document) = answer(&policies, Form::Folder(files));
        let files = under_other_names(&document, &mut generate::Rng::new(seed));
        let (found, _) = answer(&policies, Form::Folder(files));
        assert!(found == expected, "seed {seed}:\n{found}\ninstead of\n{expected}");
    }
}

/// In every form it comes to the same bytes, and they say what the reference evaluator finds.
#[test]
fn every_generated_estate_is_the_same_in_every_form() {
    for seed in seeds() {
        compare(seed, &engine).unwrap_or_else(|difference| panic!("{difference}"));
        let case = generate::case(seed);
        let policies = [("case.entail".to_owned(), print::policy_text(&case))];
        let files = print::estate_files(&case).into_iter().map(|(name, text)| (name, text.into_bytes())).collect();
        same_in_every_form(&policies, files, seed, &format!("seed {seed}"));
    }
}
