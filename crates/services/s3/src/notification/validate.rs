//! Whether destinations would take events, which is asked before a configuration is.

use hob_delivery::{DeliveryError, Neighbours, Origin};
use hob_types::AccountId;

use super::configuration::NotificationConfiguration;
use super::destination::Destination;
use super::error::{NotificationError, Undeliverable};

/// S3, as functions' policies know it.
pub(super) fn s3_of(bucket: &str, account: &AccountId) -> Origin {
    Origin {
        service: "s3.amazonaws.com",
        source_arn: format!("arn:aws:s3:::{bucket}"),
        source_account: account.clone(),
    }
}

impl NotificationConfiguration {
    /// Names all destinations that cannot be used.
    pub(crate) async fn check_destinations(
        &self,
        neighbours: &Neighbours,
        bucket: &str,
        account: &AccountId,
    ) -> Result<(), NotificationError> {
        let s3 = s3_of(bucket, account);
        let mut bad = Vec::new();
        for rule in &self.rules {
            if !is_usable(neighbours, &rule.destination, &s3).await? {
                bad.push(Undeliverable(rule.destination.clone()));
            }
        }
        if bad.is_empty() { Ok(()) } else { Err(NotificationError::Destinations(bad)) }
    }
}

async fn is_usable(
    neighbours: &Neighbours,
    destination: &Destination,
    s3: &Origin,
) -> Result<bool, DeliveryError> {
    match destination {
        Destination::Function(function) => neighbours.functions()?.permits(function, s3).await,
        Destination::Queue(queue) => Ok(neighbours.queues()?.describe(queue).await?.is_some()),
        Destination::Topic(topic) => Ok(neighbours.topics()?.describe(topic).await?.is_some()),
    }
}
