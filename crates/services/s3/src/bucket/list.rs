use hob_storage::BucketRecord;
use hob_types::AccountId;

use crate::page::Page;
use crate::{S3, S3Error};

impl S3 {
    /// Up to `limit` buckets of an account after a name; one region's or all.
    pub(crate) async fn list_buckets(
        &self,
        account: &AccountId,
        prefix: &str,
        region: Option<&str>,
        after: &str,
        limit: usize,
    ) -> Result<Page<BucketRecord>, S3Error> {
        let mut found = Vec::new();
        let mut after = after.to_owned();
        // One more than the page holds tells whether there are more.
        while found.len() <= limit {
            let next = self.buckets.buckets(account, prefix, &after, limit + 1).await?;
            let Some(last) = next.last() else { break };
            after.clone_from(&last.name);
            found
                .extend(next.into_iter().filter(|bucket| region.is_none_or(|r| bucket.region.as_str() == r)));
        }
        Ok(Page::cut(found, limit))
    }
}
