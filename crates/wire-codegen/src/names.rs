//! AWS's names as Rust writes them.

/// `KMSKeyArn` becomes `kms_key_arn`, `CodeSha256` `code_sha256`, and a keyword a raw identifier.
pub(crate) fn field(name: &str) -> String {
    let snake = words(name).join("_");
    match snake.as_str() {
        "as" | "async" | "await" | "break" | "const" | "continue" | "dyn" | "else" | "enum" | "extern"
        | "false" | "final" | "fn" | "for" | "if" | "impl" | "in" | "let" | "loop" | "macro" | "match"
        | "mod" | "move" | "override" | "priv" | "pub" | "ref" | "return" | "static" | "struct" | "trait"
        | "true" | "try" | "type" | "typeof" | "unsafe" | "use" | "virtual" | "where" | "while" | "yield" => {
            format!("r#{snake}")
        }
        "self" | "super" | "crate" => format!("{snake}_"),
        _ => snake,
    }
}

/// Model names start in either case; Rust types do not.
pub(crate) fn type_name(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Shape names may differ in case only, so the name is kept as it is.
pub(crate) fn table(name: &str) -> String {
    format!("{name}_")
}

/// A word ends before an upper-case letter that follows a lower-case one or a digit, and before the last of
/// several upper-case letters if a lower-case one follows.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (i, &letter) in letters.iter().enumerate() {
        let after_lower = i > 0 && !letters[i - 1].is_ascii_uppercase();
        let before_lower = letters.get(i + 1).is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase() && i > 0 && (after_lower || before_lower) {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), letter.is_ascii_alphanumeric()) {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_a_snake_case_field() {
        assert_eq!(field("FunctionName"), "function_name");
        assert_eq!(field("KMSKeyArn"), "kms_key_arn");
        assert_eq!(field("CodeSha256"), "code_sha256");
        assert_eq!(field("S3Bucket"), "s3_bucket");
        assert_eq!(field("logGroupName"), "log_group_name");
        assert_eq!(field("Ipv6AllowedForDualStack"), "ipv6_allowed_for_dual_stack");
        assert_eq!(
            field("ExecutionEnvironmentMemoryGiBPerVCpu"),
            "execution_environment_memory_gi_b_per_v_cpu"
        );
        assert_eq!(field("Type"), "r#type");
        assert_eq!(field("x-amz-tag"), "xamztag");
    }
}
