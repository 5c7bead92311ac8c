//! A few connected network namespaces, made while there is nothing else to do: making one is the slowest part of
//! making a sandbox.

use super::super::problem::Result;
use super::listening::Network;
use super::stage::Stage;
use super::uplink::Connector;
use crate::network::Attachment;

/// How many are ready at rest. Each takes some 250 kB of the kernel's memory.
const READY: usize = 4;

/// A network namespace, and its connection to the router if there is one.
pub(super) type Connected = (Network, Option<Attachment>);

pub(super) struct Networks {
    pub(super) connector: Connector,
    ready: Vec<Connected>,
    /// So that a refusal is not asked for again and again; the next sandbox's failure tells.
    refused: bool,
}

impl Networks {
    pub(super) fn new(connector: Connector) -> Self {
        Self { connector, ready: Vec::with_capacity(READY), refused: false }
    }

    /// Made now if none is ready.
    pub(super) fn take(&mut self, stage: &Stage) -> Result<Connected> {
        self.refused = false;
        match self.ready.pop() {
            Some(connected) => Ok(connected),
            None => self.make(stage),
        }
    }

    pub(super) fn want_more(&self) -> bool {
        !self.refused && self.ready.len() < READY
    }

    pub(super) fn refill(&mut self, stage: &Stage) {
        match self.make(stage) {
            Ok(connected) => self.ready.push(connected),
            Err(_) => self.refused = true,
        }
    }

    fn make(&mut self, stage: &Stage) -> Result<Connected> {
        let network = Network::create()?;
        let attachment = self.connector.attach(&network, stage);
        Ok((network, attachment))
    }
}
