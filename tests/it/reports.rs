//! Reports as people pass them on, and as other programs read them.

use crate::cli::{Estate, run};
use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::{Value, json};
use std::fmt::Write;
use std::io::Read;
use std::path::Path;

const FORMATS: [&str; 8] = ["text", "json", "markdown", "html", "csv", "xlsx", "sarif", "github"];

/// Clerks whose licences suffice, and readers of whom nobody knows whether they are identified.
fn undetermined(name: &str) -> Estate {
    let estate = Estate::new(name);
    estate.file("estate.toml", "name = \"Reading Room\"\nas_of = 2008-03-11\ncurrency = \"EUR\"\n");
    estate.file("users.csv", "id,count,relation\nreaders,many,customer\nclerks,12,employee\n");
    estate.file("accesses.csv", "user,server,channel,identified\nreaders,web,internet,\nclerks,web,lan,yes\n");
    estate.file("prices.csv", "license,price\nWindowsCAL,29.50\nWindowsEC,1999\n");
    estate.file(
        "licenses.csv",
        "license,metric,quantity,version,sa_until,acquired,document\n\
         WindowsCAL,user,12,2003,2009-06-30,2006-05-02,invoice 17\n\
         WindowsCAL,user,5,2003,,2008-09-01,order 4\n",
    )
}

/// Clients who are hosted, and a public that nothing on the price list covers.
fn prohibited(name: &str) -> Estate {
    let estate = Estate::new(name);
    estate.file("estate.toml", "name = \"Hosting Ltd\"\nas_of = 2008-03-11\ncurrency = \"GBP\"\n");
    estate.file("servers.csv", "id,product,version\nweb,WindowsServer,2003\nold,WindowsServer,2003\n");
    estate.file("prices.csv", "license,price\nWindowsCAL,29\n");
    estate.file("accesses.csv", "user,server,channel,identified\nclients,web,internet,yes\npublic,old,internet,yes\n");
    estate.file("users.csv", "id,count,relation,hosted\nclients,30,customer,yes\npublic,many,member_of_the_public,no\n")
}

/// A report as a file, with what changes from run to run or with every word of the policies taken out.
fn report(command: &str, estate: &str, format: &str) -> String {
    let call = run(&[command, estate, "--format", format, "-q"]);
    assert_eq!(call.stderr, "", "{command} {estate} {format}");
    let digest = call.stdout.split(|letter: char| !letter.is_ascii_hexdigit()).find(|word| word.len() == 64);
    let text = digest.map_or_else(|| call.stdout.clone(), |digest| call.stdout.replace(digest, "…"));
    let folder = Path::new(estate).parent().map(|folder| format!("{}/", folder.display())).unwrap_or_default();
    match folder.starts_with('/') {
        true => text.replace(&format!("file://{folder}"), "").replace(&folder, ""),
        false => text,
    }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/reports"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A position in every form but those that have tests of their own.
fn snapshots(name: &str, estate: &str) {
    for format in ["markdown", "csv", "sarif", "github"] {
        snapshot(&format!("{name}_{format}"), &report("check", estate, format));
    }
    snapshot(&format!("{name}_html"), &body(&report("check", estate, "html")));
    let folder = Path::new(estate).parent().unwrap().to_str().unwrap();
    snapshot(
        &format!("{name}_xlsx"),
        &cells(&file(estate, name, "check", "xlsx"), name).replace(&format!("{folder}/"), ""),
    );
}

#[test]
fn the_school_in_every_format() {
    snapshots("school", "examples/school");
    snapshot("school_plan_markdown", &report("plan", "examples/school", "markdown"));
}

#[test]
fn an_undetermined_position() {
    snapshots("undetermined", undetermined("report-undetermined").path());
}

#[test]
fn a_prohibited_position() {
    snapshots("prohibited", prohibited("report-prohibited").path());
}

/// What stands between the style and the script, which are files of their own.
fn body(page: &str) -> String {
    let (_, body) = page.split_once("<body>\n").unwrap();
    body.split_once("<script>").unwrap().0.to_owned()
}

#[test]
fn a_report_is_the_same_to_the_byte() {
    let estate = undetermined("report-bytes");
    for format in FORMATS {
        let [first, second] = ["first", "second"].map(|name| file(estate.path(), name, "check", format));
        assert!(first == second, "{format}");
    }
}

/// The bytes of a report written to a file.
fn file(estate: &str, name: &str, command: &str, format: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.report"));
    let call = run(&[command, estate, "--format", format, "-q", "-o", path.to_str().unwrap()]);
    assert_eq!(call.stdout, "");
    std::fs::read(path).unwrap()
}

#[test]
fn the_exit_status_is_that_of_the_position_in_every_format() {
    let estate = undetermined("report-status");
    let path = format!("{}.out", estate.path());
    for format in FORMATS {
        assert_eq!(run(&["check", estate.path(), "--format", format, "-o", &path]).status, 3, "{format}");
        assert_eq!(run(&["plan", estate.path(), "--format", format, "-o", &path]).status, 0, "{format}");
    }
}

/// A workbook as text: every cell with its kind, and that nothing in it is a formula.
fn cells(bytes: &[u8], name: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.xlsx"));
    std::fs::write(&path, bytes).unwrap();
    let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
    let mut text = String::new();
    for sheet in workbook.sheet_names() {
        assert!(workbook.worksheet_formula(&sheet).unwrap().is_empty(), "{sheet} has a formula");
        let _ = writeln!(text, "[{sheet}]");
        for row in workbook.worksheet_range(&sheet).unwrap().rows() {
            let cells: Vec<String> = row.iter().map(cell).collect();
            let _ = writeln!(text, "{}", cells.join(" | ").trim_end());
        }
    }
    text
}

fn cell(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) if text.len() == 64 && text.chars().all(|letter| letter.is_ascii_hexdigit()) => {
            "…".to_owned()
        }
        Data::String(text) => format!("{text:?}"),
        Data::Float(number) => number.to_string(),
        Data::DateTime(day) => {
            let (year, month, day, ..) = day.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02}")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_workbook_of_a_plan_says_who_gets_what() {
    let plan = cells(&file("examples/school", "plan", "plan", "xlsx"), "plan");
    assert!(plan.contains("[Who gets what]\n\"Holder\" | \"Gets\" | \"Per\" | \"Units\"\n\"moss\" | "), "{plan}");
}

