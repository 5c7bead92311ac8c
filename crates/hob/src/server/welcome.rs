//! The first screen: where the server listens, what it found, and what to try. On stderr, after readiness.

use std::net::SocketAddr;
use std::sync::Arc;

use hob_runtimes::Catalogue;

use super::composition::Server;
use super::data::Data;
use super::demo;
use super::sandboxes::Finder;
use crate::client::Client;
use crate::config::Config;
use crate::doctor;
use crate::failure::chain;
use crate::output::{BAD, BOLD, DIM, note, styled};

/// What the screen shows, and what it needs to find out the rest.
pub(super) struct Context {
    url: String,
    data: String,
    sandboxes: hob_sandbox::Options,
    runtimes: Arc<Catalogue>,
    /// Set if the demo was asked for.
    demo: Option<Client>,
}

impl Context {
    pub(super) fn new(
        config: &Config,
        data: &Data,
        server: &Server,
        address: SocketAddr,
        demo: bool,
    ) -> Self {
        let url = format!("http://{address}");
        Self {
            data: data.describe(),
            sandboxes: doctor::sandbox_options(data.directory()),
            runtimes: server.runtimes.clone(),
            demo: demo.then(|| Client::of_server(address, config.keys.first())),
            url,
        }
    }
}

pub(super) async fn show(context: Context, finder: Finder) {
    note(format_args!("{} {}", styled(BOLD, "Hob"), env!("CARGO_PKG_VERSION")));
    line("listening", &context.url);
    line("data", &context.data);
    let isolation = match finder.find(context.sandboxes).await {
        Ok(report) => doctor::isolation_summary(&report),
        Err(error) => styled(BAD, chain(&error)),
    };
    line("isolation", &isolation);
    line("runtimes", &runtimes(context.runtimes).await);
    if let Some(client) = context.demo {
        note("");
        demo::run(&client).await;
    }
    try_these(&context.url);
}

async fn runtimes(catalogue: Arc<Catalogue>) -> String {
    let found = tokio::task::spawn_blocking(move || doctor::runtimes_summary(&catalogue)).await;
    found.unwrap_or_else(|_| styled(BAD, "the search for interpreters ended early"))
}

fn line(label: &str, text: &str) {
    note(format_args!("  {} {text}", styled(DIM, format_args!("{label:10}"))));
}

fn try_these(url: &str) {
    note("");
    if url != "http://127.0.0.1:4566" {
        line("first", &format!("export AWS_ENDPOINT_URL={url}"));
    }
    line("try", "hob deploy examples/hello-python");
    line("", "hob invoke hello-python --payload '{\"name\": \"you\"}'");
    line("", "hob logs -f hello-python");
}
