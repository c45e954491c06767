//! What the server says is wrong is what the front end says is wrong, with the same text: on the shipped set, on its
//! damaged files, and on generated sets.