#[test]
fn a_workbook_says_the_figures_of_the_json() {
    let json: Value = serde_json::from_str(&report("check", "examples/school", "json")).unwrap();
    file("examples/school", "figures", "check", "xlsx");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures.report");
    let mut workbook: Xlsx<_> = open_workbook(&path).unwrap();
    let sheet = workbook.worksheet_range("Position").unwrap();
    let keys = ["license", "version", "metric", "owned", "used", "buy", "spare", "unit_price", "cost"];
    for (row, line) in sheet.rows().skip(1).zip(json["licenses"].as_array().unwrap()) {
        for (cell, key) in row.iter().zip(keys) {
            let said = line[key].as_str().map_or_else(|| line[key].to_string(), str::to_owned);
            assert_eq!(cell.to_string(), said, "{key}");
        }
    }
    assert_eq!(sheet.height(), 1 + json["licenses"].as_array().unwrap().len());
}

/// A part of a workbook, which is an archive of XML.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_workbook_is_ready_to_work_with() {
    let estate = undetermined("report-ready");
    let bytes = file(estate.path(), "ready", "check", "xlsx");
    for sheet in 2..=8 {
        let text = part(&bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(text.contains("<pane ySplit=\"1\"") && text.contains("state=\"frozen\""), "{sheet} {text}");
        assert!(text.contains("<autoFilter ref=\"A1:"), "{sheet}");
        assert!(text.contains("customWidth=\"1\""), "{sheet}");
    }
    let styles = part(&bytes, "xl/styles.xml");
    assert!(
        styles.contains("formatCode=\"#,##0.00## [$EUR]\"") && styles.contains("formatCode=\"yyyy-mm-dd\""),
        "{styles}"
    );
    let core = part(&bytes, "docProps/core.xml");
    assert!(
        core.contains(">2008-03-11T00:00:00Z</dcterms:created>"),
        "the day of the position, not of the writing: {core}"
    );
}

/// Names that mean something to a spreadsheet, a page, a table or a command line.
const HOSTILE: [&str; 8] =
    ["=cmd()", "+1+1", "-2+3", "@SUM(A1)", "<script>alert(1)</script>", "a\"b'c|d`e", "&lt;", "]]>%0A::error::"];

