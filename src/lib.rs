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
pub mod resolve {
    //! placeholder
}
pub mod typing {
    //! placeholder
}
pub mod testing {
    //! placeholder
}
pub mod judge;
