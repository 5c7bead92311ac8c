//! ListProvisionedConcurrencyConfigs: all that is provisioned of a function, a page at a time.

use hob_types::FunctionArn;
use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::progress;
use crate::api::shapes::{
    ListProvisionedConcurrencyConfigs, ListProvisionedConcurrencyConfigsRequest,
    ListProvisionedConcurrencyConfigsResponse, ProvisionedConcurrencyConfigListItem,
};
use crate::api::{Lambda, request};
use crate::provisioned::ProvisionedFound;

const LIST: &str = "provisioned";

impl Handle<ListProvisionedConcurrencyConfigs> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListProvisionedConcurrencyConfigsRequest,
    ) -> Result<ListProvisionedConcurrencyConfigsResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let page = self.functions.list_provisioned(&target.function, &wanted).await?;
        let items = page.items.into_iter().map(|found| describe(&target.function, &found)).collect();
        Ok(ListProvisionedConcurrencyConfigsResponse {
            provisioned_concurrency_configs: Some(items),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}

fn describe(function: &FunctionArn, found: &ProvisionedFound) -> ProvisionedConcurrencyConfigListItem {
    let progress = progress(&found.state);
    ProvisionedConcurrencyConfigListItem {
        function_arn: Some(format!("{function}:{}", found.record.qualifier)),
        requested_provisioned_concurrent_executions: Some(found.record.requested.cast_signed()),
        allocated_provisioned_concurrent_executions: progress.allocated,
        available_provisioned_concurrent_executions: progress.available,
        status: progress.status,
        status_reason: progress.reason,
        last_modified: Some(found.record.last_modified.to_lambda_seconds()),
    }
}
