//! Stories: files, then what a writer does line by line; the answer is what he would see.
//!
//! ```text
//! --- /w/policies/a.entail
//! …
//! === story
//! open a.entail
//! type a.entail `when ‸` user.relation
//! replace a.entail `old text` `new text`
//! hover a.entail `rela‸tion`
//! rename a.entail `ext‸ernal` outsider
//! ```

use super::client::{Client, Files, edited, offset, path, position, uri};
use serde_json::{Value, json};
use std::fmt::Write;

/// What becomes of a story.
pub fn told(story: &str) -> String {
    let (files, lines) = story.split_once("=== story\n").expect("a story");
    let disk = Files::default();
    for file in files.split("--- ").skip(1) {
        let (name, text) = file.split_once('\n').unwrap();
        disk.write(name, text);
    }
    let options = lines.lines().find_map(|line| line.strip_prefix("settings "));
    let client = Client::start(disk, options.map_or(Value::Null, |options| serde_json::from_str(options).unwrap()));
    let mut teller = Teller { client, text: String::new() };
    for line in lines.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("settings ")) {
        teller.tell(line);
    }
    teller.text
}

struct Teller {
    client: Client,
    text: String,
}

impl Teller {
    fn say(&mut self, text: &str) {
        for line in text.lines() {
            let _ = writeln!(self.text, "    {line}");
        }
    }

    fn tell(&mut self, line: &str) {
        if line.starts_with('#') {
            let _ = writeln!(self.text, "{line}");
            return;
        }
        let _ = writeln!(self.text, "> {line}");
        let words = words(line);
        let command = words[0].as_str();
        let name = words.get(1).map_or_else(String::new, |name| self.whole(name));
        match command {
            "open" => {
                let text = String::from_utf8(self.client.files.0.lock().unwrap()[&name].clone()).unwrap();
                self.client.open(&name, &text);
            }
            "save" => self.client.save(&name),
            "close" => self.client.close(&name),
            "delete" => {
                self.client.files.remove(&name);
                self.watched(&name, 3);
            }
            "write" => {
                self.client.files.write(&name, words[2].clone());
                self.watched(&name, 2);
            }
            "type" => self.type_in(&name, &words[2], &words[3]),
            "replace" => {
                let start = self.client.open[&name].0.find(&words[2]).expect("the old text");
                self.client.edit(&name, start..start + words[2].len(), &words[3]);
            }
            "hover" => self.hover(&name, &words[2]),
            "complete" => self.complete(&name, &words[2]),
            "definition" | "references" => self.places(command, &name, &words[2]),
            "fix" => self.fix(&name, &words[2], words.get(3)),
            "rename" => self.rename(&name, &words[2], &words[3]),
            "format" => self.format(&name),
            "outline" | "folds" | "colours" | "lenses" => self.view(command, &name),
            "search" => self.search(&words[1]),
            "run" => self.command("entail.runTest", &name, words.get(2)),
            "preview" => self.command("entail.preview", &name, words.get(2)),
            "show" => {
                let text = self.client.open[&name].0.clone();
                self.say(&text);
            }
            "text" => {
                let answer = self.client.ask("entail/text", json!({ "uri": words[1] })).unwrap();
                let few: Vec<&str> = answer.as_str().unwrap_or("none").lines().take(3).collect();
                self.say(&few.join("\n"));
            }
            other => panic!("nobody can `{other}`"),
        }
        self.news();
    }

    /// A file by the end of its path.
    fn whole(&self, name: &str) -> String {
        let open = self.client.open.keys().cloned();
        let all: Vec<String> = open.chain(self.client.files.0.lock().unwrap().keys().cloned()).collect();
        all.into_iter().find(|path| path.ends_with(&format!("/{name}"))).unwrap_or_else(|| name.to_owned())
    }

    fn watched(&mut self, name: &str, kind: u8) {
        let change = json!({ "uri": uri(name), "type": kind });
        self.client.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
        self.client.settle();
    }

