#![no_main]

use hob_types::EventPattern;

// The first line is the pattern, the rest the event.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let (pattern, event) = text.split_once('\n').unwrap_or((text, "{}"));
    if let (Ok(pattern), Ok(event)) = (pattern.parse::<EventPattern>(), serde_json::from_str(event)) {
        let _ = pattern.matches(&event);
    }
});
