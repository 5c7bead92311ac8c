//! CreateFunction: stores a package and what to run of it.

use hob_storage::Architecture;
use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use super::unserved;
use crate::api::shapes::{CreateFunction, CreateFunctionRequest, FunctionConfiguration};
use crate::api::{Lambda, error, request};
use crate::function::{self, ConfigurationChange};

impl Handle<CreateFunction> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: CreateFunctionRequest,
    ) -> Result<FunctionConfiguration, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None);
        let target = target.map_err(error::create_target)?;
        unserved::check_create(&input)?;
        let zip = input.code.and_then(|code| code.zip_file).ok_or_else(request::no_source)?;
        let architecture =
            request::architecture(input.architectures.as_deref())?.unwrap_or(Architecture::X86_64);
        let created = self
            .functions
            .create(function::CreateFunction {
                arn: target.function,
                role: input.role.unwrap_or_default(),
                zip,
                architecture,
                configuration: ConfigurationChange {
                    runtime: input.runtime,
                    handler: input.handler,
                    role: None,
                    description: input.description,
                    memory: request::memory(input.memory_size)?,
                    timeout: request::timeout(input.timeout)?,
                    ephemeral_storage: request::ephemeral_storage(input.ephemeral_storage)?,
                    environment: request::variables(input.environment),
                    log_group: request::log_group(input.logging_config),
                },
                tags: input.tags.unwrap_or_default(),
                code_signing_config: input.code_signing_config_arn,
                publish: input.publish == Some(true),
            })
            .await?;
        let version = created.version.as_ref().map(|version| version.number.to_string());
        Ok(describe(&created.description(), version.as_deref()))
    }
}
