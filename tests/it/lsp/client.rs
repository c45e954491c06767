//! An editor as the server sees one: it opens, changes and closes documents, asks, and applies the edits that it is given.

use entail::lsp::{Disk, Ended, File, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Files by path; what a test writes to them is there for the server to read.
#[derive(Debug, Clone, Default)]
pub struct Files(pub Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Files {
    pub fn write(&self, path: &str, text: impl Into<Vec<u8>>) {
        self.0.lock().unwrap().insert(path.to_owned(), text.into());
    }

    pub fn remove(&self, path: &str) {
        self.0.lock().unwrap().remove(path);
    }

    fn under(&self, folder: &str) -> Vec<(String, File)> {
        let files = self.0.lock().unwrap();
        let within = |path: &String| path.strip_prefix(folder)?.strip_prefix('/').map(str::to_owned);
        files.iter().filter_map(|(path, bytes)| Some((within(path)?, (path.clone(), bytes.clone())))).collect()
    }
}

impl Disk for Files {
    fn policies(&self, folder: &str) -> Vec<(String, File)> {
        if folder == "shipped" {
            let shipped = crate::shipped().into_iter();
            return shipped
                .map(|(name, text)| (name.clone(), (format!("shipped/{name}"), text.into_bytes())))
                .collect();
        }
        self.under(folder).into_iter().filter(|(inner, _)| inner.ends_with(".entail")).collect()
    }

    fn estate(&self, folder: &str) -> Vec<File> {
        self.under(folder).into_iter().filter(|(inner, _)| !inner.contains('/')).map(|(_, file)| file).collect()
    }

    fn is_file(&self, path: &str) -> bool {
        self.0.lock().unwrap().contains_key(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        !self.under(path).is_empty()
    }

    fn today(&self) -> entail::value::Date {
        "2008-03-11".parse().unwrap()
    }
}

/// An answer, or the code and message of a refusal.
pub type Answer = Result<Value, (i32, String)>;

/// A client with its server.
pub struct Client {
    connection: Connection,
    server: Option<JoinHandle<Ended>>,
    pub files: Files,
    asked: i32,
    /// Answers that nobody has waited for yet.
    answers: BTreeMap<RequestId, Answer>,
    /// The texts of open documents, and their versions.
    pub open: BTreeMap<String, (String, i32)>,
    /// What was last published of each document.
    pub told: BTreeMap<String, Value>,
    /// The documents that were published since it was last asked.
    pub news: Vec<String>,
    pub logged: Vec<String>,
}

/// The address of a path, as editors write it.
pub fn uri(path: &str) -> String {
    if !path.starts_with('/') {
        return path.to_owned();
    }
    let encoded = path.bytes().map(|byte| match byte {
        b'/' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    });
    format!("file://{}", encoded.collect::<String>())
}

pub fn path(uri: &str) -> String {
    let Some(encoded) = uri.strip_prefix("file://") else { return uri.to_owned() };
    let (mut bytes, mut rest) = (Vec::new(), encoded);
    while let Some((before, behind)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        bytes.push(u8::from_str_radix(&behind[..2], 16).unwrap());
        rest = &behind[2..];
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).unwrap()
}

impl Client {
    /// A session that has begun.
    pub fn start(files: Files, options: Value) -> Client {
        let mut client = Client::unannounced(files);
        let folders = json!([{ "uri": "file:///w", "name": "w" }]);
        let params = json!({ "processId": null, "capabilities": {}, "workspaceFolders": folders, "initializationOptions": options });
        client.ask("initialize", params).unwrap();
        client.notify("initialized", json!({}));
        client
    }

    /// A session that has not begun.
    pub fn unannounced(files: Files) -> Client {
        let (own, connection) = Connection::memory();
        let disk = files.clone();
        let server = std::thread::spawn(move || serve(&own, &disk, Vec::new()));
        let (open, told) = (BTreeMap::new(), BTreeMap::new());
        Client {
            connection,
            server: Some(server),
            files,
            asked: 0,
            answers: BTreeMap::new(),
            open,
            told,
            news: Vec::new(),
            logged: Vec::new(),
        }
    }

    pub fn send(&self, message: Message) {
        self.connection.sender.send(message).unwrap();
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(Message::Notification(Notification { method: method.to_owned(), params }));
    }

    /// Sends a request without waiting for its answer.
    pub fn begin(&mut self, method: &str, params: Value) -> i32 {
        self.asked += 1;
        self.send(Message::Request(Request { id: RequestId::from(self.asked), method: method.to_owned(), params }));
        self.asked
    }

    /// The answer to a request.
    pub fn ask(&mut self, method: &str, params: Value) -> Answer {
        let id = self.begin(method, params);
        self.answer(id)
    }

    pub fn answer(&mut self, id: i32) -> Answer {
        let id = RequestId::from(id);
        loop {
            if let Some(answer) = self.answers.remove(&id) {
                return answer;
            }
            match self.connection.receiver.recv_timeout(std::time::Duration::from_secs(120)).expect("an answer") {
                Message::Response(Response { id, response_result }) => {
                    self.answers.insert(id, response_result.map_err(|error| (error.code, error.message)));
                }
                Message::Request(request) => panic!("the server asks: {request:?}"),
                Message::Notification(Notification { method, params }) => self.take(&method, params),
            }
        }
    }

    fn take(&mut self, method: &str, params: Value) {
        match method {
            "textDocument/publishDiagnostics" => {
                let document = path(params["uri"].as_str().unwrap());
                let version = self.open.get(&document).map(|(_, version)| i64::from(*version));
                assert_eq!(params.get("version").and_then(Value::as_i64), version, "{document}");
                self.told.insert(document.clone(), params["diagnostics"].clone());
                self.news.push(document);
            }
            "window/logMessage" => self.logged.push(params["message"].as_str().unwrap().to_owned()),
            other => panic!("nobody knows `{other}`"),
        }
    }

    /// Waits until the server has told all that it has to tell: once a request is answered, it settles before it takes the
    /// next.
    pub fn settle(&mut self) {
        for _ in 0..2 {
            assert!(self.ask("nothing", Value::Null).is_err());
        }
    }

    pub fn open(&mut self, path: &str, text: &str) {
        self.open.insert(path.to_owned(), (text.to_owned(), 1));
        let document = json!({ "uri": uri(path), "languageId": "entail", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
        self.settle();
    }

    /// Replaces a range of bytes of an open document, as an editor that sends changes only.
    pub fn edit(&mut self, path: &str, range: std::ops::Range<usize>, with: &str) {
        let (text, version) = self.open.get_mut(path).unwrap();
        let places = json!({ "start": position(text, range.start), "end": position(text, range.end) });
        text.replace_range(range, with);
        *version += 1;
        let params = json!({
            "textDocument": { "uri": uri(path), "version": *version },
            "contentChanges": [{ "range": places, "text": with }],
        });
        self.notify("textDocument/didChange", params);
        self.settle();
    }

    /// Gives an open document a whole other text.
    pub fn replace(&mut self, path: &str, with: &str) {
        let (text, version) = self.open.get_mut(path).unwrap();
        with.clone_into(text);
        *version += 1;
        let params =
            json!({ "textDocument": { "uri": uri(path), "version": *version }, "contentChanges": [{ "text": with }] });
        self.notify("textDocument/didChange", params);
        self.settle();
    }

    pub fn save(&mut self, path: &str) {
        self.files.write(path, self.open[path].0.clone());
        self.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri(path) } }));
        self.settle();
    }

    pub fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(path) } }));
        self.settle();
    }

    /// Applies edits by document; those of a document that is not open go to its file.
    pub fn apply(&mut self, changes: &Value) -> Vec<String> {
        let mut changed = Vec::new();
        for (address, edits) in changes.as_object().unwrap() {
            let document = path(address);
            let saved = || String::from_utf8(self.files.0.lock().unwrap()[&document].clone()).unwrap();
            let text = self.open.get(&document).map_or_else(saved, |(text, _)| text.clone());
            let edited = edited(&text, edits);
            match self.open.contains_key(&document) {
                true => self.replace(&document, &edited),
                false => {
                    self.files.write(&document, edited);
                    let change = json!({ "uri": address, "type": 2 });
                    self.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
                    self.settle();
                }
            }
            changed.push(document);
        }
        changed
    }

    /// Leaves as the protocol wants, and says how the server took it.
    pub fn leave(mut self) -> Ended {
        self.ask("shutdown", Value::Null).unwrap();
        self.notify("exit", Value::Null);
        self.ended()
    }

    /// How the server ended.
    pub fn ended(mut self) -> Ended {
        self.server.take().unwrap().join().expect("a server never panics")
    }

    /// Goes away without a word, and says how the server took it.
    pub fn die(self) -> Ended {
        let Client { connection, server, .. } = self;
        drop(connection);
        server.unwrap().join().expect("a server never panics")
    }
}

/// A text with edits, none of which overlap.
pub fn edited(text: &str, edits: &Value) -> String {
    let mut ranges: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(text, &range["start"]), offset(text, &range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    ranges.sort();
    let mut edited = text.to_owned();
    for (start, end, with) in ranges.into_iter().rev() {
        edited.replace_range(start..end, with);
    }
    edited
}

/// Where a byte is, in lines and units of UTF-16.
pub fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": before.matches('\n').count(), "character": before[line..].encode_utf16().count() })
}

/// The byte at a place.
pub fn offset(text: &str, position: &Value) -> usize {
    let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
    let start = text.split_inclusive('\n').take(line).map(str::len).sum::<usize>();
    let mut left = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
    let mut at = start;
    for c in text[start..].chars().take_while(|c| *c != '\n') {
        if left == 0 {
            break;
        }
        left -= c.len_utf16();
        at += c.len_utf8();
    }
    assert_eq!(left, 0, "{position} lies beyond its line");
    at
}
