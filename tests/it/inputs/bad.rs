//! Estates that cannot be read, in each form: what a person is told, with the place in the form's own terms.
//!
//! Every snapshot under `tests/cases/inputs` is what stands on stderr.

use super::read;
use super::writers::{Files, Form, Texts, gzip, parquet_table};
use crate::generate::Rng;
use entail::diagnostic::{Diagnostic, any_error, in_order};
use entail::estate::build;
use entail::report::{Look, diagnostics};
use entail::source::Sources;
use parquet::data_type::{BoolType, ByteArrayType, DoubleType, Int32Type, Int64Type, Int96, Int96Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};
use std::path::Path;
use std::sync::Arc;

/// The problems of an estate under the shipped policies.
fn problems(form: Form) -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::default();
    let program = crate::sound(crate::shipped(), &mut sources);
    let (document, mut problems) = read(form, &mut sources);
    let (_, found) = build(&document, &program);
    problems.extend(found);
    in_order(&mut problems, &sources);
    (problems, sources)
}

fn told(form: Form) -> String {
    let (problems, sources) = problems(form);
    diagnostics(&problems, &sources, &Look::default())
}

fn holds(name: &str, form: Form) {
    same_as_kept(name, &told(form));
}

fn same_as_kept(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/inputs"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A workbook with a sheet of users: a header, and below it what is written there.
fn users(rows: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let keys = book.add_worksheet().set_name("estate").unwrap();
    keys.write_row(0, 0, ["as_of", "2008-03-11"]).unwrap();
    let sheet = book.add_worksheet().set_name("users").unwrap();
    sheet.write_row(0, 0, ["id", "count", "relation"]).unwrap();
    rows(sheet);
    book.save_to_buffer().unwrap()
}

fn good_users() -> Vec<u8> {
    users(|sheet| {
        for row in 1..200 {
            sheet.write_row(row, 0, [format!("user {row}"), "1".to_owned(), "employee".to_owned()]).unwrap();
        }
    })
}

fn workbook(bytes: Vec<u8>) -> Form {
    Form::Whole("estate.xlsx".to_owned(), bytes)
}

fn document(name: &str, text: &str) -> Form {
    Form::Whole(name.to_owned(), text.as_bytes().to_vec())
}

fn folder(files: &[(&str, Vec<u8>)]) -> Form {
    let main = ("estate.toml".to_owned(), b"as_of = 2008-03-11\n".to_vec());
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone()));
    Form::Folder(files.chain([main]).collect::<Files>())
}

fn parquet(columns: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    let rows = rows.iter().map(|row| owned(row)).collect();
    let table = Texts { name: "users".to_owned(), columns: owned(columns), rows };
    parquet_table(&table, &mut Rng::new(1))
}

#[test]
fn cells_are_named_by_sheet_and_letter() {
    holds(
        "workbook_cells",
        workbook(users(|sheet| {
            sheet.write_row(1, 0, ["staff", "200", "emplyee"]).unwrap();
            sheet.write_row(3, 0, ["a, \"b\"", "many", "student"]).unwrap();
            sheet.write_row(4, 0, ["a, \"b\"", "-1", ""]).unwrap();
            sheet.write_string(5, 1, "3").unwrap();
            sheet.write_string(5, 3, "a remark").unwrap();
        })),
    );
}

#[test]
fn formulas_merged_cells_and_errors_are_no_values() {
    let book = users(|sheet| {
        sheet.write_string(1, 0, "staff").unwrap();
        sheet.write_formula(1, 1, Formula::new("=2*100").set_result("200")).unwrap();
        sheet.write_string(2, 0, "pupils").unwrap();
        sheet.write_formula(2, 1, Formula::new("=5*350").set_result("")).unwrap();
        sheet.write_string(3, 0, "visitors").unwrap();
        sheet.write_formula(3, 1, Formula::new("=A1/0").set_result("#DIV/0!")).unwrap();
        sheet.merge_range(4, 2, 6, 2, "student", &Format::new()).unwrap();
        for row in 4..7 {
            sheet.write_string(row, 0, format!("group {row}")).unwrap();
        }
    });
    holds("workbook_formulas", workbook(uncomputed(&book, "<f>5*350</f><v>0</v>", "<f>5*350</f>")));
}

