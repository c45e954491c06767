//! From demands to the cheapest position that meets them.
//!
//! [`build`] turns an evaluation into [`model`]: the problem with everything but its arithmetic taken away, that is heads,
//! units, places and prices. [`reduce`] makes it small without changing its optimum, [`solve`] finds the optimum, and
//! [`certificate`] verifies a plan and its lower bound without trusting either of them.
//!
//! Below [`build`] nothing knows policies, estates, names or dates; licences and holders are plain indices.

pub mod build;
pub mod certificate;
mod counting;
pub mod model;
pub mod reduce;
pub mod solve;
mod union;
