//! GetAccountSettings: an account's limits in a region, and what it uses of them.

use hob_wire::{AwsError, Handle, RequestContext};

use super::shapes::{
    AccountLimit, AccountUsage, GetAccountSettings, GetAccountSettingsRequest, GetAccountSettingsResponse,
};
use super::{Lambda, error};
use crate::package::{UNZIPPED_SIZE_LIMIT, ZIPPED_SIZE_LIMIT};

impl Handle<GetAccountSettings> for Lambda {
    async fn handle(
        &self,
        context: &RequestContext,
        _: GetAccountSettingsRequest,
    ) -> Result<GetAccountSettingsResponse, AwsError> {
        let usage = self.functions.usage(&context.account, &context.region).await;
        let usage = usage.map_err(|error| error::storage(&error))?;
        let concurrency = self.functions.account_concurrency(usage);
        Ok(GetAccountSettingsResponse {
            account_limit: Some(AccountLimit {
                total_code_size: Some(self.functions.limits.code_storage.cast_signed()),
                code_size_unzipped: Some(UNZIPPED_SIZE_LIMIT.cast_signed()),
                code_size_zipped: Some(ZIPPED_SIZE_LIMIT.cast_signed()),
                concurrent_executions: Some(concurrency.limit.cast_signed()),
                unreserved_concurrent_executions: Some(concurrency.unreserved.cast_signed()),
            }),
            account_usage: Some(AccountUsage {
                total_code_size: Some(usage.code_size.cast_signed()),
                function_count: Some(usage.functions.cast_signed()),
            }),
        })
    }
}
