use std::collections::BTreeMap;

use hob_storage::{BucketRecord, Versioning};
use hob_types::{AccountId, Region};

use super::name;
use crate::{S3, S3Error};

/// A bucket that somebody wants.
#[derive(Clone, Debug)]
pub(crate) struct Creation {
    pub(crate) name: String,
    pub(crate) caller: AccountId,
    /// Whose endpoint was asked.
    pub(crate) region: Region,
    pub(crate) location_constraint: Option<String>,
    /// What it is set to from the beginning, by sub-resource.
    pub(crate) configuration: BTreeMap<String, String>,
}

impl S3 {
    pub(crate) async fn create_bucket(&self, creation: Creation) -> Result<BucketRecord, S3Error> {
        if !name::is_valid(&creation.name) {
            return Err(S3Error::InvalidBucketName(creation.name));
        }
        let region = region(&creation.region, creation.location_constraint)?;
        let bucket = BucketRecord {
            name: creation.name,
            account: creation.caller,
            region,
            created: self.now(),
            versioning: Versioning::Unversioned,
            configuration: creation.configuration,
        };
        if self.buckets.create(bucket.clone()).await? {
            return Ok(bucket);
        }
        let existing = self.buckets.bucket(&bucket.name).await?;
        // In the first of all regions it has always been no error to make one's own bucket again.
        match existing {
            Some(existing) if existing.account != bucket.account => Err(S3Error::BucketExists),
            Some(existing) if existing.region == creation.region && is_first(&existing.region) => {
                Ok(existing)
            }
            _ => Err(S3Error::BucketOwnedByYou),
        }
    }
}

/// Where the bucket is to be.
fn region(endpoint: &Region, constraint: Option<String>) -> Result<Region, S3Error> {
    match constraint {
        None if is_first(endpoint) => Ok(endpoint.clone()),
        None => Err(S3Error::IllegalLocation(None)),
        Some(constraint) => {
            let named = if constraint == "EU" { "eu-west-1" } else { &constraint };
            match named.parse::<Region>() {
                Ok(region) if !is_first(&region) && (is_first(endpoint) || region == *endpoint) => Ok(region),
                Ok(region) if !is_first(endpoint) && region != *endpoint => {
                    Err(S3Error::IllegalLocation(Some(constraint)))
                }
                _ => Err(S3Error::InvalidLocation(constraint)),
            }
        }
    }
}

/// The region that S3 began in, which needs no constraint and has none.
fn is_first(region: &Region) -> bool {
    region.as_str() == "us-east-1"
}

/// What GetBucketLocation says; `None` in the first of all regions.
pub(crate) fn location_constraint(region: &Region) -> Option<String> {
    (!is_first(region)).then(|| region.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(endpoint: &str, constraint: Option<&str>) -> Option<String> {
        let endpoint = endpoint.parse().unwrap();
        region(&endpoint, constraint.map(str::to_owned)).ok().map(|region| region.to_string())
    }

    #[test]
    fn a_bucket_is_made_where_it_is_asked_for() {
        assert_eq!(found("us-east-1", None).as_deref(), Some("us-east-1"));
        assert_eq!(found("us-east-1", Some("eu-central-1")).as_deref(), Some("eu-central-1"));
        assert_eq!(found("us-east-1", Some("EU")).as_deref(), Some("eu-west-1"));
        assert_eq!(found("eu-central-1", Some("eu-central-1")).as_deref(), Some("eu-central-1"));
    }

    #[test]
    fn a_constraint_that_contradicts_the_endpoint_is_refused() {
        assert_eq!(found("eu-central-1", None), None);
        assert_eq!(found("eu-central-1", Some("eu-west-1")), None);
        assert_eq!(found("us-east-1", Some("us-east-1")), None);
        assert_eq!(found("us-east-1", Some("Mars 1")), None);
    }
}
