//! Queues, topics and functions that remember what they got.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use hob_delivery::{
    DeliveryError, FunctionAnswer, FunctionCall, FunctionCallError, FunctionEvent, FunctionService,
    Neighbours, Origin, QueueDelivery, QueueDescription, QueueMessage, QueueService, Receive,
    TopicDescription, TopicMessage, TopicService,
};
use hob_types::{QualifiedFunctionArn, QueueArn, TopicArn};

/// What is called `none` does not exist; what is called `broken` is unavailable while `is_broken`.
#[derive(Default)]
pub(crate) struct Fakes {
    pub(crate) got: Mutex<Vec<Got>>,
    pub(crate) is_broken: Mutex<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Event(String, FunctionEvent),
    Message(String, QueueMessage),
    Publication(String, TopicMessage),
}

impl Fakes {
    pub(crate) fn connected() -> (Arc<Self>, Arc<Neighbours>) {
        let (fakes, neighbours) = (Arc::new(Self::default()), Arc::new(Neighbours::default()));
        neighbours.connect_functions(&fakes);
        neighbours.connect_queues(&fakes);
        neighbours.connect_topics(&fakes);
        (fakes, neighbours)
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        std::mem::take(&mut self.got.lock().unwrap())
    }

    fn take(&self, name: &str, got: Got) -> Result<(), DeliveryError> {
        match name {
            "none" => return Err(DeliveryError::NoTarget(name.to_owned())),
            "broken" if *self.is_broken.lock().unwrap() => {
                return Err(DeliveryError::Unavailable("not now".to_owned()));
            }
            _ => {}
        }
        self.got.lock().unwrap().push(got);
        Ok(())
    }
}

#[async_trait]
impl FunctionService for Fakes {
    async fn permits(&self, function: &QualifiedFunctionArn, origin: &Origin) -> Result<bool, DeliveryError> {
        let by_s3 = origin.service == "s3.amazonaws.com" && origin.source_arn == "arn:aws:s3:::photos";
        Ok(by_s3 && function.function.name.as_str() != "none")
    }

    async fn send(&self, function: &QualifiedFunctionArn, event: FunctionEvent) -> Result<(), DeliveryError> {
        let name = function.function.name.to_string();
        self.take(&name, Got::Event(name.clone(), event))
    }

    async fn call(
        &self,
        _function: &QualifiedFunctionArn,
        _call: FunctionCall,
    ) -> Result<FunctionAnswer, FunctionCallError> {
        Err(FunctionCallError::NoFunction)
    }
}

#[async_trait]
impl QueueService for Fakes {
    async fn describe(&self, queue: &QueueArn) -> Result<Option<QueueDescription>, DeliveryError> {
        let description = QueueDescription { visibility_timeout: Duration::from_secs(30), policy: None };
        Ok((queue.name != "none").then_some(description))
    }

    async fn send(&self, queue: &QueueArn, message: QueueMessage) -> Result<(), DeliveryError> {
        self.take(&queue.name, Got::Message(queue.name.clone(), message))
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
impl TopicService for Fakes {
    async fn describe(&self, topic: &TopicArn) -> Result<Option<TopicDescription>, DeliveryError> {
        Ok((topic.name != "none").then(|| TopicDescription { policy: String::new() }))
    }

    async fn publish(&self, topic: &TopicArn, message: TopicMessage) -> Result<(), DeliveryError> {
        self.take(&topic.name, Got::Publication(topic.name.clone(), message))
    }
}
