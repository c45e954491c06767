// Entail in VS Code: starts `entail lsp`, shows texts that are compiled into it, and the effect of unsaved edits.

import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  await start();
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider("entail", { provideTextDocumentContent: compiledIn }),
    vscode.workspace.registerTextDocumentContentProvider("entail-preview", {
      onDidChange: previewChanged.event,
      provideTextDocumentContent: (uri) => previews.get(uri.toString()) ?? "",
    }),
    vscode.commands.registerCommand("entail.showPreview", showPreview),
    vscode.commands.registerCommand("entail.runAllTests", () => runTests(undefined)),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("entail.path")) {
        await client?.stop();
        await start();
      }
    }),
  );
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function start(): Promise<void> {
  const settings = vscode.workspace.getConfiguration("entail");
  const command = settings.get<string>("path", "entail");
  client = new LanguageClient(
    "entail",
    "Entail",
    { command, args: ["lsp"] },
    {
      documentSelector: [
        { scheme: "file", language: "entail" },
        { scheme: "untitled", language: "entail" },
        { scheme: "file", pattern: "**/estate.toml" },
        { scheme: "file", pattern: "**/*.csv" },
      ],
      initializationOptions: { policies: settings.get("policies"), estate: settings.get("estate") },
      synchronize: {
        configurationSection: "entail",
        fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{entail,csv,toml}"),
      },
      middleware: {
        // The lens above a test runs it: what became of it is told, and its failures stand in the text.
        executeCommand: async (name, args, next) => {
          const answer: unknown = await next(name, args);
          if (name === "entail.runTest") {
            tell(answer);
          }
          return answer;
        },
      },
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    void vscode.window.showErrorMessage(`\`${command} lsp\` could not be started: set "entail.path". ${String(error)}`);
  }
}

/** A shipped policy file or the page of a code. */
async function compiledIn(uri: vscode.Uri): Promise<string> {
  const text = await client?.sendRequest<string | null>("entail/text", { uri: uri.toString(true) });
  return text ?? "";
}

const previews = new Map<string, string>();
const previewChanged = new vscode.EventEmitter<vscode.Uri>();

async function showPreview(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId !== "entail") {
    return;
  }
  const answer = await run<{ markdown: string }>("entail.preview", [document.uri.toString()]);
  if (answer) {
    const uri = vscode.Uri.from({ scheme: "entail-preview", path: "/Effect of unsaved edits.md" });
    previews.set(uri.toString(), answer.markdown);
    previewChanged.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  }
}

async function runTests(name: string | undefined): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === "entail") {
    tell(await run("entail.runTest", [document.uri.toString(), ...(name ? [name] : [])]));
  }
}

/** Asks the server to run one of its commands; why it would not is shown. */
async function run<T>(command: string, args: string[]): Promise<T | undefined> {
  try {
    return await client?.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
  } catch (error) {
    void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function tell(answer: unknown): void {
  if (typeof answer === "object" && answer !== null && "message" in answer) {
    const failed = "failed" in answer && answer.failed !== 0;
    const show = failed ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    void show(String(answer.message));
  }
}
