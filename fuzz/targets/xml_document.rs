#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hob_wire::fuzzing::xml_document(bytes));
