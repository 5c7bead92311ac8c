//! Members of requests that Hob cannot honour yet. It says so, rather than to pretend; values that mean "nothing"
//! are fine.

use hob_wire::AwsError;

use crate::api::error;
use crate::api::shapes::{
    CreateFunctionRequest, DurableConfig, ImageConfig, InvocationRequest, UpdateFunctionConfigurationRequest,
};

/// A member, as AWS's documentation names it, that was used.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::api) struct Unserved(pub(in crate::api) String);

/// Each member with whether the request uses it.
type Uses = [(&'static str, bool)];

fn refuse_first(uses: &Uses) -> Result<(), Unserved> {
    match uses.iter().find(|(_, used)| *used) {
        Some((member, _)) => Err(Unserved((*member).to_owned())),
        None => Ok(()),
    }
}

/// The members that CreateFunction and UpdateFunctionConfiguration have in common.
macro_rules! check_configuration {
    ($input:ident) => {{
        check_key($input.kms_key_arn.as_ref())?;
        check_image_config($input.image_config.as_ref())?;
        if $input.capacity_provider_config.is_some() {
            return Err(error::no_managed_instances("CapacityProviderConfig"));
        }
        refuse_first(&[
            ("DurableConfig", $input.durable_config.is_some()),
            ("RuntimeConfig", $input.runtime_config.is_some()),
            ("AcceleratorConfig", $input.accelerator_config.is_some()),
        ])
    }};
}

pub(in crate::api) fn check_create(input: &CreateFunctionRequest) -> Result<(), AwsError> {
    check_publish_to(input.publish_to.as_ref())?;
    check_durable(input.durable_config.as_ref())?;
    check_configuration!(input)?;
    refuse_first(&[("TenancyConfig", input.tenancy_config.is_some())])?;
    Ok(())
}

pub(in crate::api) fn check_update_configuration(
    input: &UpdateFunctionConfigurationRequest,
) -> Result<(), AwsError> {
    Ok(check_configuration!(input)?)
}

pub(in crate::api) fn check_publish_to(publish_to: Option<&String>) -> Result<(), AwsError> {
    match publish_to {
        Some(_) => Err(error::no_managed_instances("PublishTo")),
        None => Ok(()),
    }
}

pub(in crate::api) fn check_invoke(input: &InvocationRequest) -> Result<(), Unserved> {
    refuse_first(&[
        ("TenantId", input.tenant_id.is_some()),
        ("DurableExecutionName", input.durable_execution_name.is_some()),
    ])
}

/// No key is at hand that a customer could name.
fn check_key(arn: Option<&String>) -> Result<(), AwsError> {
    match arn.filter(|arn| !arn.is_empty()) {
        Some(arn) => Err(error::unusable_key(arn)),
        None => Ok(()),
    }
}

fn check_image_config(config: Option<&ImageConfig>) -> Result<(), AwsError> {
    let used = config.is_some_and(|config| {
        is_list(config.entry_point.as_ref())
            || is_list(config.command.as_ref())
            || is_text(config.working_directory.as_ref())
    });
    if used { Err(error::image_config_for_zip()) } else { Ok(()) }
}

fn check_durable(config: Option<&DurableConfig>) -> Result<(), AwsError> {
    match config {
        Some(config) if config.execution_timeout.is_none() => Err(error::no_execution_timeout()),
        _ => Ok(()),
    }
}

fn is_text(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.is_empty())
}

fn is_list<T>(list: Option<&Vec<T>>) -> bool {
    list.is_some_and(|list| !list.is_empty())
}
