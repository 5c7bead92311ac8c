//! ListFunctionEventInvokeConfigs: what is set for `$LATEST`, versions and aliases, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::shapes::{
    ListFunctionEventInvokeConfigs, ListFunctionEventInvokeConfigsRequest,
    ListFunctionEventInvokeConfigsResponse,
};
use crate::api::{Lambda, error, request};

const LIST: &str = "event invoke configs";

impl Handle<ListFunctionEventInvokeConfigs> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListFunctionEventInvokeConfigsRequest,
    ) -> Result<ListFunctionEventInvokeConfigsResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None);
        let target = target.map_err(error::event_invoke_function)?;
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let page = self.functions.list_event_invokes(&target.function, &wanted).await?;
        let configs = page.items.iter().map(|record| describe(&target.function, record)).collect();
        Ok(ListFunctionEventInvokeConfigsResponse {
            function_event_invoke_configs: Some(configs),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
