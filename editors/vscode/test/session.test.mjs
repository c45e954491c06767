// A session with the real server over standard input and output: a policy is opened, broken, mended, renamed and previewed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node.js";
import { program } from "./repository.mjs";

const TEXT = `source Blog "An article" { kind: article }
enum Relation { employee customer }
facts user { relation: Relation "How does the person relate?" }
product WindowsServer "Windows Server" { release 2003 functionality standard }
exempt staff "Staff 😀" at Blog "More" { when user.relation is employee }
`;

const folder = mkdtempSync(join(tmpdir(), "entail-"));
const path = join(folder, "policies", "rules.entail");
const uri = pathToFileURL(path).href;
let server, connection, version = 1;
const waiting = [];

/** The next diagnostics of the file. */
function told() {
  return new Promise((resolve) => waiting.push(resolve));
}

function change(text) {
  const news = told();
  version += 1;
  connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
  return news;
}

before(async () => {
  assert.ok(existsSync(program), `build the program first: there is no ${program}`);
  mkdirSync(join(folder, "policies"));
  writeFileSync(path, TEXT);
  server = spawn(program, ["lsp"]);
  connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  connection.onNotification("textDocument/publishDiagnostics", (params) => {
    if (params.uri === uri && params.version === version) waiting.splice(0).forEach((resolve) => resolve(params.diagnostics));
  });
  connection.listen();
  const { capabilities, serverInfo } = await connection.sendRequest("initialize", {
    processId: process.pid,
    capabilities: {},
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "policies" }],
  });
  assert.equal(serverInfo.name, "entail");
  assert.ok(capabilities.renameProvider);
  connection.sendNotification("initialized", {});
});

after(() => server.kill());

test("a policy is opened, broken and mended", async () => {
  const news = told();
  connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "entail", version, text: TEXT } });
  assert.deepEqual((await news).filter((one) => one.severity === 1), []);
  const [wrong] = await change(TEXT.replace("is employee", "is employe"));
  assert.equal(wrong.code, "E0307");
  const context = { diagnostics: [wrong] };
  const [action] = await connection.sendRequest("textDocument/codeAction", { textDocument: { uri }, range: wrong.range, context });
  assert.equal(action.title, "Write `employee`");
  assert.equal(action.edit.changes[uri][0].newText, "employee");
  assert.deepEqual(await change(TEXT), []);
});

test("a member is renamed wherever it is named", async () => {
  const position = { line: 1, character: "enum Relation { emp".length };
  const edit = await connection.sendRequest("textDocument/rename", { textDocument: { uri }, position, newName: "staff_member" });
  assert.equal(edit.changes[uri].length, 2);
});

test("the page of a code is read from the server", async () => {
  assert.match(await connection.sendRequest("entail/text", { uri: "entail:/pages/E0307.md" }), /^# E0307/);
});

test("the effect of unsaved edits is shown", async () => {
  await change(TEXT.replace("is employee", "is customer"));
  const { markdown } = await connection.sendRequest("workspace/executeCommand", { command: "entail.preview", arguments: [uri] });
  assert.match(markdown, /demand → exempt/);
});

test("the session ends in order", async () => {
  const ended = new Promise((resolve) => server.on("exit", resolve));
  await connection.sendRequest("shutdown");
  connection.sendNotification("exit");
  assert.equal(await ended, 0);
});

test("frames that make no sense are passed over", async () => {
  const own = spawn(program, ["lsp"]);
  const ended = new Promise((resolve) => own.on("exit", resolve));
  const frame = (body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  own.stdin.write(frame("{ nonsense"));
  own.stdin.write(frame('{"jsonrpc":"2.0"}'));
  own.stdin.write("what is this\r\n");
  const answer = new Promise((resolve) => {
    let said = "";
    own.stdout.on("data", (data) => (said += data).includes("serverInfo") && resolve(said));
    own.on("exit", () => resolve(said));
  });
  own.stdin.write(frame('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'));
  assert.match(await answer, /"serverInfo"/);
  own.stdin.end("Content-Length: 10\r\n\r\n{");
  assert.equal(await ended, 1);
});
