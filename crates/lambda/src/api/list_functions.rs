//! ListFunctions: an account's functions in a region, by name, a page at a time.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::summarize;
use super::shapes::{ListFunctions, ListFunctionsRequest, ListFunctionsResponse};
use super::{Lambda, error};
use crate::function;

impl Handle<ListFunctions> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListFunctionsRequest,
    ) -> Result<ListFunctionsResponse, AwsError> {
        let marker = input.marker.as_deref().filter(|marker| !marker.is_empty());
        let page = self
            .functions
            .list(&function::ListFunctions {
                region: context.region.clone(),
                account: context.account.clone(),
                after: marker.map(|marker| self.markers.read(marker)).transpose()?,
                limit: input.max_items.and_then(|items| usize::try_from(items).ok()),
            })
            .await
            .map_err(|error| error::storage(&error))?;
        // With every version asked for, their ARNs are qualified; so far there is only this one of each.
        let qualifier = input.function_version.map(|_| "$LATEST");
        let functions = page.functions.iter().map(|function| summarize(function, qualifier)).collect();
        Ok(ListFunctionsResponse {
            next_marker: page.next.map(|last| self.markers.write(&last)),
            functions: Some(functions),
        })
    }
}
