#![no_main]

use hob_logs::FilterPattern;

// The first line is the pattern, the rest an event's message.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let (pattern, message) = text.split_once('\n').unwrap_or((text, ""));
    if let Ok(pattern) = FilterPattern::parse(pattern) {
        let _ = pattern.matches(message);
    }
});