    /// What was published since, as a list of problems shows it.
    fn news(&mut self) {
        self.client.settle();
        let mut news = std::mem::take(&mut self.client.news);
        // Of several publications of a document the last counts.
        let mut seen = std::collections::BTreeSet::new();
        news.reverse();
        news.retain(|document| seen.insert(document.clone()));
        news.reverse();
        for document in news {
            let problems = self.client.told[&document].clone();
            let _ = write!(self.text, "  {}:", short(&document));
            let _ = match problems.as_array().unwrap().as_slice() {
                [] => writeln!(self.text, " nothing wrong"),
                some => writeln!(self.text, "\n{}", some.iter().map(problem).collect::<Vec<_>>().join("\n")),
            };
        }
        for logged in std::mem::take(&mut self.client.logged) {
            self.say(&format!("logged: {logged}"));
        }
    }

    /// Types at the mark, and tells what is wrong after each character, where that changes.
    fn type_in(&mut self, name: &str, mark: &str, typed: &str) {
        let mut at = self.at(name, mark);
        let (mut so_far, mut last) = (String::new(), None);
        for c in typed.chars() {
            self.client.edit(name, at..at, &c.to_string());
            at += c.len_utf8();
            so_far.push(c);
            let codes: Vec<String> = self.client.told[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    format!(
                        "{} {}",
                        one["code"].as_str().unwrap(),
                        one["message"].as_str().unwrap().lines().next().unwrap()
                    )
                })
                .collect();
            if last.as_ref() != Some(&codes) {
                let wrong = if codes.is_empty() { "nothing wrong".to_owned() } else { codes.join("; ") };
                self.say(&format!("{so_far:?}: {wrong}"));
                last = Some(codes);
            }
        }
        self.client.news.clear();
    }

    fn at(&self, name: &str, mark: &str) -> usize {
        let text = &self.client.open[name].0;
        let before = mark.find('‸').unwrap_or(mark.len());
        let needle = mark.replace('‸', "");
        text.find(&needle).unwrap_or_else(|| panic!("`{needle}` is not in {name}:\n{text}")) + before
    }

    fn params(&self, name: &str, mark: &str) -> Value {
        let place = position(&self.client.open[name].0, self.at(name, mark));
        json!({ "textDocument": { "uri": uri(name) }, "position": place, "context": { "includeDeclaration": true, "triggerKind": 1 } })
    }

    fn hover(&mut self, name: &str, mark: &str) {
        let params = self.params(name, mark);
        let answer = self.client.ask("textDocument/hover", params).unwrap();
        self.say(answer["contents"]["value"].as_str().unwrap_or("nothing"));
    }

    fn complete(&mut self, name: &str, mark: &str) {
        let params = self.params(name, mark);
        let answer = self.client.ask("textDocument/completion", params).unwrap();
        let items = answer.as_array().cloned().unwrap_or_default();
        if items.is_empty() {
            return self.say("nothing");
        }
        for item in items {
            let detail = item["detail"].as_str().map_or_else(String::new, |detail| format!("  ({detail})"));
            self.say(&format!("{}{detail}", item["label"].as_str().unwrap()));
        }
    }

    fn places(&mut self, command: &str, name: &str, mark: &str) {
        let params = self.params(name, mark);
        let answer = self.client.ask(&format!("textDocument/{command}"), params).unwrap();
        let all = if answer.is_array() { answer.as_array().unwrap().clone() } else { vec![answer] };
        for location in all {
            match location["uri"].as_str() {
                Some(address) => self.say(&format!("{}:{}", short(&path(address)), range(&location["range"]))),
                None => self.say("nothing"),
            }
        }
    }

    /// The edits that are offered, and the text after the one that is taken.
    fn fix(&mut self, name: &str, mark: &str, taken: Option<&String>) {
        let place = position(&self.client.open[name].0, self.at(name, mark));
        let context = json!({ "diagnostics": self.client.told.get(name).cloned().unwrap_or_else(|| json!([])) });
        let range = json!({ "start": place, "end": place });
        let params = json!({ "textDocument": { "uri": uri(name) }, "range": range, "context": context });
        let answer = self.client.ask("textDocument/codeAction", params).unwrap();
        let actions = answer.as_array().cloned().unwrap_or_default();
        for action in &actions {
            let about: Vec<&str> =
                action["diagnostics"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
            self.say(&format!("{} ({})", action["title"].as_str().unwrap(), about.join(", ")));
        }
        if actions.is_empty() {
            self.say("no edit is offered");
        }
        if let Some(title) = taken {
            let action = actions.iter().find(|action| action["title"] == **title).expect("the edit");
            self.take(&action["edit"]["changes"]);
        }
    }

    /// Applies edits, and tells the lines that they change.
    fn take(&mut self, changes: &Value) {
        let mut told = String::new();
        for (address, edits) in changes.as_object().unwrap() {
            let document = path(address);
            let saved = || String::from_utf8(self.client.files.0.lock().unwrap()[&document].clone()).unwrap();
            let old = self.client.open.get(&document).map_or_else(saved, |(text, _)| text.clone());
            let new = edited(&old, edits);
            for (number, (old, new)) in (1..).zip(old.lines().zip(new.lines())).filter(|(_, (old, new))| old != new) {
                let _ = writeln!(told, "{}:{number}\n- {old}\n+ {new}", short(&document));
            }
        }
        self.say(&told);
        self.client.apply(changes);
    }

    fn rename(&mut self, name: &str, mark: &str, to: &str) {
        let mut params = self.params(name, mark);
        params["newName"] = to.into();
        match self.client.ask("textDocument/rename", params) {
            Ok(edit) => self.take(&edit["changes"]),
            Err((_, problem)) => self.say(&format!("refused: {problem}")),
        }
    }

    fn format(&mut self, name: &str) {
        let options = json!({ "tabSize": 2, "insertSpaces": true });
        let params = json!({ "textDocument": { "uri": uri(name) }, "options": options });
        let answer = self.client.ask("textDocument/formatting", params).unwrap();
        match answer.as_array() {
            None => self.say("not laid out"),
            Some(edits) if edits.is_empty() => self.say("laid out already"),
            Some(_) => {
                let text = edited(&self.client.open[name].0, &answer);
                self.client.replace(name, &text);
                self.say(&text);
            }
        }
    }

    fn view(&mut self, command: &str, name: &str) {
        let params = json!({ "textDocument": { "uri": uri(name) } });
        let text = self.client.open[name].0.clone();
        match command {
            "outline" => {
                let answer = self.client.ask("textDocument/documentSymbol", params).unwrap();
                answer.as_array().unwrap().iter().for_each(|symbol| self.symbol(symbol, 0));
            }
            "folds" => {
                let answer = self.client.ask("textDocument/foldingRange", params).unwrap();
                for fold in answer.as_array().unwrap() {
                    let number = |key: &str| fold[key].as_u64().unwrap() + 1;
                    self.say(&format!(
                        "lines {} to {} ({})",
                        number("startLine"),
                        number("endLine"),
                        fold["kind"].as_str().unwrap()
                    ));
                }
            }
            "colours" => {
                let answer = self.client.ask("textDocument/semanticTokens/full", params).unwrap();
                self.colours(&answer, &text);
            }
            _ => {
                let answer = self.client.ask("textDocument/codeLens", params).unwrap();
                for lens in answer.as_array().unwrap() {
                    let start = offset(&text, &lens["range"]["start"]);
                    let end = offset(&text, &lens["range"]["end"]);
                    self.say(&format!("{}: {}", &text[start..end], lens["command"]["title"].as_str().unwrap()));
                }
            }
        }
    }

    fn symbol(&mut self, symbol: &Value, depth: usize) {
        let detail = symbol["detail"].as_str().map_or_else(String::new, |detail| format!(": {detail}"));
        let line =
            format!("{}{}{detail} {}", "  ".repeat(depth), symbol["name"].as_str().unwrap(), range(&symbol["range"]));
        self.say(&line);
        for child in symbol["children"].as_array().into_iter().flatten() {
            self.symbol(child, depth + 1);
        }
    }

    fn colours(&mut self, answer: &Value, text: &str) {
        const TYPES: [&str; 9] =
            ["namespace", "class", "enum", "enumMember", "interface", "function", "property", "number", "variable"];
        let numbers: Vec<u64> = answer["data"].as_array().unwrap().iter().map(|one| one.as_u64().unwrap()).collect();
        let (mut line, mut character) = (0, 0);
        for token in numbers.chunks(5) {
            character = if token[0] == 0 { character + token[1] } else { token[1] };
            line += token[0];
            let start = offset(text, &json!({ "line": line, "character": character }));
            let end = offset(text, &json!({ "line": line, "character": character + token[2] }));
            let kind = TYPES[usize::try_from(token[3]).unwrap()];
            let declares = if token[4] == 1 { ", declared" } else { "" };
            self.say(&format!("{}:{} {} {kind}{declares}", line + 1, character + 1, &text[start..end]));
        }
    }

    fn search(&mut self, query: &str) {
        let answer = self.client.ask("workspace/symbol", json!({ "query": query })).unwrap();
        for symbol in answer.as_array().unwrap() {
            let location = &symbol["location"];
            let place = short(&path(location["uri"].as_str().unwrap())).to_owned();
            self.say(&format!("{} {place}:{}", symbol["name"].as_str().unwrap(), range(&location["range"])));
        }
    }

    fn command(&mut self, command: &str, name: &str, argument: Option<&String>) {
        let arguments: Vec<Value> = std::iter::once(uri(name)).chain(argument.cloned()).map(Value::String).collect();
        match self.client.ask("workspace/executeCommand", json!({ "command": command, "arguments": arguments })) {
            Ok(answer) => {
                let text = answer["markdown"].as_str().or(answer["message"].as_str()).unwrap().to_owned();
                self.say(&text);
            }
            Err((_, problem)) => self.say(&format!("refused: {problem}")),
        }
    }
}

