#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hob_environment::fuzzing::http_head(bytes));
