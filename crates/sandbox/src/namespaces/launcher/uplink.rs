//! The launcher's part of the outbound network.

use std::fs;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use super::super::message::Configuration;
use super::listening::Network;
use super::stage::Stage;
use crate::network::{Attachment, DnsSockets, Router, RouterOptions, Uplink};

/// Connects sandboxes to the router, if there is one. Sandboxes work without.
pub(super) struct Connector {
    router: Option<Router>,
    /// Why sandboxes reach no other network.
    pub(super) obstacle: Option<String>,
    /// How they do.
    pub(super) uplink: Option<String>,
    has_named_server: bool,
}

impl Connector {
    /// The sockets are for the server, which answers the sandboxes' questions for names.
    pub(super) fn start(configuration: &Configuration) -> (Self, Option<DnsSockets>) {
        let options = RouterOptions {
            instance: configuration.instance.clone(),
            directory: configuration.stage.clone(),
            allow: Vec::new(),
            deny: Vec::new(),
        };
        match Router::start(&options) {
            Ok(mut router) => {
                let dns = router.take_dns_sockets();
                (Self::of(router), dns)
            }
            Err(error) => {
                let obstacle = Some(error.to_string());
                (Self { router: None, obstacle, uplink: None, has_named_server: false }, None)
            }
        }
    }

    fn of(router: Router) -> Self {
        let (uplink, obstacle) = match router.uplink() {
            Uplink::None(reason) => (None, Some(reason.clone())),
            uplink => (Some(uplink.to_string()), None),
        };
        Self { router: Some(router), obstacle, uplink, has_named_server: false }
    }

    /// Readable when the host's addresses have changed.
    pub(super) fn host_changes(&self) -> Option<BorrowedFd<'_>> {
        self.router.as_ref().and_then(Router::host_changes)
    }

    /// Keeps sandboxes from the host's new addresses. If that fails now, it is tried again with the next sandbox.
    pub(super) fn follow_host(&self) {
        let _ = self.router.as_ref().map(Router::follow_host);
    }

    /// `None` if there is nothing to connect to, or no room; the sandbox then works without.
    pub(super) fn attach(&mut self, network: &Network, stage: &Stage) -> Option<Attachment> {
        let attachment = self.router.as_mut()?.attach(network.namespace.as_fd()).ok()?;
        if !self.has_named_server {
            // The name server is the same for all sandboxes.
            let line = format!("nameserver {}\n", attachment.nameserver());
            self.has_named_server = write(&stage.source("etc"), &line).is_ok();
        }
        Some(attachment)
    }
}

fn write(etc: &Path, line: &str) -> std::io::Result<()> {
    fs::write(etc.join("resolv.conf"), line)
}
