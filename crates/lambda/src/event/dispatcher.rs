//! Keeps a lane for each function that has events.

use std::collections::HashMap;
use std::sync::Arc;

use hob_types::FunctionArn;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};

use super::events::Events;
use super::lane::Lane;

#[derive(Default)]
struct Lanes {
    running: JoinSet<mpsc::Receiver<()>>,
    functions: HashMap<Id, FunctionArn>,
    /// Tells a lane that something has arrived for it.
    tell: HashMap<FunctionArn, mpsc::Sender<()>>,
}

impl Events {
    /// Runs functions for their events until [`stop`](Self::stop) is called and what runs has ended. Dropping it at any
    /// time loses nothing; what ran then runs again.
    pub(crate) async fn run(self: Arc<Self>) {
        let mut stopping = self.stopping();
        let mut lanes = Lanes::default();
        for function in self.insist(|| self.store.functions()).await.unwrap_or_default() {
            self.arrivals.tell(&function);
        }
        while !self.is_stopping() || !lanes.running.is_empty() {
            tokio::select! {
                arrived = self.arrivals.take() => for function in arrived {
                    lanes.arrived(&self, function);
                },
                Some(ended) = lanes.running.join_next_with_id() => lanes.ended(&self, ended),
                _ = stopping.changed() => {}
            }
        }
    }
}

impl Lanes {
    fn arrived(&mut self, events: &Arc<Events>, function: FunctionArn) {
        match self.tell.get(&function) {
            // If it is full, the lane has yet to hear of what came before.
            Some(lane) => drop(lane.try_send(())),
            None if events.is_stopping() => {}
            None => {
                let (tell, arrived) = mpsc::channel(1);
                let lane = Lane::new(Arc::clone(events), function.clone(), arrived);
                let task = self.running.spawn(lane.run());
                self.functions.insert(task.id(), function.clone());
                self.tell.insert(function, tell);
            }
        }
    }

    fn ended(&mut self, events: &Arc<Events>, ended: Result<(Id, mpsc::Receiver<()>), JoinError>) {
        let (id, arrived) = match ended {
            Ok((id, mut arrived)) => (id, arrived.try_recv().is_ok()),
            Err(error) => {
                tracing::error!(%error, "a function's events were abandoned; they are taken up again");
                (error.id(), true)
            }
        };
        let Some(function) = self.functions.remove(&id) else { return };
        self.tell.remove(&function);
        if arrived {
            self.arrived(events, function);
        }
    }
}
