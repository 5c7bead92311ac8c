#![no_main]

use hob_types::{FunctionArn, FunctionReference, QualifiedFunctionArn};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = text.parse::<FunctionReference>();
    if let Ok(arn) = text.parse::<FunctionArn>() {
        assert_eq!(arn.to_string().parse(), Ok(arn));
    }
    if let Ok(arn) = text.parse::<QualifiedFunctionArn>() {
        assert_eq!(arn.to_string().parse(), Ok(arn));
    }
});
