//! Queues, topics and buckets that take whatever they are given.

use std::collections::HashMap;
use std::fs::File;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use hob_delivery::{
    BucketService, DeliveryError, Neighbours, NewObject, ObjectError, OpenObject, QueueDelivery,
    QueueDescription, QueueMessage, QueueService, Receive, TopicDescription, TopicMessage, TopicService,
};
use hob_types::{QueueArn, Region, TopicArn};

/// All there are but those that are called `missing`.
#[derive(Default)]
pub(crate) struct FakeNeighbours {
    pub(crate) messages: Mutex<Vec<(QueueArn, QueueMessage)>>,
    pub(crate) published: Mutex<Vec<(TopicArn, TopicMessage)>>,
    pub(crate) objects: Mutex<HashMap<String, NewObject>>,
    /// How often still nothing is taken by queues.
    pub(crate) refusals: Mutex<u32>,
}

impl FakeNeighbours {
    pub(crate) fn connect(self: &Arc<Self>, neighbours: &Neighbours) {
        neighbours.connect_queues(self);
        neighbours.connect_topics(self);
        neighbours.connect_buckets(self);
    }
}

fn exists(name: &str) -> bool {
    name != "missing"
}

fn taken(name: &str) -> Result<(), DeliveryError> {
    if exists(name) { Ok(()) } else { Err(DeliveryError::NoTarget(name.to_owned())) }
}

#[async_trait]
impl QueueService for FakeNeighbours {
    async fn describe(&self, queue: &QueueArn) -> Result<Option<QueueDescription>, DeliveryError> {
        let description = QueueDescription { visibility_timeout: Duration::from_secs(30), policy: None };
        Ok(exists(&queue.name).then_some(description))
    }

    async fn send(&self, queue: &QueueArn, message: QueueMessage) -> Result<(), DeliveryError> {
        taken(&queue.name)?;
        let mut refusals = self.refusals.lock().unwrap();
        if *refusals > 0 {
            *refusals -= 1;
            return Err(DeliveryError::Unavailable("not now".to_owned()));
        }
        self.messages.lock().unwrap().push((queue.clone(), message));
        Ok(())
    }

    async fn receive(
        &self,
        _queue: &QueueArn,
        _receive: Receive,
    ) -> Result<Vec<QueueDelivery>, DeliveryError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _queue: &QueueArn, _receipt_handles: &[String]) -> Result<(), DeliveryError> {
        Ok(())
    }

    async fn hide(
        &self,
        _queue: &QueueArn,
        _receipt_handles: &[String],
        _visibility: Duration,
    ) -> Result<(), DeliveryError> {
        Ok(())
    }
}

#[async_trait]
impl TopicService for FakeNeighbours {
    async fn describe(&self, topic: &TopicArn) -> Result<Option<TopicDescription>, DeliveryError> {
        Ok(exists(&topic.name).then(|| TopicDescription { policy: "{}".to_owned() }))
    }

    async fn publish(&self, topic: &TopicArn, message: TopicMessage) -> Result<(), DeliveryError> {
        taken(&topic.name)?;
        self.published.lock().unwrap().push((topic.clone(), message));
        Ok(())
    }
}

#[async_trait]
impl BucketService for FakeNeighbours {
    async fn region(&self, bucket: &str) -> Result<Option<Region>, DeliveryError> {
        Ok(exists(bucket).then(Region::local))
    }

    async fn put(&self, bucket: &str, key: &str, object: NewObject) -> Result<(), DeliveryError> {
        taken(bucket)?;
        self.objects.lock().unwrap().insert(format!("{bucket}/{key}"), object);
        Ok(())
    }

    async fn open(
        &self,
        _bucket: &str,
        _key: &str,
        _version_id: Option<&str>,
    ) -> Result<OpenObject, ObjectError> {
        File::open("/dev/null")
            .map(|file| OpenObject { file, size: 0, version_id: None })
            .map_err(|error| ObjectError::Unavailable(error.to_string()))
    }
}