fn hostile(name: &str) -> Estate {
    let estate = Estate::new(name);
    let (mut users, mut accesses) = ("id,count,relation\n".to_owned(), "user,server,channel,identified\n".to_owned());
    for id in HOSTILE {
        let id = id.replace('"', "\"\"");
        let _ = writeln!(users, "\"{id}\",3,employee");
        let _ = writeln!(accesses, "\"{id}\",web,lan,");
    }
    estate.file("users.csv", users).file("accesses.csv", accesses);
    estate.file(
        "licenses.csv",
        "license,metric,quantity,version,document\nWindowsCAL,user,1,2003,\"=HYPERLINK(\"\"x\"\")\"\n",
    );
    estate.file(
        "estate.toml",
        "as_of = 2008-03-11\ncurrency = '=1+1\"];<b>'\nname = \"</title><script>alert(2)</script> # | @all\"\n",
    )
}

#[test]
fn a_page_is_well_formed_and_loads_nothing() {
    for (estate, command) in [
        ("examples/school", "check"),
        ("examples/school", "plan"),
        (undetermined("page-undetermined").path(), "check"),
        (prohibited("page-prohibited").path(), "check"),
        (hostile("page-hostile").path(), "check"),
        (hostile("page-hostile-plan").path(), "plan"),
    ] {
        let page = report(command, estate, "html");
        let errors = scraper::Html::parse_document(&page).errors;
        assert!(errors.is_empty(), "a page by the rules of HTML: {errors:?}");
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
        let document = roxmltree::Document::parse_with_options(&page, options).unwrap();
        let mut ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "no id stands twice");
        for node in document.descendants() {
            assert!(
                node.attribute("src").is_none()
                    && !node.attributes().any(|attribute| attribute.name().starts_with("on"))
            );
            if let Some(link) = node.attribute("href") {
                assert!(link == "data:," || ids.contains(&link.trim_start_matches('#')), "{link}");
            }
            let mut named = node.attribute("aria-labelledby").unwrap_or("").split_whitespace();
            assert!(named.all(|id| ids.contains(&id)), "what is named is there");
        }
        let tags = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
        assert_eq!(
            (tags("script"), tags("style"), tags("title") - tags("svg"), tags("h1"), tags("main")),
            (1, 1, 1, 1, 1)
        );
        assert_eq!(tags("table"), tags("caption"));
        assert!(
            document.descendants().filter(|node| node.has_tag_name("th")).all(|head| head.attribute("scope").is_some())
        );
        assert!(!page.contains("://") && !page.contains("url(") && !page.contains("@import"), "nothing from elsewhere");
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn the_plot_shows_the_break_even_of_the_price_list() {
    let page = report("check", "examples/school", "html");
    for said in
        ["break-even: 69<", "break-even: 436<", "123,250 USD against 1,999 USD", "399,500 USD against 40,943 USD"]
    {
        assert!(page.contains(said), "{said}");
    }
    let estate = Estate::new("plot-none").file("users.csv", "id,count,relation\nvisitors,20,employee\n");
    assert!(!report("check", estate.path(), "html").contains("<svg"), "no plot where nothing competes");
    let unpriced = Estate::new("plot-unpriced").file("users.csv", "id,count,relation\nvisitors,20,customer\n");
    std::fs::remove_file(Path::new(unpriced.path()).join("prices.csv")).unwrap();
    assert!(!report("check", unpriced.path(), "html").contains("<svg"), "nor without prices");
    let three = Estate::new("plot-three");
    three.file("users.csv", "id,count,relation\nvisitors,250,customer\n");
    three.file(
        "servers.csv",
        "id,product,version\nweb,WindowsServer,2003\nb,WindowsServer,2003\nc,WindowsServer,2003\n",
    );
    three.file(
        "accesses.csv",
        "user,server,channel,identified\nvisitors,web,internet,yes\nvisitors,b,internet,yes\nvisitors,c,internet,yes\n",
    );
    let page = report("check", three.path(), "html");
    assert!(page.contains("break-even: 207<") && page.contains("here: 250<"), "three hosts");
}

#[test]
fn names_in_a_report_are_names_and_nothing_else() {
    let estate = hostile("report-hostile");
    let page = report("check", estate.path(), "html");
    for id in &HOSTILE[4..] {
        let told = id
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;");
        assert!(page.contains(&told), "{told}");
    }
    let markdown = report("check", estate.path(), "markdown");
    assert!(!markdown.contains("<script>") && !markdown.contains("@all") && !markdown.contains("\n# | "), "{markdown}");
    let widths = |line: &str| line.replace("\\|", "").matches('|').count();
    let demands: Vec<usize> = markdown.lines().filter(|line| line.starts_with('|')).map(widths).collect();
    assert!(!demands.contains(&1), "{markdown}");
    let csv = report("check", estate.path(), "csv");
    assert!(csv.lines().nth(1).unwrap().ends_with(",\"'=1+1\"\"];<b>\""), "{csv}");
    let annotations = report("check", estate.path(), "github");
    assert!(
        annotations.lines().all(|line| line.starts_with("::error file=") || line.starts_with("::warning file=")),
        "{annotations}"
    );
    let book = cells(&file(estate.path(), "hostile", "check", "xlsx"), "hostile");
    for id in HOSTILE {
        assert!(book.contains(&format!("{id:?}")), "{id} in {book}");
    }
}

#[test]
fn a_long_table_is_cut_with_a_count() {
    let estate = Estate::new("report-long");
    let (mut users, mut accesses) = ("id,relation\n".to_owned(), "user,server,channel,identified\n".to_owned());
    for user in 0..1_500 {
        let _ = writeln!(users, "u{user},employee");
        let _ = writeln!(accesses, "u{user},web,lan,yes");
    }
    estate.file("users.csv", users).file("accesses.csv", accesses);
    let page = report("check", estate.path(), "html");
    assert!(page.contains("the first 1,000 of 1,500; `--format xlsx` lists all"));
    assert_eq!(page.matches("WindowsServer.standard").count(), 1_000);
    let book = cells(&file(estate.path(), "long", "check", "xlsx"), "long");
    assert_eq!(book.matches("\"WindowsServer.standard\"").count(), 1_500);
    let plan = report("plan", estate.path(), "markdown");
    assert!(plan.contains("the first 100 of 1,500; \\`--format xlsx\\` lists all"), "{plan}");
}

/// What SARIF 2.1.0 asks of the parts that are written.
fn sarif_schema() -> Value {
    let message = json!({ "type": "object", "required": ["text"], "properties": { "text": { "type": "string", "minLength": 1 } } });
    let number = json!({ "type": "integer", "minimum": 1 });
    let location = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["physicalLocation"],
        "properties": {
            "message": message,
            "physicalLocation": {
                "type": "object",
                "required": ["artifactLocation", "region"],
                "properties": {
                    "artifactLocation": { "type": "object", "properties": { "uri": { "type": "string", "pattern": "^[A-Za-z0-9._~/%:-]+$" } } },
                    "region": {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": { "startLine": number, "startColumn": number, "endLine": number, "endColumn": number },
                    },
                },
            },
        },
    });
    let result = json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["ruleId", "ruleIndex", "level", "message"],
        "properties": {
            "ruleId": { "type": "string" },
            "ruleIndex": { "type": "integer", "minimum": 0 },
            "level": { "enum": ["error", "warning", "note"] },
            "message": message,
            "locations": { "type": "array", "minItems": 1, "maxItems": 1, "items": location },
            "relatedLocations": { "type": "array", "uniqueItems": true, "items": location },
        },
    });
    let rule = json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "string" }, "shortDescription": message } });
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["version", "runs"],
        "properties": {
            "$schema": { "type": "string", "format": "uri" },
            "version": { "const": "2.1.0" },
            "runs": { "type": "array", "minItems": 1, "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["tool", "results"],
                "properties": {
                    "tool": { "type": "object", "required": ["driver"], "properties": { "driver": {
                        "type": "object",
                        "required": ["name"],
                        "properties": { "rules": { "type": "array", "uniqueItems": true, "items": rule } },
                    } } },
                    "columnKind": { "enum": ["utf16CodeUnits", "unicodeCodePoints"] },
                    "results": { "type": "array", "items": result },
                },
            } },
        },
    })
}

