use base64::Engine as _;
use hob_types::Random;
use serde_json::{Value, json};

use super::super::{BASE64, creation_with};
use super::number;
use crate::testing::zip_of;

const FUNCTIONS: u64 = 4;
const ALIASES: [&str; 3] = ["blue", "green", "live"];
/// Numbers that are asked for: some exist, some do not yet, some do no more.
const VERSIONS: u64 = 8;

#[derive(Clone, Debug)]
pub(super) enum Operation {
    Settle,
    Create { function: u64, publish: bool },
    Configure { function: u64, description: Option<u64>, memory: Option<u64> },
    UpdateCode { function: u64, code: u64, publish: bool },
    DeleteFunction { function: u64 },
    GetConfiguration { function: u64, qualifier: Option<String> },
    Publish { function: u64, description: Option<u64> },
    DeleteVersion { function: u64, version: u64 },
    ListVersions { function: u64 },
    ListFunctions { all: bool },
    CreateAlias { function: u64, alias: &'static str, version: u64, additional: Option<u64> },
    UpdateAlias { function: u64, alias: &'static str, version: Option<u64>, additional: Option<Option<u64>> },
    DeleteAlias { function: u64, alias: &'static str },
    GetAlias { function: u64, alias: &'static str },
    ListAliases { function: u64 },
    Reserve { function: u64, reserved: Option<u64> },
    GetReserved { function: u64 },
}

impl Operation {
    pub(super) fn random(random: &dyn Random) -> Self {
        let below = |limit| number(random, limit);
        let maybe = |limit| (below(2) == 0).then(|| below(limit));
        let version = || 1 + below(VERSIONS);
        let alias = || ALIASES[usize::try_from(below(3)).unwrap()];
        let function = below(FUNCTIONS);
        match below(24) {
            0..=4 => Self::Settle,
            5 | 6 => Self::Create { function, publish: below(3) == 0 },
            7 => Self::Configure { function, description: maybe(3), memory: maybe(3) },
            8 => Self::UpdateCode { function, code: below(3), publish: below(3) == 0 },
            9 if below(4) == 0 => Self::DeleteFunction { function },
            9 | 10 => Self::GetConfiguration { function, qualifier: qualifier(random) },
            11..=13 => Self::Publish { function, description: maybe(3) },
            14 => Self::DeleteVersion { function, version: version() },
            15 => Self::ListVersions { function },
            16 => Self::ListFunctions { all: below(2) == 0 },
            17 | 18 => {
                let additional = (below(3) == 0).then(version);
                Self::CreateAlias { function, alias: alias(), version: version(), additional }
            }
            19 => {
                let additional = (below(2) == 0).then(|| (below(2) == 0).then(version));
                let version = (below(2) == 0).then(version);
                Self::UpdateAlias { function, alias: alias(), version, additional }
            }
            20 => Self::DeleteAlias { function, alias: alias() },
            21 => Self::GetAlias { function, alias: alias() },
            22 => Self::ListAliases { function },
            _ if below(2) == 0 => Self::Reserve { function, reserved: maybe(700) },
            _ => Self::GetReserved { function },
        }
    }

    /// Method, path and body.
    pub(super) fn request(&self) -> (&'static str, String, Value) {
        const ROOT: &str = "/2015-03-31/functions";
        match self {
            Self::Settle => ("SETTLE", String::new(), Value::Null),
            Self::Create { function, publish } => (
                "POST",
                ROOT.to_owned(),
                creation_with(json!({ "FunctionName": name(*function), "Publish": publish })),
            ),
            Self::Configure { function, description, memory } => {
                let mut body = json!({});
                if let Some(description) = description {
                    body["Description"] = json!(description.to_string());
                }
                if let Some(memory) = memory {
                    body["MemorySize"] = json!(128 + memory);
                }
                ("PUT", format!("{ROOT}/{}/configuration", name(*function)), body)
            }
            Self::UpdateCode { function, code, publish } => {
                let zip = BASE64.encode(zip_of(&format!("v{code}")));
                (
                    "PUT",
                    format!("{ROOT}/{}/code", name(*function)),
                    json!({ "ZipFile": zip, "Publish": publish }),
                )
            }
            Self::DeleteFunction { function } => {
                ("DELETE", format!("{ROOT}/{}", name(*function)), Value::Null)
            }
            Self::GetConfiguration { function, qualifier } => {
                let query = qualifier.as_ref().map(|qualifier| format!("?Qualifier={qualifier}"));
                let query = query.unwrap_or_default();
                ("GET", format!("{ROOT}/{}/configuration{query}", name(*function)), Value::Null)
            }
            Self::Publish { function, description } => {
                let description = description.map(|description| description.to_string());
                (
                    "POST",
                    format!("{ROOT}/{}/versions", name(*function)),
                    json!({ "Description": description }),
                )
            }
            Self::DeleteVersion { function, version } => {
                ("DELETE", format!("{ROOT}/{}?Qualifier={version}", name(*function)), Value::Null)
            }
            Self::ListVersions { function } => {
                ("GET", format!("{ROOT}/{}/versions", name(*function)), Value::Null)
            }
            Self::ListFunctions { all } => {
                ("GET", format!("{ROOT}{}", if *all { "?FunctionVersion=ALL" } else { "" }), Value::Null)
            }
            Self::CreateAlias { function, alias, version, additional } => {
                let body = json!({
                    "Name": alias, "FunctionVersion": version.to_string(), "RoutingConfig": routing(*additional),
                });
                ("POST", format!("{ROOT}/{}/aliases", name(*function)), body)
            }
            Self::UpdateAlias { function, alias, version, additional } => {
                let version = version.map(|version| version.to_string());
                let body = json!({ "FunctionVersion": version, "RoutingConfig": additional.map(routing) });
                ("PUT", format!("{ROOT}/{}/aliases/{alias}", name(*function)), body)
            }
            Self::DeleteAlias { function, alias } => {
                ("DELETE", format!("{ROOT}/{}/aliases/{alias}", name(*function)), Value::Null)
            }
            Self::GetAlias { function, alias } => {
                ("GET", format!("{ROOT}/{}/aliases/{alias}", name(*function)), Value::Null)
            }
            Self::ListAliases { function } => {
                ("GET", format!("{ROOT}/{}/aliases", name(*function)), Value::Null)
            }
            Self::Reserve { function, reserved } => {
                let path = format!("/2017-10-31/functions/{}/concurrency", name(*function));
                match reserved {
                    Some(reserved) => ("PUT", path, json!({ "ReservedConcurrentExecutions": reserved })),
                    None => ("DELETE", path, Value::Null),
                }
            }
            Self::GetReserved { function } => {
                ("GET", format!("/2019-09-30/functions/{}/concurrency", name(*function)), Value::Null)
            }
        }
    }
}

pub(super) fn name(function: u64) -> String {
    format!("function-{function}")
}

/// As it is asked for, and as it is answered.
pub(super) fn routing(additional: Option<u64>) -> Value {
    match additional {
        Some(version) => json!({ "AdditionalVersionWeights": { version.to_string(): 0.5 } }),
        None => json!({ "AdditionalVersionWeights": {} }),
    }
}

fn qualifier(random: &dyn Random) -> Option<String> {
    match number(random, 4) {
        0 => None,
        1 => Some("$LATEST".to_owned()),
        2 => Some(ALIASES[usize::try_from(number(random, 3)).unwrap()].to_owned()),
        _ => Some((1 + number(random, VERSIONS)).to_string()),
    }
}
