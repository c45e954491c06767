//! One client's session: requests and notifications to answers, in the order that the protocol wants.

use super::desk::{Desk, is_policy, path};
use super::place::Lines;
use super::set::Set;
use super::{Disk, actions, completion, estate, hover, lens, preview, rename, search, symbols, tokens, uri};
use crate::source::{FileId, Span};
use crate::syntax;
use lsp_server::{ErrorCode, Message, Notification, Request, Response, ResponseError};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionProviderCapability, CodeLensOptions, CodeLensParams,
    CompletionOptions, CompletionParams, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    DocumentFormattingParams, DocumentSymbolParams, DocumentSymbolResponse, ExecuteCommandOptions,
    ExecuteCommandParams, FoldingRangeParams, FoldingRangeProviderCapability, GotoDefinitionParams, Hover,
    HoverContents, HoverParams, HoverProviderCapability, InitializeParams, InitializeResult, Location, MarkupContent,
    MarkupKind, OneOf, Position, ReferenceParams, RenameOptions, RenameParams, SaveOptions, SemanticTokensFullOptions,
    SemanticTokensOptions, SemanticTokensParams, ServerCapabilities, ServerInfo, SymbolInformation,
    TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, TextEdit, Uri, WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
    WorkspaceSymbolParams,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How far a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Serving,
    ShutDown,
}

/// A session.
pub(super) struct Session<'d> {
    stage: Stage,
    desk: Desk<'d>,
    /// The folders that the call named as one set.
    called: Vec<String>,
}

/// An answer, or why there is none.
pub(super) type Answer = Result<Value, ResponseError>;

/// The problem of a request that cannot be answered.
pub(super) fn refuse<T>(code: ErrorCode, message: impl Into<String>) -> Result<T, ResponseError> {
    Err(ResponseError { code: code as i32, message: message.into(), data: None })
}

impl<'d> Session<'d> {
    pub(super) fn new(disk: &'d dyn Disk, policies: Vec<String>) -> Self {
        Session { stage: Stage::Waiting, desk: Desk::new(disk, policies.clone()), called: policies }
    }

    pub(super) fn is_shut_down(&self) -> bool {
        self.stage == Stage::ShutDown
    }

    /// Answers a message. A defect of this program costs the answer and not the session.
    pub(super) fn handle(&mut self, message: Message) -> Vec<Message> {
        match message {
            Message::Request(Request { id, method, params }) => {
                let answer = catch_unwind(AssertUnwindSafe(|| self.answer(&method, params)));
                let answer = answer.unwrap_or_else(|_| refuse(ErrorCode::InternalError, "a defect of the program"));
                vec![Message::Response(Response { id, response_result: answer })]
            }
            Message::Notification(Notification { method, params }) => {
                let noted = catch_unwind(AssertUnwindSafe(|| self.note(&method, params)));
                noted.ok().flatten().into_iter().map(log).collect()
            }
            Message::Response(_) => Vec::new(),
        }
    }

    /// What is to be told while no message waits: diagnostics that are other than they were.
    pub(super) fn settle(&mut self) -> Vec<Message> {
        if self.stage != Stage::Serving || !self.desk.is_stale() {
            return Vec::new();
        }
        let news = catch_unwind(AssertUnwindSafe(|| self.desk.news())).unwrap_or_default();
        let notify = |params| Notification::new("textDocument/publishDiagnostics".to_owned(), params);
        news.into_iter().map(|params| Message::Notification(notify(params))).collect()
    }

