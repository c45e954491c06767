//! Documents that come from no file: policy tests write theirs down in policy text, a table for each row.

use super::{dump, program, render};
use entail::diagnostic::in_order;
use entail::estate::build;
use entail::estate::document::{Cell, Document, Entry, Table};
use entail::source::{FileId, Sources, Span};

const TEST: &str = "test t { as_of: 2008-03-11 hosted: yes
  user bob { relation: parent }
  user ann { hosted: yes count: 3 }
  server web { product: WindowsServer version: 2003 }
  server old { product: WindowsServer }
  printer p {}
}";

struct Writer(FileId);

impl Writer {
    /// The cell of the first occurrence of `text` behind `after`.
    fn cell(&self, after: &str, text: &str) -> Cell {
        let from = TEST.find(after).unwrap();
        let start = from + TEST[from..].find(text).unwrap();
        Cell { text: text.to_owned(), span: Span::new(self.0, start..start + text.len()) }
    }

    fn table(&self, name: &str, item: &str, cells: &[(&str, &str)]) -> Table {
        let name = Cell { text: name.to_owned(), span: self.cell(item, item).span };
        let columns = cells.iter().map(|(column, _)| Cell { text: (*column).to_owned(), span: name.span }).collect();
        let row = cells.iter().map(|(_, text)| self.cell(item, text)).collect();
        Table { name, columns, rows: vec![row], spans: Vec::new() }
    }

    fn entry(&self, key: &str, value: &str) -> Entry {
        Entry { key: self.cell("test", key), value: self.cell("test", value) }
    }
}

fn shown(document: impl Fn(&Writer) -> Document) -> String {
    let mut sources = Sources::default();
    let program = program::program(&mut sources);
    let writer = Writer(sources.add("test.entail", TEST).unwrap());
    let (estate, mut problems) = build(&document(&writer), &program);
    in_order(&mut problems, &sources);
    if problems.is_empty() { dump::dump(&estate, &program) } else { render::render(&problems, &sources) }
}

#[test]
fn tables_of_one_name_are_one_table() {
    let document = |writer: &Writer| Document {
        entries: vec![writer.entry("as_of", "2008-03-11")],
        tables: vec![
            writer.table("users", "user bob", &[("id", "bob"), ("relation", "parent")]),
            writer.table("servers", "server web", &[("id", "web"), ("product", "WindowsServer"), ("version", "2003")]),
            writer.table("users", "user ann", &[("id", "ann"), ("hosted", "yes"), ("count", "3")]),
        ],
        ..Document::default()
    };
    insta::assert_snapshot!(shown(document), @r"
    estate - as of 2008-03-11 in -
    agreement - signed -
    estate.students_hold_cals = ?
    estate.budget = ?
    user bob x 1 relation=parent hosted=no* hours=? since=?
    user ann x 3 relation=? hosted=yes hours=? since=?
    host web (made) HostKind=? HostCores=? HostProcessors=?
    server web WindowsServer 2003 #1 on web tier=? ServerEdition=?
    ");
}

#[test]
fn problems_stand_in_the_policy_text() {
    let document = |writer: &Writer| Document {
        entries: vec![writer.entry("as_of", "2008-03-11"), writer.entry("as_of", "yes"), writer.entry("hosted", "yes")],
        tables: vec![
            writer.table("users", "user bob", &[("id", "bob"), ("relation", "relation")]),
            writer.table("servers", "server old", &[("id", "old"), ("product", "WindowsServer")]),
            writer.table("printers", "printer p", &[("id", "p")]),
        ],
        ..Document::default()
    };
    insta::assert_snapshot!(shown(document), @r"
    E0421 `as_of` is given twice
      test.entail:1:10
      | test t { as_of: 2008-03-11 hosted: yes
      |          ^^^^^ given again here
      test.entail:1:10
      | test t { as_of: 2008-03-11 hosted: yes
      |          ^^^^^ first given here
      help: keep one of the two

    E0404 an estate has no key `hosted`
      test.entail:1:28
      | test t { as_of: 2008-03-11 hosted: yes
      |                            ^^^^^^ not a key of an estate
      help: `user.hosted` is stated in the table `users`

    E0409 `relation` is no value for `relation`
      test.entail:2:14
      |   user bob { relation: parent }
      |              ^^^^^^^^ expected a value of `Relation`
      help: write one of `employee`, `onsite_contractor`, `student`, `parent`

    E0407 `servers` lacks `version`
      test.entail:5:3
      |   server old { product: WindowsServer }
      |   ^^^^^^^^^^ required and not here
      help: it needs `id`, `product`, `version`

    E0405 an estate has no table `printers`
      test.entail:6:3
      |   printer p {}
      |   ^^^^^^^^^ not the name of a table
      help: the tables are `users`, `devices`, `hosts`, `servers`, `accesses`, `routes`, `licenses`, `prices`, `absences`
    ");
}
