use std::fmt;
use std::str::FromStr;

/// The name of a function: 1 to 64 letters, digits, hyphens and underscores.
/// Source: the bare name in CreateFunction's `FunctionName`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionName(String);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFunctionName {
    #[error("a function name has at most {} characters", FunctionName::LENGTH_MAX)]
    TooLong,
    #[error("a function name is made of letters, digits, hyphens and underscores")]
    Malformed,
}

impl FunctionName {
    pub const LENGTH_MAX: usize = 64;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FunctionName {
    type Err = InvalidFunctionName;

    fn from_str(s: &str) -> Result<Self, InvalidFunctionName> {
        if s.is_empty() || !s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            Err(InvalidFunctionName::Malformed)
        } else if s.len() > Self::LENGTH_MAX {
            Err(InvalidFunctionName::TooLong)
        } else {
            Ok(Self(s.to_owned()))
        }
    }
}

crate::id::text_impls!(FunctionName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_1_to_64_letters_digits_hyphens_and_underscores() {
        assert!("a".parse::<FunctionName>().is_ok());
        assert!("My_function-2".parse::<FunctionName>().is_ok());
        assert!("x".repeat(64).parse::<FunctionName>().is_ok());
        assert_eq!("x".repeat(65).parse::<FunctionName>(), Err(InvalidFunctionName::TooLong));
        for bad in ["", "a.b", "a b", "ü", "a:b", "$LATEST"] {
            assert_eq!(bad.parse::<FunctionName>(), Err(InvalidFunctionName::Malformed), "{bad}");
        }
    }
}
