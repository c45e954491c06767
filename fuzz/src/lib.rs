//! The targets, for the fuzzer: one program for each, in `fuzz_targets`.

pub mod targets;

/// Leaves panics within the fence around readers of others alone: they are told as a file that cannot be read. Every other
/// panic ends the fuzzer.
pub fn listen() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !entail::estate::is_guarded() {
            told(panic);
        }
    }));
}
