//! From a keystroke to what is wrong, in a set of 300 rules and more: the message of the editor, the parse of one file, the
//! check of the set, the diagnostics as they are published.
//!
//! `cargo bench --bench editor`. A median of 50 ms for 300 rules is the most that a writer should wait.

use divan::Bencher;
use entail::lsp::{Disk, File, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId};
use serde_json::{Value, json};
use std::fmt::Write;

fn main() {
    divan::main();
}

/// A set of files with 25 rules each, and readings that they rest on.
struct Policies(Vec<(String, File)>);

const FOLDER: &str = "/w/policies";

impl Policies {
    fn of(rules: usize) -> Policies {
        let base = "source S \"A document\" { kind: contract }\n\
            enum Relation { employee contractor customer }\n\
            facts user { relation: Relation \"Who?\" hours: int \"How many hours?\" }\n\
            product P \"A product\" { release 1 release 2 functionality use }\n\
            license CAL \"A licence\" { assigned to user grants P.use provided new \"new\" at S \"s\": license.version >= server.version }\n\
            define outsider \"Outsider\" { reading S \"s\" { when user.relation is not employee } }\n";
        let mut files = vec![file("base.entail", base.to_owned())];
        for (number, first) in (0..rules).step_by(25).enumerate() {
            let mut text = String::new();
            for rule in first..rules.min(first + 25) {
                let _ = writeln!(
                    text,
                    "exempt rule{rule} \"Rule {rule}\" at S \"{rule}\" {{\n  for P\n  when user is outsider and user.hours > {rule} and (user.relation in [contractor, customer] or user.hours < 3)\n}}"
                );
            }
            files.push(file(&format!("rules{number:03}.entail"), text));
        }
        Policies(files)
    }
}

fn file(name: &str, text: String) -> (String, File) {
    (name.to_owned(), (format!("{FOLDER}/{name}"), text.into_bytes()))
}

impl Disk for Policies {
    fn policies(&self, _: &str) -> Vec<(String, File)> {
        self.0.clone()
    }

    fn estate(&self, _: &str) -> Vec<File> {
        Vec::new()
    }

    fn is_file(&self, _: &str) -> bool {
        false
    }

    fn is_folder(&self, path: &str) -> bool {
        path == FOLDER
    }

    fn today(&self) -> entail::value::Date {
        entail::value::Date::default()
    }
}

#[divan::bench(args = [300, 1_200])]
fn keystroke(bencher: Bencher<'_, '_>, rules: usize) {
    let policies = Policies::of(rules);
    let Some((_, (path, text))) = policies.0.get(1).cloned() else { return };
    let (uri, text) = (format!("file://{path}"), String::from_utf8_lossy(&text).into_owned());
    let end = text.matches('\n').count();
    let (own, client) = Connection::memory();
    let server = std::thread::spawn(move || serve(&own, &policies, Vec::new()));
    let notify = |method: &str, params: Value| {
        let _ = client.sender.send(Message::Notification(Notification { method: method.to_owned(), params }));
    };
    let request =
        Request { id: RequestId::from(1), method: "initialize".to_owned(), params: json!({ "capabilities": {} }) };
    let _ = client.sender.send(Message::Request(request));
    let document = json!({ "uri": uri, "languageId": "entail", "version": 0, "text": text });
    notify("textDocument/didOpen", json!({ "textDocument": document }));
    let published = |version: i64| {
        client.receiver.iter().any(|message| match message {
            Message::Notification(told) => told.params.get("version").and_then(Value::as_i64) == Some(version),
            Message::Request(_) | Message::Response(_) => false,
        })
    };
    published(0);
    let mut version = 0;
    bencher.bench_local(|| {
        version += 1;
        // A comment grows letter by letter below the last rule.
        let place = json!({ "line": end, "character": version - 1 });
        let typed = if version == 1 { "#" } else { "x" };
        let changes = json!([{ "range": { "start": place, "end": place }, "text": typed }]);
        notify(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }),
        );
        published(version)
    });
    notify("exit", Value::Null);
    let _ = server.join();
}
