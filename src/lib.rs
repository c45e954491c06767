//! Entail.
