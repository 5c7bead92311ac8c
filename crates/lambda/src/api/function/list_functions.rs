//! ListFunctions: an account's functions in a region, by name, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::summarize;
use crate::api::shapes::{ListFunctions, ListFunctionsRequest, ListFunctionsResponse};
use crate::api::{Lambda, error, request};

const LIST: &str = "functions";

impl Handle<ListFunctions> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListFunctionsRequest,
    ) -> Result<ListFunctionsResponse, AwsError> {
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let (account, region) = (&context.account, &context.region);
        let all = input.function_version.is_some();
        let page = match all {
            true => self.functions.list_all_versions(account, region, &wanted).await,
            false => self.functions.list(account, region, &wanted).await,
        };
        let page = page.map_err(|error| error::storage(&error))?;
        let functions = page.items.iter().map(|found| {
            let description = found.description();
            let version = all.then(|| description.version.to_string());
            summarize(&description, version.as_deref())
        });
        Ok(ListFunctionsResponse {
            functions: Some(functions.collect()),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