#[test]
fn sarif_logs_have_the_shape_of_2_1_0() {
    let owned =
        Estate::new("sarif-owned").file("licenses.csv", "license,metric,quantity,version\nWindowsCAL,user,20,2003\n");
    let broken =
        Estate::new("sarif-broken").file("users.csv", "id,count,relation\nvisitors,20,emploee\nvisitors,-3,customer\n");
    let validator = jsonschema::validator_for(&sarif_schema()).unwrap();
    for (estate, status, results) in [
        ("examples/school", 1, 4),
        (owned.path(), 0, 0),
        (undetermined("sarif-undetermined").path(), 3, 3),
        (prohibited("sarif-prohibited").path(), 1, 2),
        (hostile("sarif-hostile").path(), 1, 1),
        (broken.path(), 5, 3),
    ] {
        let call = run(&["check", estate, "--format", "sarif"]);
        let log: Value = serde_json::from_str(&call.stdout).unwrap();
        let problems: Vec<String> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
        assert_eq!(problems, Vec::<String>::new(), "{estate}: {log:#}");
        let run = &log["runs"][0];
        let found = run["results"].as_array().unwrap();
        assert_eq!((call.status, found.len()), (status, results), "{estate}: {log:#}");
        for result in found {
            let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        }
    }
}

#[test]
fn what_is_in_error_is_the_finding() {
    let broken = Estate::new("finding-broken")
        .file("users.csv", "id,count,relation\nvisitors,20,emploee\nvisitors,-3,customer\n");
    let call = run(&["check", broken.path(), "--format", "github"]);
    assert_eq!(call.status, 5);
    snapshot("errors_of_an_estate_github", &call.stdout.replace(broken.path(), "estate"));
    let steering = Estate::new("finding-steering").file("users\u{1b}[31m.csv", "x\n");
    let call = run(&["check", steering.path(), "--format", "github"]);
    assert!(call.stdout.contains("/users\\u{1b}[31m.csv,line=1,col=1,") && !call.stdout.contains('\u{1b}'));
    assert!(call.stderr.contains("error[E0"), "and told as ever");
    let policies = Estate::empty("finding-policies").file("a.entail", "licence X {}\n");
    let call = run(&["check", "examples/school", "-p", policies.path(), "--format", "github"]);
    assert_eq!(call.status, 4);
    assert!(
        call.stdout.starts_with(&format!("::error file={}/a.entail,line=1,col=1,title=E0", policies.path())),
        "{}",
        call.stdout
    );
}

