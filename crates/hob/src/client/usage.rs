//! What functions have used: the server's own, beside AWS's API.

use hob_types::{Architecture, Day, FunctionName, InvocationSource, Version};
use http::Method;
use serde::Deserialize;

use super::{Call, Client, ClientError};

/// Sums of one function's version, source and day.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Record {
    pub function_name: FunctionName,
    pub version: Version,
    pub architecture: Architecture,
    pub source: InvocationSource,
    pub day: Day,
    pub requests: u64,
    pub errors: u64,
    pub throttles: u64,
    pub billed_ms: u64,
    pub init_ms: u64,
    pub memory_mib_ms: u64,
    pub storage_mib_ms: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    records: Vec<Record>,
}

impl Client {
    /// Of the days from `first` to `last`.
    pub async fn usage(&self, first: Day, last: Day) -> Result<Vec<Record>, ClientError> {
        let path = format!("/_hob/usage?first={first}&last={last}");
        let answer: Answer = self.call(Call::new("hob", Method::GET, path)).await?.json()?;
        Ok(answer.records)
    }
}

#[cfg(test)]
impl Record {
    pub fn sample(name: &str, day: &str) -> Self {
        Self {
            function_name: name.parse().unwrap(),
            version: Version::Latest,
            architecture: Architecture::X86_64,
            source: InvocationSource::Invoke,
            day: day.parse().unwrap(),
            requests: 0,
            errors: 0,
            throttles: 0,
            billed_ms: 0,
            init_ms: 0,
            memory_mib_ms: 0,
            storage_mib_ms: 0,
        }
    }
}
