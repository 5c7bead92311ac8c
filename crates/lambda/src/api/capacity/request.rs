//! Members of requests, as the rules know them. The model's ranges and patterns hold already.

use hob_storage::{CapacityLogging, CapacityScaling, InstanceRequirements, PropagatedTags, ScalingPolicy};

use crate::api::function::parse_architecture;
use crate::api::shapes;
use crate::capacity::CapacityProviderError;

pub(super) fn instances(given: shapes::InstanceRequirements) -> InstanceRequirements {
    let architecture = given.architectures.and_then(|names| names.into_iter().next());
    InstanceRequirements {
        architecture: architecture.as_deref().and_then(parse_architecture),
        allowed_types: given.allowed_instance_types,
        excluded_types: given.excluded_instance_types,
    }
}

pub(super) fn scaling(given: shapes::CapacityProviderScalingConfig) -> CapacityScaling {
    let policies = given.scaling_policies.map(|policies| policies.into_iter().map(policy).collect());
    CapacityScaling {
        max_vcpus: given.max_v_cpu_count.and_then(|count| u32::try_from(count).ok()),
        mode: given.scaling_mode,
        policies,
    }
}

fn policy(given: shapes::TargetTrackingScalingPolicy) -> ScalingPolicy {
    ScalingPolicy {
        metric: given.predefined_metric_type.unwrap_or_default(),
        target: given.target_value.unwrap_or_default(),
    }
}

/// Without a mode, none are propagated.
pub(super) fn propagated_tags(
    given: Option<shapes::PropagateTags>,
) -> Result<Option<PropagatedTags>, CapacityProviderError> {
    let Some(given) = given else { return Ok(None) };
    let tags = given.explicit_tags.unwrap_or_default();
    match (given.mode.as_deref() == Some("Explicit"), tags.is_empty()) {
        (true, false) => Ok(Some(PropagatedTags::Explicit(tags))),
        (false, true) => Ok(Some(PropagatedTags::None)),
        _ => Err(CapacityProviderError::ExplicitTags),
    }
}

pub(super) fn logging(given: shapes::CapacityProviderTelemetryConfig) -> CapacityLogging {
    let logging = given.logging_config.unwrap_or_default();
    CapacityLogging { system_log_level: logging.system_log_level, log_group: logging.log_group }
}
