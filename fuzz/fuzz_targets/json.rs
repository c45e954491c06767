#![no_main]
libfuzzer_sys::fuzz_target!(init: entail_fuzz::listen(), |bytes: &[u8]| entail_fuzz::targets::json(bytes));
