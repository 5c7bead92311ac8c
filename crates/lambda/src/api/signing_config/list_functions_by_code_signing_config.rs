//! ListFunctionsByCodeSigningConfig: who uses a configuration, by name, a page at a time.

use hob_types::FunctionArn;
use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::owner;
use crate::api::shapes::{
    ListFunctionsByCodeSigningConfig, ListFunctionsByCodeSigningConfigRequest,
    ListFunctionsByCodeSigningConfigResponse,
};
use crate::api::{Lambda, request};

const LIST: &str = "functions-by-code-signing-config";

impl Handle<ListFunctionsByCodeSigningConfig> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListFunctionsByCodeSigningConfigRequest,
    ) -> Result<ListFunctionsByCodeSigningConfigResponse, AwsError> {
        let arn = input.code_signing_config_arn.unwrap_or_default();
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let page = self.functions.list_users(&owner(context), &arn, &wanted).await?;
        Ok(ListFunctionsByCodeSigningConfigResponse {
            function_arns: Some(page.items.iter().map(FunctionArn::to_string).collect()),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
