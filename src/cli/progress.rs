//! A sign of life on a terminal for work that takes over a second.

use super::Shared;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Work shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shown until it is dropped.
pub(super) struct Progress {
    done: Option<Sender<()>>,
    shown: Option<JoinHandle<()>>,
}

/// Says on stderr what is being done, once it has taken a while; nothing where stderr is no terminal, or with `-q`.
pub(super) fn begin(shared: &Shared, what: &'static str) -> Option<Progress> {
    if shared.quiet || !io::stderr().is_terminal() {
        return None;
    }
    let (done, finished) = mpsc::channel();
    let shown = thread::spawn(move || {
        if finished.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let bar = bar(what);
            // Until the other end is dropped.
            let _ = finished.recv();
            bar.finish_and_clear();
        }
    });
    Some(Progress { done: Some(done), shown: Some(shown) })
}

fn bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(what);
    if let Ok(style) = ProgressStyle::with_template("entail: {msg} {spinner} {elapsed}") {
        bar.set_style(style.tick_chars("-\\|/ "));
    }
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done.take();
        let _ = self.shown.take().map(JoinHandle::join);
    }
}
