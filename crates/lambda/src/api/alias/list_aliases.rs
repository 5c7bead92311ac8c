//! ListAliases: a function's aliases, by name, a page at a time; on request those of one version only.

use hob_wire::{AwsError, Handle, RequestContext};

use super::configuration::describe;
use crate::api::shapes::{ListAliases, ListAliasesRequest, ListAliasesResponse};
use crate::api::{Lambda, request};

const LIST: &str = "aliases";

impl Handle<ListAliases> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListAliasesRequest,
    ) -> Result<ListAliasesResponse, AwsError> {
        let target = Self::target(context, input.function_name.as_deref(), None)?;
        let wanted = request::page(&self.markers, LIST, input.marker.as_deref(), input.max_items)?;
        let version = input.function_version.as_deref();
        let page = self.functions.list_aliases(&target.function, version, &wanted).await?;
        let aliases = page.items.iter().map(|alias| describe(&target.function, alias)).collect();
        Ok(ListAliasesResponse {
            aliases: Some(aliases),
            next_marker: self.markers.write_next(LIST, page.next),
        })
    }
}
