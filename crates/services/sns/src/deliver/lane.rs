use std::collections::BTreeSet;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use hob_storage::{Delivery, StorageError, SubscriptionRecord};
use hob_types::{SubscriptionArn, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::run::REST;
use crate::Sns;
use crate::retry::{DeliveryPolicy, TopicDeliveryPolicy};

/// How many messages of one subscription are under way at once.
const AT_ONCE: usize = 16;
/// With no more than so many under way it is worth to look for others.
const FEW: usize = AT_ONCE / 2;

/// A subscription and how its messages are delivered, as both are now.
pub(super) struct Target {
    pub subscription: SubscriptionRecord,
    pub policy: DeliveryPolicy,
}

/// What is under way.
#[derive(Default)]
struct UnderWay {
    tasks: JoinSet<i64>,
    ids: BTreeSet<i64>,
}

/// Delivers what is stored for one subscription until nothing is left.
pub(super) async fn run(sns: Arc<Sns>, arn: SubscriptionArn, wake: Arc<Notify>) {
    let mut under_way = UnderWay::default();
    loop {
        let next = match look(&sns, &arn, &mut under_way).await {
            Ok(Next::Nothing) if under_way.ids.is_empty() => return,
            Ok(Next::Nothing) => None,
            Ok(Next::At(moment)) => Some(moment.since(sns.now())),
            Err(error) => {
                tracing::error!(subscription = %arn, %error, "deliveries cannot be read");
                Some(REST)
            }
        };
        tokio::select! {
            Some(ended) = under_way.tasks.join_next() => under_way.ended(ended),
            () = wake.notified() => {}
            () = wait(next) => {}
        }
    }
}

async fn wait(duration: Option<Duration>) {
    match duration {
        Some(duration) => sleep(duration).await,
        None => pending().await,
    }
}

/// When there is something to do again besides waiting for what is under way.
enum Next {
    Nothing,
    At(Timestamp),
}

/// Starts what is due.
async fn look(sns: &Arc<Sns>, arn: &SubscriptionArn, under_way: &mut UnderWay) -> Result<Next, StorageError> {
    if under_way.ids.len() > FEW {
        return Ok(Next::Nothing);
    }
    let deliveries = sns.store.deliveries(arn, AT_ONCE).await?;
    let now = sns.now();
    let waiting = || deliveries.iter().filter(|delivery| !under_way.ids.contains(&delivery.id));
    let next = waiting().map(|delivery| delivery.due).filter(|due| *due > now).min();
    let due: Vec<Delivery> = waiting().filter(|delivery| delivery.due <= now).cloned().collect();
    if !due.is_empty()
        && let Some(target) = sns.target(arn).await?
    {
        let target = Arc::new(target);
        // Where a rate is set, one follows the other.
        let at_once = if target.policy.max_receives_per_second.is_some() { 1 } else { AT_ONCE };
        let room = at_once.saturating_sub(under_way.ids.len());
        due.into_iter().take(room).for_each(|delivery| under_way.start(sns, &target, delivery));
    }
    Ok(next.map_or(Next::Nothing, Next::At))
}

impl UnderWay {
    fn start(&mut self, sns: &Arc<Sns>, target: &Arc<Target>, delivery: Delivery) {
        let (sns, target, id) = (sns.clone(), target.clone(), delivery.id);
        if self.ids.insert(id) {
            self.tasks.spawn(async move {
                super::attempt::run(&sns, &target, delivery).await;
                if let Some(rate) = target.policy.max_receives_per_second {
                    sleep(Duration::from_secs(1) / rate).await;
                }
                id
            });
        }
    }

    fn ended(&mut self, ended: Result<i64, tokio::task::JoinError>) {
        match ended {
            Ok(id) => {
                self.ids.remove(&id);
            }
            // Nobody knows which one it was, so all begin again; what was delivered is delivered twice.
            Err(error) => {
                tracing::error!(%error, "a delivery failed");
                *self = Self::default();
            }
        }
    }
}

impl Sns {
    /// `None`: it was deleted meanwhile, and so was all that was on its way to it.
    async fn target(&self, arn: &SubscriptionArn) -> Result<Option<Target>, StorageError> {
        let Some(subscription) = self.store.subscription(arn).await? else { return Ok(None) };
        let Some(topic) = self.store.topic(&arn.topic).await? else { return Ok(None) };
        let of_topic = topic.settings.delivery_policy.and_then(|policy| policy.parse().ok());
        let of_topic: TopicDeliveryPolicy = of_topic.unwrap_or_default();
        let own = subscription.settings.delivery_policy.as_ref().and_then(|policy| policy.parse().ok());
        let policy = of_topic.for_subscription(own);
        Ok(Some(Target { subscription, policy }))
    }
}
