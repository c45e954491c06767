// The grammar of colours on every shipped policy file: every word has a colour, and it is the one that its place asks for.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { policies, root } from "./repository.mjs";

const require = createRequire(import.meta.url);

async function load() {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const onigLib = Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  });
  const path = new URL("../syntaxes/entail.tmLanguage.json", import.meta.url);
  const loadGrammar = async () => textmate.parseRawGrammar(readFileSync(path, "utf8"), "entail.tmLanguage.json");
  return new textmate.Registry({ onigLib, loadGrammar }).loadGrammar("source.entail");
}

/** The tokens of a text: line, text and innermost scope. */
function tokens(grammar, text) {
  let stack = textmate.INITIAL;
  const all = [];
  for (const [number, line] of text.split("\n").entries()) {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    for (const token of result.tokens) {
      const piece = line.slice(token.startIndex, token.endIndex);
      all.push({ line: number + 1, text: piece, scopes: token.scopes });
    }
    assert.equal(stack.depth, 1, `line ${number + 1} leaves something open: ${line}`);
  }
  return all;
}

const grammar = await load();
const innermost = (token) => token.scopes.at(-1);

/** What a writer would say of a line, without the help of the grammar: its comment, its texts, the rest. */
function parts(line) {
  const found = { comment: "", texts: [], rest: "" };
  let at = 0;
  while (at < line.length) {
    if (line[at] === "#") {
      found.comment = line.slice(at);
      break;
    }
    if (line[at] === '"') {
      const end = line.indexOf('"', at + 1);
      found.texts.push(line.slice(at, end + 1));
      at = end + 1;
    } else {
      found.rest += line[at];
      at += 1;
    }
  }
  return found;
}

for (const file of policies(join(root, "policies"))) {
  test(`colours of ${file.slice(root.length)}`, () => {
    const text = readFileSync(file, "utf8");
    const all = tokens(grammar, text);
    for (const [index, line] of text.split("\n").entries()) {
      const own = all.filter((token) => token.line === index + 1);
      const { comment, texts } = parts(line);
      const of = (scope) => own.filter((token) => token.scopes.some((name) => name.startsWith(scope)));
      assert.equal(of("comment").map((token) => token.text).join(""), comment, `${index + 1}: ${line}`);
      const quoted = of("string").map((token) => token.text).join("");
      assert.equal(quoted, texts.join(""), `${index + 1}: ${line}`);
      for (const token of own.filter((token) => /\S/.test(token.text))) {
        assert.notEqual(innermost(token), "source.entail", `${index + 1}: nothing colours ${JSON.stringify(token.text)}`);
      }
      const opener = /^([a-z]+)[ \t]+([A-Za-z]\w*)/.exec(line);
      if (opener) {
        assert.equal(innermost(own[0]), "keyword.declaration.entail", line);
        assert.ok(own.some((token) => token.text === opener[2] && innermost(token) === "entity.name.type.entail"), line);
      }
      for (const [, key] of line.matchAll(/^ +([a-z_]+):/g)) {
        assert.equal(innermost(own.find((token) => token.text === key)), "variable.other.property.entail", line);
      }
    }
  });
}

test("words stand for what their place says", () => {
  const scopes = (text) => tokens(grammar, text).filter((token) => /\S/.test(token.text)).map((token) => [token.text, innermost(token)]);
  assert.deepEqual(scopes("  version: 3"), [
    ["version", "variable.other.property.entail"],
    [":", "punctuation.separator.entail"],
    ["3", "constant.numeric.entail"],
  ]);
  assert.deepEqual(scopes("  when license.version >= server.version and not user.hosted").map(([, scope]) => scope), [
    "keyword.control.entail",
    "variable.language.entail",
    "punctuation.accessor.entail",
    "variable.other.member.entail",
    "keyword.operator.entail",
    "variable.language.entail",
    "punctuation.accessor.entail",
    "variable.other.member.entail",
    "keyword.operator.word.entail",
    "keyword.operator.word.entail",
    "variable.language.entail",
    "punctuation.accessor.entail",
    "variable.other.member.entail",
  ]);
  const spoken = tokens(grammar, '  say "{estate.users} people"');
  assert.ok(spoken.some((token) => token.text === "users" && token.scopes.includes("meta.embedded.entail")));
});