    fn answer(&mut self, method: &str, params: Value) -> Answer {
        match (self.stage, method) {
            (Stage::Waiting, "initialize") => self.initialize(read(params)?),
            (Stage::Waiting, _) => refuse(ErrorCode::ServerNotInitialized, "the session has not begun"),
            (Stage::ShutDown, _) => refuse(ErrorCode::InvalidRequest, "the session is over"),
            (Stage::Serving, "initialize") => refuse(ErrorCode::InvalidRequest, "the session has begun already"),
            (Stage::Serving, "shutdown") => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Serving, method) => self.serve(method, params),
        }
    }

    fn serve(&mut self, method: &str, params: Value) -> Answer {
        match method {
            "textDocument/hover" => self.hover(read(params)?),
            "textDocument/definition" => self.definition(read(params)?),
            "textDocument/references" => self.references(read(params)?),
            "textDocument/completion" => self.completion(read(params)?),
            "textDocument/documentSymbol" => self.outline(read(params)?),
            "workspace/symbol" => self.search(read(params)?),
            "textDocument/foldingRange" => self.folds(read(params)?),
            "textDocument/semanticTokens/full" => self.tokens(read(params)?),
            "textDocument/formatting" => self.format(read(params)?),
            "textDocument/prepareRename" => self.prepare_rename(read(params)?),
            "textDocument/rename" => self.rename(read(params)?),
            "textDocument/codeAction" => self.actions(read(params)?),
            "textDocument/codeLens" => self.lenses(read(params)?),
            "workspace/executeCommand" => self.execute(read(params)?),
            "entail/text" => self.text(read(params)?),
            _ => refuse(ErrorCode::MethodNotFound, format!("`{method}` is not served")),
        }
    }

    /// Takes a notification; what is to be logged of it.
    fn note(&mut self, method: &str, params: Value) -> Option<String> {
        if self.stage != Stage::Serving {
            return None;
        }
        let noted = match method {
            "textDocument/didOpen" => read(params).map(|params: DidOpenTextDocumentParams| {
                let document = params.text_document;
                self.desk.open(document.uri, document.version, document.text);
            }),
            "textDocument/didChange" => read(params).map(|params: DidChangeTextDocumentParams| {
                let document = params.text_document;
                self.desk.change(&document.uri, document.version, params.content_changes);
            }),
            "textDocument/didSave" => {
                read(params).map(|params: DidSaveTextDocumentParams| self.desk.save(&params.text_document.uri))
            }
            "textDocument/didClose" => {
                read(params).map(|params: DidCloseTextDocumentParams| self.desk.close(&params.text_document.uri))
            }
            "workspace/didChangeWatchedFiles" => read(params).map(|params: DidChangeWatchedFilesParams| {
                let uris: Vec<Uri> = params.changes.into_iter().map(|change| change.uri).collect();
                self.desk.watched(&uris);
            }),
            "workspace/didChangeWorkspaceFolders" => read(params).map(|params: DidChangeWorkspaceFoldersParams| {
                let gone: Vec<String> = params.event.removed.iter().map(|folder| path(&folder.uri)).collect();
                self.desk.roots.retain(|root| !gone.contains(root));
                self.desk.roots.extend(params.event.added.iter().map(|folder| path(&folder.uri)));
                self.desk.start_over();
            }),
            "workspace/didChangeConfiguration" => {
                self.configure(params.get("settings").and_then(|settings| settings.get("entail")));
                self.desk.start_over();
                Ok(())
            }
            _ => Ok(()),
        };
        noted.err().map(|problem| format!("`{method}` was passed over: {}", problem.message))
    }

    fn initialize(&mut self, params: InitializeParams) -> Answer {
        let folders = params.workspace_folders.unwrap_or_default();
        self.desk.roots = folders.iter().map(|folder| path(&folder.uri)).collect();
        self.configure(params.initialization_options.as_ref());
        self.stage = Stage::Serving;
        let server_info = ServerInfo { name: "entail".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
        told(InitializeResult { capabilities: capabilities(), server_info: Some(server_info) })
    }

    /// Takes the client's settings: `policies`, the folders that are one set, and `estate`, the one that previews judge.
    fn configure(&mut self, settings: Option<&Value>) {
        let Some(settings) = settings else { return };
        let root = self.desk.roots.first().cloned().unwrap_or_default();
        let absolute = |path: &str| match path {
            "shipped" => path.to_owned(),
            _ if path.starts_with('/') || path.get(1..2) == Some(":") => path.trim_end_matches('/').to_owned(),
            _ => format!("{root}/{}", path.trim_end_matches('/')),
        };
        if let Some(policies) = settings.get("policies").and_then(Value::as_array) {
            let named: Vec<String> = policies.iter().filter_map(Value::as_str).map(absolute).collect();
            self.desk.policies = if named.is_empty() { self.called.clone() } else { named };
        }
        if let Some(estate) = settings.get("estate").and_then(Value::as_str) {
            self.desk.estate = Some(estate).filter(|estate| !estate.is_empty()).map(absolute);
        }
    }

    fn hover(&mut self, params: HoverParams) -> Answer {
        let today = self.desk.disk.today();
        let Some((set, file, offset)) = self.spot(&params.text_document_position_params) else {
            return Ok(Value::Null);
        };
        let Some((value, span)) = hover::hover(set, file, offset, today) else { return Ok(Value::Null) };
        let range = range(set, span);
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        told(Hover { contents, range })
    }

    fn definition(&mut self, params: GotoDefinitionParams) -> Answer {
        let at = params.text_document_position_params;
        let own = path(&at.text_document.uri);
        if !is_policy(&own) {
            return self.definition_from_estate(&own, at.position);
        }
        let Some((set, file, offset)) = self.spot(&at) else { return Ok(Value::Null) };
        let Some(found) = search::at(set, file, offset) else { return Ok(Value::Null) };
        let place = place(set, found.declared);
        told(place.and_then(|(path, range)| Some(Location { uri: self.desk.uri(&path)?, range })))
    }

    fn definition_from_estate(&mut self, own: &str, position: Position) -> Answer {
        let Some(offset) = self.desk.open.get(own).map(|document| Lines::of(&document.text).offset(position)) else {
            return Ok(Value::Null);
        };
        let found = estate::definition(&mut self.desk, own, offset);
        told(found.and_then(|(path, text, span)| {
            Some(Location { uri: self.desk.uri(&path)?, range: Lines::of(&text).range(span.range()) })
        }))
    }

    fn references(&mut self, params: ReferenceParams) -> Answer {
        let Some((set, file, offset)) = self.spot(&params.text_document_position) else { return Ok(Value::Null) };
        let Some(found) = search::at(set, file, offset) else { return Ok(Value::Null) };
        let spans = search::references(set, found.declared);
        let wanted = spans.into_iter().filter(|span| params.context.include_declaration || *span != found.declared);
        let places: Vec<_> = wanted.filter_map(|span| place(set, span)).collect();
        let locations =
            places.into_iter().filter_map(|(path, range)| Some(Location { uri: self.desk.uri(&path)?, range }));
        told(locations.collect::<Vec<_>>())
    }

    fn completion(&mut self, params: CompletionParams) -> Answer {
        let at = params.text_document_position;
        let own = path(&at.text_document.uri);
        if is_policy(&own) {
            let Some((set, file, offset)) = self.spot(&at) else { return Ok(Value::Null) };
            return told(completion::items(completion::offers(set, file, offset)));
        }
        let Some(text) = self.desk.open.get(&own).map(|document| document.text.clone()) else { return Ok(Value::Null) };
        let offset = Lines::of(&text).offset(at.position);
        told(completion::items(estate::offers(&mut self.desk, &own, &text, offset)))
    }

    fn outline(&mut self, params: DocumentSymbolParams) -> Answer {
        let Some((set, file)) = self.file(&params.text_document.uri) else { return Ok(Value::Null) };
        let Some((source, ast)) = set.sources.get(file).zip(set.ast(file)) else { return Ok(Value::Null) };
        told(DocumentSymbolResponse::Nested(symbols::outline(set, &ast.items, source)))
    }

    /// Items of all sets on the desk whose name has the letters asked for.
    #[expect(
        deprecated,
        reason = "the protocol's type has a field that it no longer wants, and no other way to be made"
    )]
    fn search(&mut self, params: WorkspaceSymbolParams) -> Answer {
        let wanted = params.query.to_lowercase();
        let mut found = Vec::new();
        for (_, set) in self.desk.sets() {
            for declaration in symbols::declarations(set.items()) {
                if declaration.clause.is_none() && declaration.name.text.to_lowercase().contains(&wanted) {
                    let kind = symbols::item_kind(declaration.item.keyword);
                    found.extend(place(set, declaration.name.span).map(|at| (declaration.name.text.clone(), kind, at)));
                }
            }
        }
        let symbols = found.into_iter().filter_map(|(name, kind, (path, range))| {
            let location = Location { uri: self.desk.uri(&path)?, range };
            Some(SymbolInformation { name, kind, tags: None, deprecated: None, location, container_name: None })
        });
        told(symbols.collect::<Vec<_>>())
    }

    fn folds(&mut self, params: FoldingRangeParams) -> Answer {
        let Some((set, file)) = self.file(&params.text_document.uri) else { return Ok(Value::Null) };
        let Some((source, ast)) = set.sources.get(file).zip(set.ast(file)) else { return Ok(Value::Null) };
        told(symbols::folds(&ast.items, source.text()))
    }

    fn tokens(&mut self, params: SemanticTokensParams) -> Answer {
        let Some((set, file)) = self.file(&params.text_document.uri) else { return Ok(Value::Null) };
        told(tokens::tokens(set, file))
    }

    /// Lays a file out. A text that does not parse stays as it is: its diagnostics say why.
    fn format(&mut self, params: DocumentFormattingParams) -> Answer {
        let Some((set, file)) = self.file(&params.text_document.uri) else { return Ok(Value::Null) };
        let (Ok(laid_out), Some(source)) = (syntax::format(&set.sources, file), set.sources.get(file)) else {
            return Ok(Value::Null);
        };
        let edit = TextEdit { range: Lines::of(source.text()).whole(), new_text: laid_out };
        told(if edit.new_text == source.text() { Vec::new() } else { vec![edit] })
    }

    fn prepare_rename(&mut self, params: TextDocumentPositionParams) -> Answer {
        let Some((set, file, offset)) = self.spot(&params) else { return Ok(Value::Null) };
        let found = rename::renamed(set, file, offset).or_else(|problem| refuse(ErrorCode::RequestFailed, problem))?;
        told(range(set, found.span))
    }

    fn rename(&mut self, params: RenameParams) -> Answer {
        let Some((set, file, offset)) = self.spot(&params.text_document_position) else { return Ok(Value::Null) };
        let edits = rename::rename(set, file, offset, &params.new_name)
            .or_else(|problem| refuse(ErrorCode::RequestFailed, problem))?;
        Ok(rename::workspace_edit(&self.desk, edits))
    }

    fn actions(&mut self, params: CodeActionParams) -> Answer {
        told(actions::actions(&mut self.desk, &params))
    }

    fn lenses(&mut self, params: CodeLensParams) -> Answer {
        let uri = params.text_document.uri;
        let reached = self.desk.reached(&path(&uri));
        let Some((set, file)) = self.file(&uri) else { return Ok(Value::Null) };
        told(lens::lenses(set, file, &uri, reached.as_ref()))
    }

    fn execute(&mut self, params: ExecuteCommandParams) -> Answer {
        let argument = |place: usize| params.arguments.get(place).and_then(Value::as_str).map(str::to_owned);
        match (params.command.as_str(), argument(0)) {
            (lens::RUN, Some(uri)) => lens::run(&mut self.desk, &uri, argument(1).as_deref()),
            (preview::PREVIEW, Some(uri)) => preview::preview(&mut self.desk, &uri, argument(1).as_deref()),
            (lens::RUN | preview::PREVIEW, None) => {
                refuse(ErrorCode::InvalidParams, "the first argument is the address of a policy file")
            }
            (command, _) => refuse(ErrorCode::InvalidParams, format!("there is no command `{command}`")),
        }
    }

    /// A text that is compiled in: a shipped policy file or the page of a code.
    fn text(&mut self, params: Value) -> Answer {
        let uri = params.get("uri").and_then(Value::as_str).unwrap_or("");
        let path = uri::compiled_in(uri).unwrap_or_default();
        match path.strip_prefix("pages/").and_then(|page| page.strip_suffix(".md")) {
            Some(code) => {
                let code = crate::diagnostic::Code::ALL.iter().find(|known| known.text() == code);
                told(code.map(|code| code.page()))
            }
            None => {
                let shipped = self.desk.disk.policies("shipped").into_iter().find(|(_, (own, _))| *own == path);
                told(shipped.map(|(_, (_, bytes))| String::from_utf8_lossy(&bytes).into_owned()))
            }
        }
    }

    /// The set and file of a document; `None` for one that is not open or no policy file.
    fn file(&mut self, uri: &Uri) -> Option<(&mut Set, FileId)> {
        let path = path(uri);
        if !self.desk.open.contains_key(&path) || !is_policy(&path) {
            return None;
        }
        let set = self.desk.set(&path);
        set.checked();
        let file = set.file(&path)?;
        Some((set, file))
    }

    /// The set, file and byte of a place in a document.
    fn spot(&mut self, at: &TextDocumentPositionParams) -> Option<(&mut Set, FileId, usize)> {
        let (set, file) = self.file(&at.text_document.uri)?;
        let offset = Lines::of(set.sources.get(file)?.text()).offset(at.position);
        Some((set, file, offset))
    }
}

