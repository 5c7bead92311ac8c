use std::fmt;

use crate::{Random, Region, Runtime, SeededRandom};

/// The build of a runtime. AWS has many of each, Hob one.
///
/// Prints as AWS's INIT_START line has it: `python:3.12.v1`, `nodejs:22.v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeVersion(String);

impl RuntimeVersion {
    pub fn of(runtime: &Runtime) -> Self {
        let name = runtime.as_str();
        let end = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
        let (language, version) = name.split_at(end);
        Self(format!("{language}:{}.v1", version.trim_start_matches('.').trim_end_matches(".x")))
    }

    pub fn arn(&self, region: &Region) -> String {
        runtime_version_arn(region, &self.0)
    }
}

/// The ARN of the build that prints as `version`. AWS names builds by 64 hexadecimal digits; ours follow from
/// the text, so that they are the same wherever the build is named, and change when it does.
pub fn runtime_version_arn(region: &Region, version: &str) -> String {
    let random = SeededRandom::new(fnv1a(version));
    let bytes: [u8; 32] = (&random as &dyn Random).array();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("arn:aws:lambda:{region}::runtime:{digits}")
}

fn fnv1a(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

impl fmt::Display for RuntimeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_prints_as_awss_init_start_line_has_it() {
        let version = |runtime: &str| RuntimeVersion::of(&Runtime::new(runtime)).to_string();
        assert_eq!(version("python3.12"), "python:3.12.v1");
        assert_eq!(version("nodejs22.x"), "nodejs:22.v1");
        assert_eq!(version("provided.al2023"), "provided:al2023.v1");
        assert_eq!(version("java8.al2"), "java:8.al2.v1");
    }

    #[test]
    fn an_arn_is_the_same_for_the_same_version_and_has_64_hexadecimal_digits() {
        let arn = |version: &str| runtime_version_arn(&Region::local(), version);
        let python = RuntimeVersion::of(&Runtime::new("python3.12"));
        assert_eq!(python.arn(&Region::local()), arn("python:3.12.v1"));
        assert_ne!(arn("python:3.12.v1"), arn("python:3.12.v2"));
        let arn = arn("python:3.12.v1");
        let digits = arn.strip_prefix("arn:aws:lambda:us-east-1::runtime:").unwrap();
        assert!(digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{digits}");
    }
}
