use hob_wire::{AwsError, Handle, RequestContext};

use super::name;
use super::shapes::{ChangeMessageVisibility, ChangeMessageVisibilityRequest};
use crate::Queues;

impl Handle<ChangeMessageVisibility> for Queues {
    async fn handle(
        &self,
        context: &RequestContext,
        input: ChangeMessageVisibilityRequest,
    ) -> Result<(), AwsError> {
        let queue = name::queue(context, input.queue_url)?;
        let seconds = input.visibility_timeout.map_or(0, i64::from);
        let change = (input.receipt_handle.unwrap_or_default(), seconds);
        let hidden = self.hide_messages(&queue, &[change]).await?;
        hidden.into_iter().try_for_each(|hidden| Ok(hidden?))
    }
}