/// A spreadsheet counts days from 1900 on; of a number without a day the nearest one would be given back.
#[test]
fn numbers_without_a_day_are_no_days() {
    let mut book = Workbook::new();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    let keys = book.add_worksheet().set_name("estate").unwrap();
    keys.write_string(0, 0, "as_of").unwrap();
    keys.write_number_with_format(0, 1, -100, &day).unwrap();
    let sheet = book.add_worksheet().set_name("licenses").unwrap();
    sheet.write_row(0, 0, ["license", "metric", "quantity", "sa_until"]).unwrap();
    for (row, number) in [(1, 20_061_231), (2, 2_958_466)] {
        sheet.write_row(row, 0, ["WindowsCAL", "user", "25"]).unwrap();
        sheet.write_number_with_format(row, 3, number, &day).unwrap();
    }
    holds("workbook_days", workbook(book.save_to_buffer().unwrap()));
}

/// Rows and columns that no sheet has, and rows whose number wraps around to one that it has.
#[test]
fn cells_outside_of_every_sheet_take_no_room() {
    let book = users(|sheet| {
        sheet.write_string(1, 0, "staff").unwrap();
    });
    for place in ["A1048577", "B1000000000", "AAAA2", "XFE2", "A4294967298", "A18446744073709551618"] {
        let text = told(workbook(uncomputed(&book, "r=\"A2\"", &format!("r=\"{place}\""))));
        assert!(text.contains("error[E0430]") && text.contains("1 error;"), "{place}: {text}");
    }
    let text = told(workbook(uncomputed(&book, "r=\"A2\"", "r=\"A1048577\"")));
    assert!(text.contains("a cell lies outside of"), "{text}");
}

/// A workbook that no spreadsheet wrote: of two cells in one place neither is taken.
#[test]
fn two_cells_in_one_place() {
    let book = users(|sheet| {
        sheet.write_row(1, 0, ["staff", "", "employee"]).unwrap();
        sheet.write_number(1, 1, 200).unwrap();
        sheet.write_number(2, 1, 1750).unwrap();
        sheet.write_string(2, 0, "pupils").unwrap();
    });
    holds("workbook_cell_twice", workbook(uncomputed(&book, "<c r=\"B3\">", "<c r=\"B2\">")));
}

/// The workbook with a piece of a sheet's text replaced.
fn uncomputed(book: &[u8], piece: &str, other: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut changed = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut found = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        found += text.matches(piece).count();
        changed.start_file(part.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut changed, text.replace(piece, other).as_bytes()).unwrap();
    }
    assert_eq!(found, 1);
    changed.finish().unwrap().into_inner()
}

#[test]
fn sheets_and_keys_of_unknown_names() {
    let mut book = Workbook::new();
    let keys = book.add_worksheet().set_name("Estate").unwrap();
    keys.write_row(0, 0, ["Key", "Value"]).unwrap();
    keys.write_row(1, 0, ["As off", "2008-03-11"]).unwrap();
    keys.write_row(2, 0, ["currency", "USD", "dollars"]).unwrap();
    for name in ["Usres", "Notes", "Users", "users "] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write_row(0, 0, ["id", "Hosted "]).unwrap();
        sheet.write_row(1, 0, ["staff", "no"]).unwrap();
    }
    book.add_worksheet().set_name("empty").unwrap();
    holds("workbook_names", workbook(book.save_to_buffer().unwrap()));
}

#[test]
fn workbooks_that_cannot_be_opened() {
    let bytes = good_users();
    holds("workbook_cut", workbook(bytes[..bytes.len() / 2].to_vec()));
    let mut changed = bytes.clone();
    let middle = changed.len() / 3;
    changed[middle..middle + 40].fill(0x55);
    holds("workbook_damaged", workbook(changed));
    let container = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    let part: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    holds("workbook_encrypted", workbook([container.clone(), vec![0; 1024], part].concat()));
    holds("workbook_old", Form::Whole("estate.xls".to_owned(), [container, vec![0; 1024]].concat()));
    holds("workbook_of_text", workbook(b"id,count\nstaff,200\n".to_vec()));
    holds("other_form", Form::Whole("estate.ods".to_owned(), b"PK\x03\x04".to_vec()));
}

