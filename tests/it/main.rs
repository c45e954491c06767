//! Integration tests.

mod estate;
