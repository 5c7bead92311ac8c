//! What of a provider goes together. Ranges that the model has are not asked again.

use hob_storage::{CapacityProviderRecord, CapacityScaling, InstanceRequirements};

use super::CapacityProviderError;

pub(super) fn check(provider: &CapacityProviderRecord) -> Result<(), CapacityProviderError> {
    if let Some(instances) = &provider.instances {
        check_instances(instances)?;
    }
    match &provider.scaling {
        Some(scaling) => check_scaling(scaling),
        None => Ok(()),
    }
}

/// Source: Lambda guide, "Capacity providers".
fn check_instances(instances: &InstanceRequirements) -> Result<(), CapacityProviderError> {
    let some = |types: &Option<Vec<String>>| types.as_ref().is_some_and(|types| !types.is_empty());
    if some(&instances.allowed_types) && some(&instances.excluded_types) {
        return Err(CapacityProviderError::AllowedAndExcluded);
    }
    Ok(())
}

fn check_scaling(scaling: &CapacityScaling) -> Result<(), CapacityProviderError> {
    let manual = scaling.mode.as_deref() == Some("Manual");
    let policies = scaling.policies.as_ref().is_some_and(|policies| !policies.is_empty());
    if manual == policies { Ok(()) } else { Err(CapacityProviderError::ScalingPolicies) }
}