#[test]
fn a_workbook_that_would_fill_the_memory() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("xl/worksheets/sheet1.xml", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..65 {
        std::io::Write::write_all(&mut archive, &vec![b' '; 1 << 20]).unwrap();
    }
    holds("workbook_bomb", workbook(archive.finish().unwrap().into_inner()));
}

#[test]
fn a_cell_far_out_takes_no_room() {
    let far = users(|sheet| {
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
    });
    holds("workbook_far_cell", workbook(far));
}

#[test]
fn documents_that_are_not_json() {
    holds("json_cut", document("estate.json", "{\"as_of\": \"2008-03-11\",\n \"users\": [{\"id\": \"sta"));
    holds("json_comma", document("estate.json", "{\"as_of\": \"2008-03-11\",\n \"users\": [{\"id\": \"staff\",}]}\n"));
    holds("json_list", document("estate.json", "[1, 2]\n"));
    holds("json_surrogate", document("estate.json", "{\"name\": \"\\ud800\"}\n"));
    holds("json_utf16", Form::Whole("estate.json".to_owned(), b"\xFF\xFE{\0}\0".to_vec()));
}

#[test]
fn values_of_json_have_a_line_and_a_path() {
    let text = r#"{
  "as_of": "2008-03-11", "as_of": "2009-03-11",
  "facts": { "students_hold_cals": "perhaps", "pupils_hold_cals": true },
  "usres": [ {"id": "staff"} ],
  "users": [
    { "id": "staff", "count": 200, "relation": "emplyee" },
    { "count": 3.5, "id": "pupils", "id": "students" },
    { "relation": "student" },
    { "id": "parents", "relation": ["parent"] },
    12
  ],
  "users": [],
  "devices": { "id": "kiosk" },
  "accesses": [[[[[[]]]]]],
  "name": {}
}
"#;
    holds("json_values", document("estate.json", text));
}

#[test]
fn values_of_yaml_have_a_line_and_a_path() {
    let text = "as_of: 11/3/2008\nusers:\n- id: staff\n  count: 200\n  relation: emplyee\n- id: \"é, è\"\n  relatoin: \
                student\n- {id: staff, hosted: maybe}\ncurency: USD\nreadings: {external: PUR, extern: PUR}\nservers:\n  - id: web\n    product: \
                WindowsServer\n";
    holds("yaml_values", document("estate.yaml", text));
}

/// What concerns a row is said of the row, whatever its columns are and in whatever order.
#[test]
fn rows_of_documents_are_named_as_rows() {
    let yaml = "as_of: 2008-03-11\nservers:\n- {id: web, product: WindowsServer, version: '2003'}\naccesses:\n- server: web\n  \
                purpose: use\n- purpose: use\n  server: web\nlicenses:\n- license: WindowsCAL\n  metric: user\n  quantity: 5\n";
    let json = "{\"as_of\": \"2008-03-11\", \"servers\": [{\"id\": \"web\", \"product\": \"WindowsServer\", \"version\": \"2003\"}],\n\
                \"accesses\": [\n {\"server\": \"web\", \"purpose\": \"use\"},\n {\"purpose\": \"use\", \"server\": \"web\"}]}\n";
    holds("yaml_rows", document("estate.yaml", yaml));
    holds("json_rows", document("estate.json", json));
}

