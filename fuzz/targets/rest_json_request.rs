#![no_main]

use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    RUNTIME.block_on(hob_lambda::fuzzing::rest_json_request(bytes));
});
