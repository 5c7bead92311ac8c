//! An alias as AWS describes it, and as callers ask for one.

use std::collections::BTreeMap;

use hob_storage::AliasRecord;
use hob_types::{FunctionArn, Version, VersionNumber};

use crate::alias::AliasChange;
use crate::api::shapes::{AliasConfiguration, AliasRoutingConfiguration};

pub(super) fn describe(function: &FunctionArn, alias: &AliasRecord) -> AliasConfiguration {
    AliasConfiguration {
        alias_arn: Some(format!("{function}:{}", alias.name)),
        name: Some(alias.name.to_string()),
        function_version: Some(alias.version.to_string()),
        description: Some(alias.description.clone()),
        routing_config: (!alias.weights.is_empty()).then(|| AliasRoutingConfiguration {
            additional_version_weights: Some(
                alias.weights.iter().map(|(version, weight)| (version.to_string(), *weight)).collect(),
            ),
        }),
        revision_id: Some(alias.revision.to_string()),
    }
}

/// The model's patterns and ranges hold already.
pub(super) fn change(
    version: Option<&str>,
    description: Option<String>,
    routing: Option<AliasRoutingConfiguration>,
) -> AliasChange {
    AliasChange {
        version: version.map(|version| version.parse::<Version>().map_err(|_| version.to_owned())),
        description,
        weights: routing.map(|routing| weights(routing.additional_version_weights.unwrap_or_default())),
    }
}

/// A number that no version can have is left to name none.
fn weights(given: BTreeMap<String, f64>) -> Result<BTreeMap<VersionNumber, f64>, String> {
    let parsed = given.into_iter().map(|(version, weight)| match version.parse() {
        Ok(number) => Ok((number, weight)),
        Err(_) => Err(version),
    });
    parsed.collect()
}