#[test]
fn documents_that_are_not_yaml() {
    holds("yaml_tab", document("estate.yaml", "as_of: 2008-03-11\nusers:\n\t- id: staff\n"));
    holds("yaml_cut", document("estate.yml", "as_of: 2008-03-11\nusers:\n- {id: staff, relation: \"empl"));
    holds("yaml_two", document("estate.yaml", "as_of: 2008-03-11\n---\nusers: []\n"));
    holds("yaml_key", document("estate.yaml", "as_of: 2008-03-11\nusers:\n- {[id]: staff}\n"));
    holds(
        "keys_without_names",
        document("estate.yaml", "as_of: 2008-03-11\nreadings: Blog\nevidence: [a]\nusers: 3\n"),
    );
    holds("yaml_tag", document("estate.yaml", "as_of: 2008-03-11\nusers: !include users.yaml\n"));
    holds("yaml_core_tag", document("estate.yaml", "as_of: 2008-03-11\nusers:\n- id: !!str 5\n  count: 3\n"));
    holds("yaml_quoted_tag", document("estate.yaml", "as_of: 2008-03-11\nusers: [{id: bob, count: !!int \"5\"}]\n"));
    holds("yaml_table_tag", document("estate.yaml", "as_of: 2008-03-11\nusers: !!seq\n- id: bob\n"));
    holds("yaml_anchor", document("estate.yaml", "as_of: 2008-03-11\nusers:\n- &a {id: staff}\n"));
    holds("yaml_alias", document("estate.yaml", "as_of: 2008-03-11\nusers:\n- *a\n"));
}

#[test]
fn aliases_do_not_grow() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    holds("yaml_bomb", document("estate.yaml", &text));
}

#[test]
fn deep_nesting_is_passed_over() {
    for depth in [300, 100_000] {
        let json = format!("{{\"users\": {}{}}}\n", "[".repeat(depth), "]".repeat(depth));
        let yaml = format!("users: {}{}\n", "[".repeat(depth), "]".repeat(depth));
        for (name, text) in [("estate.json", json), ("estate.yaml", yaml)] {
            let (problems, _) = problems(document(name, &text));
            assert!(any_error(&problems) && problems.len() == 1, "{name} {depth}: {problems:?}");
        }
    }
}

#[test]
fn packed_tables_that_cannot_be_unpacked() {
    let whole = gzip(&b"id,count\nstaff,200\n".repeat(100));
    let mut changed = whole.clone();
    let last = changed.len() - 6;
    changed[last] ^= 1;
    holds("gz_cut", folder(&[("users.csv.gz", whole[..whole.len() / 2].to_vec())]));
    holds("gz_damaged", folder(&[("users.csv.gz", changed)]));
    holds("gz_bomb", folder(&[("users.csv.gz", gzip(&vec![b'0'; (64 << 20) + 1]))]));
    holds("gz_more", folder(&[("users.csv.gz", [whole, b"junk".to_vec()].concat())]));
    holds("gz_cells", folder(&[("users.csv.gz", gzip(b"id,count\nstaff,lots\n"))]));
}

#[test]
fn files_that_end_in_the_middle() {
    holds("csv_cut", folder(&[("users.csv", b"id,count,relation\nstaff,200,employee\npupils,17".to_vec())]));
    holds("csv_cut_in_quotes", folder(&[("users.csv", b"id,relation\nstaff,employee\n\"pup".to_vec())]));
    let keys = b"as_of = 2008-03-11\nname = \"Exam".to_vec();
    holds("keys_cut", Form::Folder(vec![("estate.toml".to_owned(), keys)]));
}

/// What is said of a packed table of accesses is said of that file, and not of one that is not there.
#[test]
fn packed_accesses_are_called_by_the_name_of_their_file() {
    let rows = b"server,user\n".iter().chain(&b"web,staff\n".repeat(100)).copied().collect::<Vec<u8>>();
    let whole = gzip(&rows);
    let mut changed = whole.clone();
    let last = changed.len() - 6;
    changed[last] ^= 1;
    let wide = format!("server{}\n", ",user".repeat(1_100)).into_bytes();
    let texts = [
        whole[..whole.len() / 2].to_vec(),
        changed,
        gzip(b""),
        gzip(b"server,user\nweb,st\0aff\n"),
        gzip(b"server,user\nweb,st\xEBff\n"),
        gzip(b"server,user\nweb,staff,\n\"web\",\"sta"),
        gzip(&wide),
        gzip(&[rows, vec![b'0'; (64 << 20) + 1]].concat()),
    ];
    let servers = b"id,product,version\nweb,WindowsServer,2003\n".to_vec();
    let users = b"id\nstaff\n".to_vec();
    let told = texts.map(|packed| {
        let form =
            folder(&[("accesses.csv.gz", packed), ("servers.csv", servers.clone()), ("users.csv", users.clone())]);
        told(form)
    });
    assert!(!told.concat().contains("accesses.csv`"), "no file of that name is there");
    same_as_kept("gz_accesses", &told.join("\n"));
}

