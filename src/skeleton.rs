//! Skeletons: texts to start a product, a policy test or an estate from.
//!
//! They are read by whoever fills them in, and hold as they are: a product's tests pass beside the shipped policies, an
//! estate is read without a complaint. Nothing is written to disk here.

mod estate;

pub use estate::estate;

/// A product with a document, a licence and tests, as one policy file. The tests state facts of the shipped policies.
pub fn product(name: &str) -> String {
    PRODUCT.replace("NAME", name)
}

/// A policy test, as one policy file.
pub fn test(name: &str) -> String {
    TEST.replace("NAME", name)
}

const PRODUCT: &str = include_str!("skeleton/product.entail");

const TEST: &str = include_str!("skeleton/test.entail");
