//! Files in forms that a case cannot show: bytes, line ends, delimiters, sizes.

use super::{load, shown};
use entail::estate::{is_part, read};
use entail::source::Sources;
use proptest::prelude::*;

const KEYS: (&str, &[u8]) = ("estate.toml", b"as_of = 2008-03-11\n");

/// The lines about users of what is shown of an estate with this file of users.
fn users(file: &[u8]) -> String {
    let all = shown(&[KEYS, ("users.csv", file)]);
    let lines: Vec<_> = all.lines().filter(|line| line.starts_with("user ")).collect();
    if lines.is_empty() { all } else { lines.join("\n") }
}

#[test]
fn delimiters_line_ends_and_a_byte_order_mark_make_no_difference() {
    let plain = users(b"id,count,relation\npupils,1750,student\nann,,\n");
    insta::assert_snapshot!(plain, @r"
    user pupils x 1750 relation=student hosted=no* hours=? since=?
    user ann x 1 relation=? hosted=no* hours=? since=?
    ");
    assert_eq!(users(b"id;count;relation\npupils;1750;student\nann;;\n"), plain);
    assert_eq!(users(b"id\tcount\trelation\npupils\t1750\tstudent\nann\t\t\n"), plain);
    assert_eq!(users(b"id,count,relation\r\npupils,1750,student\r\nann,,\r\n"), plain);
    assert_eq!(users(b"\xEF\xBB\xBFid,count,relation\npupils,1750,student\nann,,\n"), plain);
    assert_eq!(users(b"id,count,relation\npupils,1750,student\nann,,"), plain);
    assert_eq!(users(b"\n\nid,count,relation\n\n ,,\npupils,1750,student\n,,,,,\n\nann,,\n"), plain);
    assert_eq!(users(b"\"id\",\"count\",\"relation\"\n\"pupils\",\"1750\",\"student\"\n\"ann\",\"\",\"\"\n"), plain);
    assert_eq!(users(b" id , count , relation \n pupils , 1750 , student \n ann , , \n"), plain);
    assert_eq!(
        users(b" \"id\", \"count\" ,\"relation\" \n \"pupils\" ,\" 1750\", \"student\"\n ann, \"\" , \n"),
        plain
    );
}

#[test]
fn a_place_is_exact_behind_quotes_and_line_ends() {
    let places = |file: &[u8]| {
        let (sources, _, problems) = load(&[KEYS, ("users.csv", file)]);
        let spans = problems.iter().map(|problem| problem.primary.as_ref().unwrap().span);
        spans.map(|span| format!("{} {}", sources.place(span), sources.text(span))).collect::<Vec<_>>()
    };
    assert_eq!(places(b"id,relation\r\n\r\nann,employe\r\n"), ["users.csv:3:5 employe"]);
    assert_eq!(places(b"\xEF\xBB\xBFid,relatoin\n"), ["users.csv:1:4 relatoin"]);
    assert_eq!(places("id,relation\n\"Zoë \"\"Z\"\" é\", \u{a0}employe \n".as_bytes()), ["users.csv:2:17 employe"]);
    assert_eq!(places(b"id,relation\n\"a\nb\",\" employe\"\n"), ["users.csv:2:2 a\nb", "users.csv:3:6 employe"]);
    assert_eq!(places(b"id,relation\nann,\"em\"\"ployee \"\n"), ["users.csv:2:6 em\"\"ployee"]);
    assert_eq!(places(b"id,relation\nann,\"em\"ployee\n"), ["users.csv:2:5 \"em\"ployee"]);
    assert_eq!(places(b"id,relation\nann,\"em\"ploy\n").len(), 2);
    assert_eq!(places(b"id,relation\nann, \"employe\" "), ["users.csv:2:7 employe"]);
    assert_eq!(places(b"id,relation\nann, \"em\"\"ployee\""), ["users.csv:2:7 em\"\"ployee"]);
    assert_eq!(places(b"id,relation\n \"a,b\",employee\n"), ["users.csv:2:2 \"a", "users.csv:2:8 employee"]);
    assert_eq!(places(b"id,relation\n,employee"), ["users.csv:2:1 "]);
    assert_eq!(places(b"relation,id\nemployee,"), ["users.csv:2:10 "]);
}

#[test]
fn bytes_that_are_no_text_are_told_from_each_other() {
    let answer = |bytes| shown(&[KEYS, ("users.csv", bytes), ("accesses.csv", b"server,user\n")]);
    let files: [&[u8]; 6] = [
        b"id,relation\nZo\xEB,employee\n",
        b"\xFF\xFEi\0d\0",
        b"PK\x03\x04\x14\x00",
        b"\x7FELF\x02\x01\x00\x00",
        b"",
        b"\r\n\r\n",
    ];
    insta::assert_snapshot!(files.map(answer).join("\n"), @r"
    E0402 `users.csv` is not in UTF-8
      users.csv:2:3
      | Zo�,employee
      |   ^ the byte 0xEB is no character of UTF-8
      help: save the file as UTF-8 (spreadsheets call it “CSV UTF-8”)

    E0402 `users.csv` is in UTF-16
      users.csv:1:1
      | 
      | ^ this file cannot be read
      help: save the file as UTF-8

    E0402 `users.csv` is a workbook or an archive, not text
      users.csv:1:1
      | 
      | ^ this file cannot be read
      help: save each sheet as a CSV file in UTF-8

    E0402 `users.csv` is binary, not text
      users.csv:1:1
      | 
      | ^ this file cannot be read
      help: replace it with a text file in UTF-8

    E0407 `users.csv` is empty
      users.csv:1:1
      | 
      | ^ expected the names of the columns
      help: begin with a line such as `id,count,same_as`, or remove the file

    E0407 `users.csv` is empty
      users.csv:1:1
      | 
      | ^ expected the names of the columns
      help: begin with a line such as `id,count,same_as`, or remove the file
    ");
}

#[test]
fn a_table_that_cannot_be_read_makes_no_id_dangle() {
    let servers = ("servers.csv", b"id,product,version\nweb,WindowsServer,2003\n".as_slice());
    let accesses = ("accesses.csv", b"server,user\nweb,ann\n".as_slice());
    let codes = |users: &[u8]| {
        let (_, _, problems) = load(&[KEYS, ("users.csv", users), servers, accesses]);
        problems.iter().map(|problem| problem.code.text()).collect::<Vec<_>>()
    };
    assert_eq!(codes(b"id\nbob\n"), ["E0411"]);
    assert_eq!(codes(b"id\nbob\n\"ann\n"), ["E0424"]);
    assert_eq!(codes(b"id\nann\xFF\n"), ["E0402"]);
}

#[test]
fn ids_may_be_long_and_messages_shorten_them() {
    let long = "é".repeat(10_000);
    let file = format!("id\n{long}\n{long}\n");
    let answer = shown(&[KEYS, ("users.csv", file.as_bytes())]);
    assert!(answer.starts_with(&format!("E0410 two rows of `users` have the id `{}…`\n", "é".repeat(40))));
    assert!(users(format!("id\n{long}\n").as_bytes()).contains(&long));
    let (_, _, problems) = load(&[KEYS, ("users.csv", format!("id\n{}\n", "x".repeat(70_000)).as_bytes())]);
    assert_eq!(problems[0].code.text(), "E0422");
    assert_eq!(problems[0].primary.as_ref().unwrap().text, "70000 bytes; a cell holds at most 65536");
}

#[test]
fn a_line_of_ten_megabytes_is_answered() {
    for file in ["x".repeat(10_000_000), ",".repeat(10_000_000), format!("id\n\"{}", "x\n".repeat(5_000_000))] {
        let (_, _, problems) = load(&[KEYS, ("users.csv", file.as_bytes())]);
        assert!(!problems.is_empty() && problems.len() < 10);
        assert!(problems.iter().all(|problem| problem.message.len() < 200));
    }
    let (_, _, problems) = load(&[("estate.toml", format!("name = {}", "x".repeat(10_000_000)).as_bytes())]);
    assert!(problems.iter().all(|problem| problem.message.len() < 200));
}

#[test]
fn a_hundred_thousand_rows_are_built_and_each_wrong_one_is_told() {
    let row = |at: usize| format!("user{at},{},employee,{},{at}\n", at % 7, ["", "yes", "no"][at % 3]);
    let users: String =
        std::iter::once("id,count,relation,hosted,hours\n".to_owned()).chain((0..100_000).map(row)).collect();
    let chain = |at: usize| {
        format!("s{at},WindowsServer,2003,{}\n", at.checked_sub(1).map_or(String::new(), |below| format!("s{below}")))
    };
    let servers: String =
        std::iter::once("id,product,version,runs_on\n".to_owned()).chain((0..20_000).map(chain)).collect();
    let access = |at: usize| format!("s{},user{at}\n", at % 20_000);
    let accesses: String = std::iter::once("server,user\n".to_owned()).chain((0..100_000).map(access)).collect();
    let wrong = accesses.replace("user", "nobody").replacen("nobody", "user", 1);
    let (_, estate, problems) = load(&[
        KEYS,
        ("users.csv", users.as_bytes()),
        ("servers.csv", servers.as_bytes()),
        ("accesses.csv", accesses.as_bytes()),
    ]);
    assert_eq!((problems.len(), estate.accesses.len(), estate.hosts.len()), (0, 100_000, 1));
    let (_, _, problems) = load(&[
        KEYS,
        ("users.csv", users.as_bytes()),
        ("servers.csv", servers.as_bytes()),
        ("accesses.csv", wrong.as_bytes()),
    ]);
    assert_eq!(problems.iter().map(|problem| problem.count).sum::<u32>(), 100_000);
}

#[test]
fn a_file_that_may_be_meant_as_a_table_is_read_or_refused() {
    let said = |name: &str| shown(&[KEYS, (name, b"id\nstaff\n")]);
    let packed = ["users.csv.zip", "users.csv.GZ", "users.CSV.gz", "users.csv.zst", "users.tsv.gz", "users.parquet.gz"];
    let others =
        ["users", "USERS", "users.pq", "users.parq", "users.tsv", "users.csv.bak", "users.csv~", "Users.parquet"];
    for name in packed.into_iter().chain(others) {
        let said = said(name);
        assert!(is_part(name) && said.contains(&format!("E0402 `{name}` is not a CSV file")), "{name}: {said}");
        assert!(said.contains("help: save the table as `users.csv`: separated by"), "{name}: {said}");
    }
    for (name, help) in [("user.csv.gz", "did you mean `users.csv`?"), ("notes.parquet", "the tables are users, ")] {
        let said = said(name);
        assert!(
            is_part(name) && said.contains(&format!("E0405 `{name}` is no table")) && said.contains(help),
            "{said}"
        );
    }
    for name in ["README.md", "usersmanual.pdf", ".users.csv.swp", "list of users.txt"] {
        assert!(!is_part(name), "{name}");
    }
}

#[test]
fn the_header_says_what_is_wrong_with_it() {
    let said = |text: &[u8]| shown(&[KEYS, ("users.csv", text), ("accesses.csv", text)]);
    insta::assert_snapshot!([b"\"id,count\nstaff,20\n".as_slice(), b"sep=;\nid;count\nstaff;20\n"].map(said).join("\n"), @r#"
    E0424 this quote is never closed
      accesses.csv:1:1
      | "id,count
      | ^ the cell would run to the end of the file
      help: close it with `"`; a quote inside a quoted cell is written twice

    E0424 this quote is never closed
      users.csv:1:1
      | "id,count
      | ^ the cell would run to the end of the file
      help: close it with `"`; a quote inside a quoted cell is written twice

    E0406 this line names no columns
      accesses.csv:1:1
      | sep=;
      | ^^^^ expected the names of the columns
      help: remove the line: what separates cells is seen where the columns are named

    E0406 this line names no columns
      users.csv:1:1
      | sep=;
      | ^^^^ expected the names of the columns
      help: remove the line: what separates cells is seen where the columns are named
    "#);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_stands_where_its_place_says(rows in "[ab,;\"\n\r \té]{0,40}") {
        let mut sources = Sources::default();
        let file = format!("id,count\n{rows}");
        let (document, _) = read(vec![("users.csv".to_owned(), file.into_bytes())], &mut sources);
        for cell in document.tables.iter().flat_map(|table| table.rows.iter().flatten()) {
            let bare = |text: &str| text.replace('"', "").split_whitespace().collect::<String>();
            prop_assert_eq!(bare(&sources.text(cell.span)), bare(&cell.text));
        }
    }

    #[test]
    fn bytes_of_any_kind_are_answered(keys in "\\PC{0,60}", table in any::<Vec<u8>>()) {
        let _ = shown(&[("estate.toml", keys.as_bytes()), ("users.csv", &table), ("prices.csv", &table)]);
    }
}