#[test]
fn values_of_parquet_that_are_no_values_of_their_columns() {
    let schema = "message t { REQUIRED BYTE_ARRAY id (UTF8); REQUIRED BOOLEAN count; REQUIRED DOUBLE relation; }";
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(schema).unwrap()), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut ids = group.next_column().unwrap().unwrap();
    ids.typed::<ByteArrayType>().write_batch(&["staff".into(), "pupils".into()], None, None).unwrap();
    ids.close().unwrap();
    let mut counts = group.next_column().unwrap().unwrap();
    counts.typed::<BoolType>().write_batch(&[true, false], None, None).unwrap();
    counts.close().unwrap();
    let mut relations = group.next_column().unwrap().unwrap();
    relations.typed::<DoubleType>().write_batch(&[2.5, f64::NAN], None, None).unwrap();
    relations.close().unwrap();
    group.close().unwrap();
    holds("parquet_values", folder(&[("users.parquet", writer.into_inner().unwrap())]));
}

/// A table with one price, as a float.
pub fn prices_of_floats(price: f64) -> Vec<u8> {
    let schema = "message t { REQUIRED BYTE_ARRAY license (UTF8); REQUIRED DOUBLE price; }";
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(schema).unwrap()), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut licenses = group.next_column().unwrap().unwrap();
    licenses.typed::<ByteArrayType>().write_batch(&["WindowsCAL".into()], None, None).unwrap();
    licenses.close().unwrap();
    let mut prices = group.next_column().unwrap().unwrap();
    prices.typed::<DoubleType>().write_batch(&[price], None, None).unwrap();
    prices.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

/// The two bytes of an `é` stand in two cells: together they are text, but neither cell is.
#[test]
fn bytes_of_parquet_that_are_no_text() {
    let schema = "message t { REQUIRED BYTE_ARRAY id (UTF8); REQUIRED BYTE_ARRAY relation (UTF8); }";
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(schema).unwrap()), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for cells in [["staff", "pupils"].map(str::as_bytes), [b"employe\xC3", b"\xA9e"]] {
        let mut column = group.next_column().unwrap().unwrap();
        let cells = cells.map(|cell| cell.to_vec().into());
        column.typed::<ByteArrayType>().write_batch(&cells, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    holds("parquet_bytes", folder(&[("users.parquet", writer.into_inner().unwrap())]));
}

/// An id with a sign of control is none, and not that of another which has a blank there.
#[test]
fn signs_of_control_in_parquet_are_no_values() {
    let ids = parquet(&["id"], &[&["b\nc"], &["b\tc"], &["b\u{1b}c"]]);
    let text = told(folder(&[("users.parquet", ids)]));
    assert_eq!(text.matches("error[E0409]").count(), 3, "{text}");
    let accesses = parquet(&["user", "server"], &[&["b\nc", "web"]]);
    let servers = b"id,product,version\nweb,WindowsServer,2003\n".to_vec();
    let files = [("users.csv", b"id\nb c\n".to_vec()), ("servers.csv", servers), ("accesses.parquet", accesses)];
    let text = told(folder(&files));
    assert!(text.contains("no user has the id `b"), "{text}");
}

#[test]
fn cells_of_parquet_are_named_by_row_and_column() {
    let bad = parquet(&["id", "count", "relatoin"], &[&["staff", "200", "employee"], &["", "-3", ""]]);
    holds("parquet_cells", folder(&[("users.parquet", bad)]));
}

#[test]
fn parquet_files_that_cannot_be_read() {
    let whole = parquet(&["id", "count"], &[&["staff", "200"], &["pupils", "1750"]]);
    holds("parquet_cut", folder(&[("users.parquet", whole[..whole.len() / 2].to_vec())]));
    holds("parquet_of_text", folder(&[("users.parquet", b"id,count\nstaff,200\n".to_vec())]));
    holds("table_twice", folder(&[("users.parquet", whole), ("users.csv", b"id\nstaff\n".to_vec())]));
}

/// What nobody can write into a cell is called as those call it who write it.
#[test]
fn parquet_columns_by_the_names_of_their_types() {
    let columns = [
        "INT32 id (TIME(MILLIS,true))",
        "INT64 count (TIME(NANOS,true))",
        "INT64 hosted (TIME_MICROS)",
        "FIXED_LEN_BYTE_ARRAY (20) relation (DECIMAL(45,2))",
        "FIXED_LEN_BYTE_ARRAY (16) same_as (UUID)",
        "FIXED_LEN_BYTE_ARRAY (2) a (FLOAT16)",
        "FIXED_LEN_BYTE_ARRAY (12) b (INTERVAL)",
        "FIXED_LEN_BYTE_ARRAY (3) c",
        "BYTE_ARRAY d (BSON)",
        "INT96 e",
    ];
    let schema = format!("message t {{ {} }}", columns.map(|column| format!("OPTIONAL {column};")).concat());
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    holds("parquet_type_names", folder(&[("users.parquet", writer.into_inner().unwrap())]));
}

/// A decimal has the decimals of its column, which nobody wrote, and so the same ids as in a table of text.
#[test]
fn decimals_of_parquet_are_names_and_numbers_as_short_as_can_be() {
    let schema = "message t { REQUIRED INT64 id (DECIMAL(10,2)); REQUIRED INT64 count (DECIMAL(10,2)); REQUIRED DOUBLE same_as; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for values in [[700, 750], [20_000, 100]] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[1.125, 8.0], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let form = folder(&[("users.parquet", writer.into_inner().unwrap())]);
    let (document, problems) = read(form, &mut Sources::default());
    assert_eq!(problems, []);
    let texts = document.tables[0].rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>());
    assert_eq!(texts.collect::<Vec<_>>(), [["7", "200", "1.125"], ["7.5", "1", "8"]]);
}

