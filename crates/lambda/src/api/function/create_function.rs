//! CreateFunction: stores a package and what to run of it.

use hob_storage::Architecture;
use hob_wire::{AwsError, Handle, RequestContext};

use super::change::configuration_change;
use super::configuration::describe;
use super::{package, unserved};
use crate::api::shapes::{CreateFunction, CreateFunctionRequest, FunctionConfiguration};
use crate::api::{Lambda, error, request};
use crate::function;

impl Handle<CreateFunction> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        mut input: CreateFunctionRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None);
        let target = target.map_err(error::create_target)?;
        let source = package::to_create(&mut input)?;
        unserved::check_create(&input)?;
        let architecture =
            request::architecture(input.architectures.as_deref())?.unwrap_or(Architecture::X86_64);
        let created = self
            .functions
            .create(function::CreateFunction {
                arn: target.function,
                role: input.role.unwrap_or_default(),
                source,
                architecture,
                layers: input.layers.unwrap_or_default(),
                configuration: configuration_change!(input, role: None),
                tags: input.tags.unwrap_or_default(),
                code_signing_config: input.code_signing_config_arn,
                publish: input.publish == Some(true),
            })
            .await?;
        let version = created.version.as_ref().map(|version| version.number.to_string());
        Ok(describe(&created.description(), version.as_deref()))
    }
}