#[test]
fn policy_tests_for_build_servers() {
    let folder = Estate::empty("junit").file(
        "a.entail",
        "test fails \"a <title> & more\" {\n  as_of: 2008-03-11\n  expect status shortfall\n}\n\
         test passes {\n  as_of: 2008-03-11\n  expect status compliant\n}\n",
    );
    let call = run(&["test", folder.path(), "--format", "junit"]);
    assert_eq!(call.status, 1);
    roxmltree::Document::parse(&call.stdout).unwrap();
    snapshot("tests_junit", &call.stdout.replace(folder.path(), "policies"));
    let call = run(&["test", folder.path(), "--format", "github"]);
    assert_eq!(call.stdout.lines().count(), 1, "{}", call.stdout);
}

#[test]
fn a_format_that_a_command_does_not_make_is_wrong_usage() {
    let told = |arguments: &[&str]| {
        let call = run(arguments);
        format!("{} {}{}", call.status, call.stdout, call.stderr)
    };
    let all = [
        told(&["check", "examples/school", "--format", "junit"]),
        told(&["test", "policies", "--format", "xlsx"]),
        told(&["sources", "--format", "html"]),
        told(&["check", "examples/school", "--format", "pdf"]),
    ];
    snapshot("formats_that_are_not_made", &all.join("\n"));
}

#[test]
fn a_report_that_cannot_be_written_leaves_the_old_one() {
    let estate = Estate::new("report-unwritten");
    let nowhere = format!("{}/no/such/folder/position.xlsx", estate.path());
    for format in FORMATS {
        let call = run(&["check", estate.path(), "--format", format, "-o", &nowhere]);
        assert_eq!((call.status, call.stdout.as_str()), (2, ""), "{format}");
        assert!(call.stderr.contains("error[E0616]"), "{}", call.stderr);
    }
}
