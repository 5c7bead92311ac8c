//! What a server is doing: the server's own, beside AWS's API.

use std::time::Duration;

use http::Method;
use serde::Deserialize;

use super::{Call, Client, ClientError};

/// It is answered from memory.
const DEADLINE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Statistics {
    pub environments: usize,
    pub idle: usize,
    pub running: u32,
    pub throttles: u64,
    pub evictions: u64,
    /// In bytes.
    pub memory_claimed: u64,
    pub memory_limit: u64,
    pub functions: Vec<Function>,
    pub ahead: Vec<Kind>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Function {
    pub function_name: String,
    pub waiting: usize,
    pub throttles: u64,
}

/// What waits for a function.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Kind {
    pub kind: String,
    pub runtimes: Vec<String>,
    pub ready: usize,
    /// In bytes.
    pub memory: u64,
}

impl Client {
    pub async fn statistics(&self) -> Result<Statistics, ClientError> {
        let call = Call::new("hob", Method::GET, "/_hob/statistics").deadline(DEADLINE);
        self.call(call).await?.json()
    }
}