/// The words of a line; those with blanks stand between two backticks or two bars, and `\n` is a new line.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut rest) = (Vec::new(), line.trim());
    while !rest.is_empty() {
        let (word, behind) = match rest.strip_prefix(['`', '|']) {
            Some(quoted) => quoted.split_once(&rest[..1]).expect("a closing quote"),
            None => rest.split_once(' ').unwrap_or((rest, "")),
        };
        words.push(word.replace("\\n", "\n"));
        rest = behind.trim_start();
    }
    words
}

fn short(path: &str) -> &str {
    path.strip_prefix("/w/").unwrap_or(path)
}

fn range(range: &Value) -> String {
    let place = |end: &str| {
        format!("{}:{}", range[end]["line"].as_u64().unwrap() + 1, range[end]["character"].as_u64().unwrap() + 1)
    };
    format!("{}-{}", place("start"), place("end"))
}

fn problem(one: &Value) -> String {
    let severity = ["", "error", "warning", "note"][usize::try_from(one["severity"].as_u64().unwrap()).unwrap()];
    let message = one["message"].as_str().unwrap().replace('\n', "\n        ");
    let mut text = format!("    {} {severity} {} {message}", range(&one["range"]), one["code"].as_str().unwrap());
    for related in one["relatedInformation"].as_array().into_iter().flatten() {
        let location = &related["location"];
        let place = short(&path(location["uri"].as_str().unwrap())).to_owned();
        let _ = write!(
            text,
            "\n        see {place}:{} {}",
            range(&location["range"]),
            related["message"].as_str().unwrap()
        );
    }
    text
}
