//! GetCallerIdentity: needs no permission, so it also serves to find out whether credentials work.

use hob_wire::{AwsError, Handle, RequestContext};

use super::Sts;
use super::shapes::{GetCallerIdentity, GetCallerIdentityRequest, GetCallerIdentityResponse};

impl Handle<GetCallerIdentity> for Sts {
    async fn handle(
        &self,
        context: &RequestContext,
        _: GetCallerIdentityRequest,
    ) -> Result<GetCallerIdentityResponse, AwsError> {
        Ok(GetCallerIdentityResponse {
            user_id: Some(context.caller.user_id.clone()),
            account: Some(context.account.to_string()),
            arn: Some(context.caller.arn.clone()),
        })
    }
}
