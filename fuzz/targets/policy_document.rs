#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hob_lambda::fuzzing::policy_document(bytes));
