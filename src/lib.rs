//! Entail.
pub mod diagnostic;
pub mod estate;
pub mod program;
pub mod source;
pub mod syntax;
pub mod value;
pub mod report {
    //! placeholder
}
pub mod select {
    //! placeholder
}
pub mod resolve;
pub mod typing;
pub mod testing {
    //! placeholder
}
pub mod judge;