/// Where a span is, for the protocol.
pub(super) fn place(set: &Set, span: Span) -> Option<(String, lsp_types::Range)> {
    let source = set.sources.get(span.file)?;
    Some((source.name().to_owned(), Lines::of(source.text()).range(span.range())))
}

fn range(set: &Set, span: Span) -> Option<lsp_types::Range> {
    place(set, span).map(|(_, range)| range)
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, ResponseError> {
    serde_json::from_value(params).or_else(|error| refuse(ErrorCode::InvalidParams, error.to_string()))
}

/// A value as the answer.
pub(super) fn told(value: impl serde::Serialize) -> Answer {
    serde_json::to_value(value).or_else(|error| refuse(ErrorCode::InternalError, error.to_string()))
}

fn log(message: String) -> Message {
    let params = serde_json::json!({ "type": 2, "message": message });
    Message::Notification(Notification::new("window/logMessage".to_owned(), params))
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        })),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![".".to_owned(), " ".to_owned()]),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: lsp_types::WorkDoneProgressOptions::default(),
        })),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![lens::RUN.to_owned(), preview::PREVIEW.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        semantic_tokens_provider: Some(
            SemanticTokensOptions {
                legend: tokens::legend(),
                full: Some(SemanticTokensFullOptions::Bool(true)),
                ..SemanticTokensOptions::default()
            }
            .into(),
        ),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}
