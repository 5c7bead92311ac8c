//! ListFunctionUrlConfigs: the addresses of a function and of its aliases, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::{describe, target};
use crate::api::shapes::{
    ListFunctionUrlConfigs, ListFunctionUrlConfigsRequest, ListFunctionUrlConfigsResponse,
};
use crate::api::{Lambda, request};
use crate::function_url::FunctionUrlError;

const LIST: &str = "function URLs";

impl Handle<ListFunctionUrlConfigs> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListFunctionUrlConfigsRequest,
    ) -> Result<ListFunctionUrlConfigsResponse, AwsError> {
        let target = target(context, input.function_name.as_deref(), None, FunctionUrlError::NoFunction)?;
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let page = self.functions.list_urls(&target.function, &wanted).await?;
        let urls = page.items.iter().map(|url| describe(&target.function, url)).collect();
        Ok(ListFunctionUrlConfigsResponse {
            function_url_configs: Some(urls),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
