//! The optimiser: positions worked out by hand, an exhaustive search over tiny models, and plans
//! that the certificate must refuse.
#![allow(clippy::unwrap_used, clippy::panic, clippy::cast_possible_truncation)]

mod cases;
mod exhaustive;
mod large;
mod random;
