use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::page::Page;
use super::shapes::{ListQueues, ListQueuesRequest, ListQueuesResult};
use crate::Queues;

impl Handle<ListQueues> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListQueuesRequest,
    ) -> Result<ListQueuesResult, AwsError> {
        let prefix = input.queue_name_prefix.unwrap_or_default();
        let queues = self
            .list(|queue| {
                queue.arn.account == context.account
                    && queue.arn.region == context.region
                    && queue.arn.name.starts_with(&prefix)
            })
            .await?;
        let names = queues.iter().map(|queue| queue.record.arn.name.as_str()).collect();
        let page = Page::of(names, input.max_results, input.next_token.as_deref())?;
        let urls: Vec<String> = page.names.iter().map(|name| name::url_of(context, name)).collect();
        Ok(ListQueuesResult { queue_urls: (!urls.is_empty()).then_some(urls), next_token: page.next })
    }
}
