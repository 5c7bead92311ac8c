/// `Lambda-Runtime-Function-Error-Type` as it goes into logs: kept if it has the form `Runtime.Name` or
/// `Function.Name`, else reduced to what it begins with. Source: AWS's Runtime Interface Emulator.
pub(crate) fn normalised_error_type(header: Option<&[u8]>) -> String {
    let header = header.map(String::from_utf8_lossy).unwrap_or_default();
    if ["Runtime.", "Function."].into_iter().any(|category| names_an_error(&header, category)) {
        header.into_owned()
    } else if header.starts_with("Function.") {
        "Function.Unknown".to_owned()
    } else {
        "Runtime.Unknown".to_owned()
    }
}

/// As the expression `category[A-Z][a-zA-Z]+`. Ours covers the whole text, so that a header cannot put more than a
/// name into a log line.
fn names_an_error(text: &str, category: &str) -> bool {
    let Some(name) = text.strip_prefix(category) else { return false };
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_runtime_and_function_errors_keep_their_name() {
        let check = |header: &str, expected| {
            assert_eq!(normalised_error_type(Some(header.as_bytes())), expected);
        };
        check("Runtime.ImportModuleError", "Runtime.ImportModuleError");
        check("Function.Timeout", "Function.Timeout");
        check("Function.x", "Function.Unknown");
        check("Runtime.E", "Runtime.Unknown");
        check("ReferenceError", "Runtime.Unknown");
        check("Runtime.Evil\tStatus: success", "Runtime.Unknown");
        assert_eq!(normalised_error_type(None), "Runtime.Unknown");
    }
}
