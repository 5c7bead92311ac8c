#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hob_wire::fuzzing::aws_chunked_body(bytes));
