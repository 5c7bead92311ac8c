//! A code signing configuration as AWS describes it, and as callers ask for one.

use hob_storage::{CodeSigningConfigRecord, Owner, UntrustedArtifact};
use hob_wire::RequestContext;

use crate::api::shapes::{AllowedPublishers, CodeSigningConfig, CodeSigningPolicies};
use crate::signing_config::CodeSigningConfigArn;

pub(super) fn owner(context: &RequestContext) -> Owner {
    Owner::new(&context.account, &context.region)
}

pub(super) fn describe(owner: &Owner, config: &CodeSigningConfigRecord) -> CodeSigningConfig {
    let arn = CodeSigningConfigArn::new(owner.clone(), config.id.clone());
    let untrusted = match config.untrusted_artifact {
        UntrustedArtifact::Warn => "Warn",
        UntrustedArtifact::Enforce => "Enforce",
    };
    CodeSigningConfig {
        code_signing_config_id: Some(config.id.clone()),
        code_signing_config_arn: Some(arn.to_string()),
        description: Some(config.description.clone()),
        allowed_publishers: Some(AllowedPublishers {
            signing_profile_version_arns: Some(config.allowed_publishers.clone()),
        }),
        code_signing_policies: Some(CodeSigningPolicies {
            untrusted_artifact_on_deployment: Some(untrusted.to_owned()),
        }),
        last_modified: Some(config.last_modified.to_lambda_string()),
    }
}

pub(super) fn publishers(given: Option<AllowedPublishers>) -> Option<Vec<String>> {
    given.and_then(|given| given.signing_profile_version_arns)
}

/// The model admits no third policy.
pub(super) fn untrusted_artifact(given: Option<&CodeSigningPolicies>) -> Option<UntrustedArtifact> {
    match given?.untrusted_artifact_on_deployment.as_deref()? {
        "Enforce" => Some(UntrustedArtifact::Enforce),
        _ => Some(UntrustedArtifact::Warn),
    }
}
