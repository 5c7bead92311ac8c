//! A few connected network namespaces, made while there is nothing else to do: making one is the slowest part of
//! making a sandbox.

use super::super::problem::Result;
use super::listening::Network;
use super::reserve::Reserve;
use super::stage::Stage;
use super::uplink::Connector;
use crate::network::Attachment;

/// How many are ready at rest, and after bursts. Each takes some 250 kB of the kernel's memory.
const READY: Reserve = Reserve::new(4, 32);

/// A network namespace, and its connection to the router if there is one.
pub(super) type Connected = (Network, Option<Attachment>);

pub(super) struct Networks {
    pub(super) connector: Connector,
    ready: Vec<Connected>,
    reserve: Reserve,
    /// So that a refusal is not asked for again and again; the next sandbox's failure tells.
    refused: bool,
}

impl Networks {
    pub(super) fn new(connector: Connector) -> Self {
        Self { connector, ready: Vec::new(), reserve: READY, refused: false }
    }

    /// Made now if none is ready.
    pub(super) fn take(&mut self, stage: &Stage) -> Result<Connected> {
        self.refused = false;
        match self.ready.pop() {
            Some(connected) => Ok(connected),
            None => {
                self.reserve.was_short();
                self.make(stage)
            }
        }
    }

    pub(super) fn want_more(&self) -> bool {
        !self.refused && self.ready.len() < self.reserve.target()
    }

    pub(super) fn refill(&mut self, stage: &Stage) {
        match self.make(stage) {
            Ok(connected) => self.ready.push(connected),
            Err(_) => self.refused = true,
        }
    }

    /// Whether it keeps more than at rest.
    pub(super) fn is_raised(&self) -> bool {
        self.reserve.is_raised()
    }

    /// For when none has been wanted for a while.
    pub(super) fn rest(&mut self) {
        self.reserve.rest();
        self.ready.truncate(self.reserve.target());
    }

    fn make(&mut self, stage: &Stage) -> Result<Connected> {
        let network = Network::create()?;
        let attachment = self.connector.attach(&network, stage);
        Ok((network, attachment))
    }
}
