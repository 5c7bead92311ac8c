//! A capacity provider as AWS describes it.

use hob_storage::{
    CapacityLogging, CapacityProviderRecord, CapacityScaling, InstanceRequirements, PropagatedTags,
};

use crate::api::function::architecture_name;
use crate::api::shapes;
use crate::capacity::CapacityProvider;

/// Nothing is prepared for a provider, so it is never Pending.
pub(super) const ACTIVE: &str = "Active";
pub(super) const DELETING: &str = "Deleting";

pub(super) fn describe(
    arn: &CapacityProvider,
    record: &CapacityProviderRecord,
    state: &str,
) -> shapes::CapacityProvider {
    shapes::CapacityProvider {
        capacity_provider_arn: Some(arn.to_string()),
        state: Some(state.to_owned()),
        vpc_config: Some(shapes::CapacityProviderVpcConfig {
            subnet_ids: Some(record.subnet_ids.clone()),
            security_group_ids: Some(record.security_group_ids.clone()),
        }),
        permissions_config: Some(shapes::CapacityProviderPermissionsConfig {
            capacity_provider_operator_role_arn: Some(record.operator_role.clone()),
        }),
        instance_requirements: record.instances.as_ref().map(instances),
        capacity_provider_scaling_config: record.scaling.as_ref().map(scaling),
        kms_key_arn: None,
        last_modified: Some(record.last_modified.to_lambda_string()),
        propagate_tags: record.propagated_tags.as_ref().map(propagated_tags),
        telemetry_config: record.logging.as_ref().map(telemetry),
    }
}

fn instances(instances: &InstanceRequirements) -> shapes::InstanceRequirements {
    shapes::InstanceRequirements {
        architectures: instances.architecture.map(|named| vec![architecture_name(named).to_owned()]),
        allowed_instance_types: instances.allowed_types.clone(),
        excluded_instance_types: instances.excluded_types.clone(),
    }
}

fn scaling(scaling: &CapacityScaling) -> shapes::CapacityProviderScalingConfig {
    let policies = scaling.policies.as_ref().map(|policies| {
        let policies = policies.iter().map(|policy| shapes::TargetTrackingScalingPolicy {
            predefined_metric_type: Some(policy.metric.clone()),
            target_value: Some(policy.target),
        });
        policies.collect()
    });
    shapes::CapacityProviderScalingConfig {
        max_v_cpu_count: scaling.max_vcpus.map(u32::cast_signed),
        scaling_mode: scaling.mode.clone(),
        scaling_policies: policies,
    }
}

fn propagated_tags(tags: &PropagatedTags) -> shapes::PropagateTags {
    match tags {
        PropagatedTags::None => shapes::PropagateTags { mode: Some("None".to_owned()), explicit_tags: None },
        PropagatedTags::Explicit(tags) => {
            shapes::PropagateTags { mode: Some("Explicit".to_owned()), explicit_tags: Some(tags.clone()) }
        }
    }
}

fn telemetry(logging: &CapacityLogging) -> shapes::CapacityProviderTelemetryConfig {
    shapes::CapacityProviderTelemetryConfig {
        logging_config: Some(shapes::CapacityProviderLoggingConfig {
            system_log_level: logging.system_log_level.clone(),
            log_group: logging.log_group.clone(),
        }),
    }
}
