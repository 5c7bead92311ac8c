use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hob_types::{SubscriptionArn, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::Sns;

/// How often what is over is removed.
const SWEEP: Duration = Duration::from_secs(60 * 60);
/// How long a subscription may wait for its confirmation. Source: Subscribe, "tokens are valid for 2 days".
const PENDING_MAX: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// Until the next try when the store fails.
pub(super) const REST: Duration = Duration::from_secs(1);

/// The lanes that are running.
#[derive(Default)]
struct Lanes {
    tasks: JoinSet<SubscriptionArn>,
    running: BTreeMap<SubscriptionArn, Running>,
}

#[derive(Default)]
struct Running {
    wake: Arc<Notify>,
    /// There may be something that it does not know of, so it is started again when it has ended.
    woken: bool,
}

impl Sns {
    /// Delivers what has been published, also before the server was started. Never returns; dropping it at any time
    /// loses nothing.
    pub async fn run(self: Arc<Self>) {
        self.wake_all().await;
        let mut lanes = Lanes::default();
        let mut next_sweep = Instant::now();
        loop {
            tokio::select! {
                woken = self.wakes.next() => woken.into_iter().for_each(|arn| lanes.wake(&self, arn)),
                Some(ended) = lanes.tasks.join_next() => match ended {
                    Ok(arn) => lanes.ended(&self, arn),
                    Err(error) => {
                        tracing::error!(%error, "a lane of deliveries failed");
                        lanes = Lanes::default();
                        self.wake_all().await;
                    }
                },
                () = tokio::time::sleep_until(next_sweep) => {
                    self.sweep().await;
                    next_sweep = Instant::now() + SWEEP;
                }
            }
        }
    }

    async fn wake_all(&self) {
        loop {
            match self.store.lanes().await {
                Ok(lanes) => break self.wakes.wake(lanes),
                Err(error) => tracing::error!(%error, "deliveries cannot be read"),
            }
            sleep(REST).await;
        }
    }

    async fn sweep(&self) {
        let now = self.now();
        let pending = i64::try_from(PENDING_MAX.as_millis()).unwrap_or(i64::MAX);
        let pending = Timestamp::from_millis(now.as_millis().saturating_sub(pending));
        if let Err(error) = self.store.sweep(now, pending).await {
            tracing::warn!(%error, "what is over could not be removed");
        }
    }
}

impl Lanes {
    fn wake(&mut self, sns: &Arc<Sns>, arn: SubscriptionArn) {
        if let Some(running) = self.running.get_mut(&arn) {
            running.woken = true;
            running.wake.notify_one();
            return;
        }
        let running = Running::default();
        let lane = super::lane::run(sns.clone(), arn.clone(), running.wake.clone());
        self.running.insert(arn.clone(), running);
        self.tasks.spawn(async move {
            lane.await;
            arn
        });
    }

    fn ended(&mut self, sns: &Arc<Sns>, arn: SubscriptionArn) {
        if self.running.remove(&arn).is_some_and(|ended| ended.woken) {
            self.wake(sns, arn);
        }
    }
}
