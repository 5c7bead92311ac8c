//! ListVersionsByFunction: `$LATEST` and what was published, by number, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use crate::api::function::summarize;
use crate::api::shapes::{
    ListVersionsByFunction, ListVersionsByFunctionRequest, ListVersionsByFunctionResponse,
};
use crate::api::{Lambda, request};

const LIST: &str = "versions";

impl Handle<ListVersionsByFunction> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListVersionsByFunctionRequest,
    ) -> Result<ListVersionsByFunctionResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let page = self.functions.list_versions(&target, &wanted).await?;
        let versions = page.items.iter().map(|found| {
            let description = found.description();
            summarize(&description, Some(&description.version.to_string()))
        });
        Ok(ListVersionsByFunctionResponse {
            versions: Some(versions.collect()),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
