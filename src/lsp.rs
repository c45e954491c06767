//! Entail in an editor: the language server protocol over what the front end, the linter, the tests and the difference find.
//!
//! Nothing is analysed here that another stage does not: a [`set`](self) keeps each parsed file, so that a keystroke parses
//! one text and checks the set anew. The server reads files through a [`Disk`] and writes none; edits are the editor's to
//! apply. One message is answered after another; what is cancelled before its turn comes is not begun.

mod actions;
mod completion;
mod desk;
mod estate;
mod hover;
mod lens;
mod mentions;
mod place;
mod preview;
mod publish;
mod rename;
mod search;
mod session;
mod set;
mod symbols;
mod tokens;
mod uri;

use crate::value::Date;
use lsp_server::{Connection, ErrorCode, Message, Notification, RequestId, Response};
use session::Session;
use std::collections::VecDeque;

/// A file as read: its path, its bytes.
pub type File = (String, Vec<u8>);

/// Where files are. Paths are absolute and have `/` between their parts; the folder `shipped` is the set compiled in.
pub trait Disk {
    /// The policy files in a folder and those below it, each with its path within the folder; a file that cannot be read
    /// is left out.
    fn policies(&self, folder: &str) -> Vec<(String, File)>;
    /// The files of the estate in a folder.
    fn estate(&self, folder: &str) -> Vec<File>;
    /// Whether there is a file of this path.
    fn is_file(&self, path: &str) -> bool;
    /// Whether there is a folder of this path.
    fn is_folder(&self, path: &str) -> bool;
    /// The day on which a reading is shown as in force.
    fn today(&self) -> Date;
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client asked for it, in the order that the protocol wants.
    Orderly,
    /// The client told it to exit without a word before.
    Abrupt,
    /// The client is gone.
    Lost,
}

/// Serves one client until it leaves. `policies` are the folders that are one set, where the call named some; otherwise
/// the set of a file is the nearest folder called `policies` above it, else the folder that it is in.
pub fn serve(connection: &Connection, disk: &dyn Disk, policies: Vec<String>) -> Ended {
    let mut session = Session::new(disk, policies);
    let mut queue = Queue::default();
    loop {
        if queue.messages.is_empty() {
            if !send(connection, session.settle()) {
                return Ended::Lost;
            }
            match connection.receiver.recv() {
                Ok(message) => queue.add(message),
                Err(_) => return Ended::Lost,
            }
        }
        connection.receiver.try_iter().for_each(|message| queue.add(message));
        if !send(connection, std::mem::take(&mut queue.refusals)) {
            return Ended::Lost;
        }
        let Some(message) = queue.messages.pop_front() else { continue };
        match &message {
            Message::Notification(exit) if exit.method == "exit" => {
                return if session.is_shut_down() { Ended::Orderly } else { Ended::Abrupt };
            }
            Message::Notification(_) | Message::Request(_) | Message::Response(_) => {}
        }
        if !send(connection, session.handle(message)) {
            return Ended::Lost;
        }
    }
}

fn send(connection: &Connection, messages: Vec<Message>) -> bool {
    messages.into_iter().all(|message| connection.sender.send(message).is_ok())
}

/// Messages that wait for their turn, and the answers to those that will not have one.
#[derive(Default)]
struct Queue {
    messages: VecDeque<Message>,
    refusals: Vec<Message>,
}

impl Queue {
    fn add(&mut self, message: Message) {
        match cancelled(&message) {
            Some(id) => self.cancel(&id),
            None => self.messages.push_back(message),
        }
    }

    fn cancel(&mut self, id: &RequestId) {
        let is_it = |message: &Message| matches!(message, Message::Request(request) if request.id == *id);
        if let Some(place) = self.messages.iter().position(is_it) {
            self.messages.remove(place);
            let code = ErrorCode::RequestCanceled as i32;
            let refusal = Response::new_err(id.clone(), code, "cancelled before it was begun".to_owned());
            self.refusals.push(Message::Response(refusal));
        }
    }
}

/// The request that a message takes back.
fn cancelled(message: &Message) -> Option<RequestId> {
    match message {
        Message::Notification(Notification { method, params }) if method == "$/cancelRequest" => {
            serde_json::from_value(params.get("id")?.clone()).ok()
        }
        Message::Notification(_) | Message::Request(_) | Message::Response(_) => None,
    }
}
