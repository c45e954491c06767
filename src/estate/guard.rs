//! A fence around readers of others that may panic on damaged files.
//!
//! A panic is a defect everywhere else. Within the fence it says that a file cannot be read, and is told as that.

use std::cell::Cell;
#[cfg(any(feature = "xlsx", feature = "parquet"))]
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// What `read` comes to; `None` where it panics. What it left half done is only fit to be thrown away.
#[cfg(any(feature = "xlsx", feature = "parquet"))]
pub(super) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    let within = GUARDED.replace(true);
    let read = catch_unwind(AssertUnwindSafe(read)).ok();
    GUARDED.set(within);
    read
}

/// Whether a panic of this thread would be one within the fence, so that nobody need hear of it.
pub fn is_guarded() -> bool {
    GUARDED.get()
}
