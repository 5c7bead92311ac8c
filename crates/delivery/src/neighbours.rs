use std::sync::{Arc, OnceLock, Weak};

use crate::{BucketService, DeliveryError, FunctionService, QueueService, TopicService};

/// The services of one server, as they find each other.
///
/// Made before any of them and connected when all exist, because they need each other in a circle: a function's
/// dead letters go to a topic, a topic's messages to a function. It keeps none of them alive.
#[derive(Default)]
pub struct Neighbours {
    queues: OnceLock<Weak<dyn QueueService>>,
    topics: OnceLock<Weak<dyn TopicService>>,
    functions: OnceLock<Weak<dyn FunctionService>>,
    buckets: OnceLock<Weak<dyn BucketService>>,
}

macro_rules! neighbours {
    ($($field:ident, $connect:ident: $service:ident, $name:literal;)+) => {
        impl Neighbours {
            $(
                /// To be called once; a second call changes nothing.
                pub fn $connect(&self, service: &Arc<impl $service + 'static>) {
                    let service: Arc<dyn $service> = service.clone();
                    let _ = self.$field.set(Arc::downgrade(&service));
                }

                /// Temporarily unavailable before it is connected and after the server has ended.
                pub fn $field(&self) -> Result<Arc<dyn $service>, DeliveryError> {
                    let service = self.$field.get().and_then(Weak::upgrade);
                    service.ok_or_else(|| DeliveryError::Unavailable(concat!($name, " is not running").to_owned()))
                }
            )+
        }
    };
}

neighbours! {
    queues, connect_queues: QueueService, "SQS";
    topics, connect_topics: TopicService, "SNS";
    functions, connect_functions: FunctionService, "Lambda";
    buckets, connect_buckets: BucketService, "S3";
}
