//! A sign of life on a terminal for work that takes over a second.

use super::Shared;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often what is shown is brought up to date.
const BEAT: Duration = Duration::from_millis(100);

/// Shown until it is dropped.
pub(super) struct Progress {
    done: Option<Sender<()>>,
    shown: Option<JoinHandle<()>>,
}

/// How far a large table has been read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// All of its bytes; 0 while there is no large table.
    pub bytes: AtomicU64,
    /// Those that have been read.
    pub done: AtomicU64,
    /// The rows among them.
    pub rows: AtomicU64,
}

/// Says on stderr what is being done, once it has taken a while; nothing where stderr is no terminal, or with `-q`.
pub(super) fn begin(shared: &Shared, what: &'static str) -> Option<Progress> {
    begin_reading(shared, what, Arc::default())
}

/// Like [`begin`], with the rows read and the time left as soon as a large table is being read.
pub(super) fn begin_reading(shared: &Shared, what: &'static str, reading: Arc<Reading>) -> Option<Progress> {
    if shared.quiet || !io::stderr().is_terminal() {
        return None;
    }
    let (done, finished) = mpsc::channel();
    let shown = thread::spawn(move || {
        if finished.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let bar = bar(what, &reading);
            // Until the other end is dropped.
            while finished.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                show(&bar, what, &reading);
            }
            bar.finish_and_clear();
        }
    });
    Some(Progress { done: Some(done), shown: Some(shown) })
}

fn bar(what: &'static str, reading: &Reading) -> ProgressBar {
    let bytes = reading.bytes.load(Ordering::Relaxed);
    let (bar, template) = match bytes {
        0 => (ProgressBar::new_spinner(), "entail: {msg} {spinner} {elapsed}"),
        bytes => (ProgressBar::new(bytes), "entail: {msg} {bar:30} {percent} %, {eta} left"),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.tick_chars("-\\|/ ").progress_chars("=> "));
    }
    bar.with_message(what)
}

fn show(bar: &ProgressBar, what: &str, reading: &Reading) {
    if bar.length().is_some() {
        bar.set_position(reading.done.load(Ordering::Relaxed));
        bar.set_message(match reading.rows.load(Ordering::Relaxed) {
            0 => what.to_owned(),
            rows => format!("{what}: {rows} rows"),
        });
    }
    bar.tick();
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.take();
        let _ = self.shown.take().map(JoinHandle::join);
    }
}