#[test]
fn parquet_columns_of_other_types() {
    let schema = "message t { REQUIRED INT32 id; REPEATED INT32 groups; REQUIRED INT96 since; }";
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(parse_message_type(schema).unwrap()), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for levels in [None, Some([1])] {
        let mut column = group.next_column().unwrap().unwrap();
        let levels = levels.as_ref().map(|levels| levels.as_slice());
        column.typed::<Int32Type>().write_batch(&[7], levels, levels.map(|_| [0].as_slice())).unwrap();
        column.close().unwrap();
    }
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int96Type>().write_batch(&[Int96::new()], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    holds("parquet_types", folder(&[("users.parquet", writer.into_inner().unwrap())]));
}

#[test]
fn other_names_of_rows() {
    let table = "id,count,same_as,relation\nann,,,employee\nann.admin,,ann,\nann.parent,,ann,parent\nbob,,bob,\n\
                 c,,d,\nd,,c,\neve,,ann.admin,employee\neve,,ann,\nx,2,ann,\ny,,anm,\nann,,bob,\n";
    holds("same_as", folder(&[("users.csv", table.as_bytes().to_vec())]));
}

/// Bytes changed and left out all over a file: an answer each time, and never a panic.
#[test]
fn damage_anywhere_is_answered() {
    let table = parquet(&["id", "count", "relation"], &[&["staff", "200", "employee"], &["pupils", "", "student"]]);
    let packed = gzip(b"id,count,relation\nstaff,200,employee\npupils,,student\n");
    let book = good_users();
    let tries = std::env::var("ENTAIL_CASES").map_or(400, |cases| cases.parse().unwrap());
    for seed in 0..tries {
        let mut rng = Rng::new(seed);
        let _ = problems(folder(&[("users.parquet", damaged(&table, &mut rng))]));
        let _ = problems(folder(&[("users.csv.gz", damaged(&packed, &mut rng))]));
        let _ = problems(workbook(damaged(&book, &mut rng)));
    }
}

fn damaged(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + rng.below(4) {
        if bytes.is_empty() {
            break;
        }
        let at = rng.below(bytes.len());
        match rng.below(4) {
            0 => bytes.truncate(at + 1),
            1 => drop(bytes.remove(at)),
            _ => bytes[at] = rng.below(256) as u8,
        }
    }
    bytes
}
