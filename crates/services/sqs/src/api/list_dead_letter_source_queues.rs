use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::page::Page;
use super::shapes::{
    ListDeadLetterSourceQueues, ListDeadLetterSourceQueuesRequest, ListDeadLetterSourceQueuesResult,
};
use crate::Queues;

impl Handle<ListDeadLetterSourceQueues> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ListDeadLetterSourceQueuesRequest,
    ) -> Result<ListDeadLetterSourceQueuesResult, AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        self.queue(&queue).await?;
        let sources = self.sources(&queue).await?;
        let names = sources.iter().map(|queue| queue.name.as_str()).collect();
        let page = Page::of(names, input.max_results, input.next_token.as_deref())?;
        let urls = page.names.iter().map(|name| name::url_of(context, name)).collect();
        Ok(ListDeadLetterSourceQueuesResult { queue_urls: Some(urls), next_token: page.next })
    }
}
