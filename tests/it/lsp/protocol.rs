//! Clients that cancel, die, come too early, stay too long or talk nonsense: served or refused, and never a crash.

use super::client::{Client, Files, position, uri};
use entail::lsp::Ended;
use lsp_server::{Message, RequestId, Response};
use serde_json::{Value, json};

const PATH: &str = "/w/policies/a.entail";
const TEXT: &str =
    "source A \"😀 𝒜\" { kind: article }\nexempt x \"X\" at A \"😀\" { when user.id is \"😀\" and user.count > 1 }\n";

fn files() -> Files {
    let files = Files::default();
    files.write(PATH, TEXT);
    files
}

#[test]
fn a_session_that_follows_the_protocol_ends_in_order() {
    let mut client = Client::start(files(), Value::Null);
    client.open(PATH, TEXT);
    assert_eq!(client.leave(), Ended::Orderly);
}

#[test]
fn a_client_that_dies_or_exits_out_of_turn_ends_its_server() {
    assert_eq!(Client::start(files(), Value::Null).die(), Ended::Lost);
    assert_eq!(Client::unannounced(files()).die(), Ended::Lost);
    let mut client = Client::start(files(), Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.ended(), Ended::Abrupt);
}

#[test]
fn requests_out_of_turn_are_refused() {
    let mut client = Client::unannounced(files());
    let code = |answer: Result<Value, (i32, String)>| answer.map_err(|(code, _)| code);
    assert_eq!(code(client.ask("textDocument/hover", Value::Null)), Err(-32002));
    client.notify("textDocument/didOpen", json!({}));
    client.ask("initialize", json!({ "capabilities": {} })).unwrap();
    assert_eq!(code(client.ask("initialize", json!({ "capabilities": {} }))), Err(-32600));
    client.ask("shutdown", Value::Null).unwrap();
    assert_eq!(code(client.ask("textDocument/hover", Value::Null)), Err(-32600));
}

#[test]
fn a_request_that_is_cancelled_before_its_turn_is_refused_and_the_others_are_answered() {
    let mut client = Client::start(files(), Value::Null);
    client.open(PATH, TEXT);
    // While the server takes in a large text, what follows waits.
    let large = TEXT.to_owned() + &"exempt y \"Y\" at A \"s\" { when user.count > 1 }\n".repeat(2_000);
    let change = json!({ "textDocument": { "uri": uri(PATH), "version": 2 }, "contentChanges": [{ "text": large }] });
    client.open.insert(PATH.to_owned(), (large, 2));
    let outline = json!({ "textDocument": { "uri": uri(PATH) } });
    client.notify("textDocument/didChange", change);
    let first = client.begin("textDocument/foldingRange", outline.clone());
    let second = client.begin("textDocument/foldingRange", outline.clone());
    client.notify("$/cancelRequest", json!({ "id": second }));
    client.notify("$/cancelRequest", json!({ "id": "never asked" }));
    client.notify("$/cancelRequest", json!("nonsense"));
    assert!(client.answer(first).is_ok());
    // The server may have been quick; then the answer is there all the same.
    match client.answer(second) {
        Ok(folds) => assert!(folds.is_array()),
        Err((code, _)) => assert_eq!(code, -32800),
    }
    client.settle();
}

#[test]
fn nonsense_is_refused_or_passed_over() {
    let mut client = Client::start(files(), Value::Null);
    client.open(PATH, TEXT);
    let methods = [
        "textDocument/hover",
        "textDocument/definition",
        "textDocument/references",
        "textDocument/completion",
        "textDocument/documentSymbol",
        "workspace/symbol",
        "textDocument/foldingRange",
        "textDocument/semanticTokens/full",
        "textDocument/formatting",
        "textDocument/prepareRename",
        "textDocument/rename",
        "textDocument/codeAction",
        "textDocument/codeLens",
        "workspace/executeCommand",
    ];
    for method in methods {
        for params in
            [Value::Null, json!(7), json!([]), json!({ "textDocument": 3 }), json!({ "position": { "line": -1 } })]
        {
            let refused = client.ask(method, params.clone());
            assert_eq!(refused.map_err(|(code, _)| code), Err(-32602), "{method} {params}");
        }
    }
    assert_eq!(client.ask("textDocument/moniker", json!({})).map_err(|(code, _)| code), Err(-32601));
    for method in ["textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "textDocument/didSave"] {
        client.notify(method, json!({ "textDocument": "x" }));
    }
    client.settle();
    assert_eq!(client.logged.len(), 4, "{:?}", client.logged);
    client.notify("nobody/knowsThis", json!({ "x": 1 }));
    client.send(Message::Response(Response::new_ok(RequestId::from(99), ())));
    client.settle();
    assert!(client.ask("entail/text", json!({ "uri": "entail:/../../etc/passwd" })).unwrap().is_null());
}

#[test]
fn documents_that_are_not_open_and_places_beyond_the_text_are_answered() {
    let mut client = Client::start(files(), Value::Null);
    let at = |path: &str, line: u32, character: u32| json!({ "textDocument": { "uri": uri(path) }, "position": { "line": line, "character": character } });
    assert!(client.ask("textDocument/hover", at(PATH, 0, 0)).unwrap().is_null());
    client.open(PATH, TEXT);
    for (line, character) in [(0, 99_999), (99_999, 0), (u32::MAX, u32::MAX), (0, 11)] {
        client.ask("textDocument/hover", at(PATH, line, character)).unwrap();
        client.ask("textDocument/completion", at(PATH, line, character)).unwrap();
    }
    for address in
        ["untitled:Untitled-1", "file:///nowhere/b.entail", "git:/w/policies/a.entail", "file:///w/notes.txt"]
    {
        client.open(address.strip_prefix("file://").unwrap_or(address), "exempt x \"X\" { when user.id is \"a\" }");
        let place = json!({ "textDocument": { "uri": address }, "position": { "line": 0, "character": 3 } });
        client.ask("textDocument/hover", place.clone()).unwrap();
        client.ask("textDocument/completion", place).unwrap();
    }
    // Changes backwards, beyond the end, and of what is not open.
    for range in [json!({ "start": { "line": 9, "character": 9 }, "end": { "line": 0, "character": 0 } })] {
        let changes = json!([{ "range": range, "text": "x" }]);
        for path in [PATH, "/w/policies/closed.entail"] {
            let version = if path == PATH { 2 } else { 1 };
            let document = json!({ "uri": uri(path), "version": version });
            if let Some(open) = client.open.get_mut(path) {
                open.1 = 2;
            }
            client.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
        }
    }
    client.settle();
}

#[test]
fn places_are_in_units_of_utf16() {
    let mut client = Client::start(files(), Value::Null);
    client.open(PATH, TEXT);
    let at = TEXT.find("count").unwrap();
    let params = json!({ "textDocument": { "uri": uri(PATH) }, "position": position(TEXT, at + 2) });
    let answer = client.ask("textDocument/hover", params).unwrap();
    assert!(answer["contents"]["value"].as_str().unwrap().contains("user.count"), "{answer}");
    assert_eq!(answer["range"]["start"], position(TEXT, at));
    let typed = TEXT.find("user.count").unwrap();
    client.edit(PATH, typed..typed + 4, "usr");
    let wrong = client.told[PATH].as_array().unwrap().clone();
    let text = client.open[PATH].0.clone();
    assert!(
        wrong
            .iter()
            .any(|one| one["range"]["start"] == position(&text, typed)
                && one["range"]["end"] == position(&text, typed + 3)),
        "{wrong:#?}"
    );
}
