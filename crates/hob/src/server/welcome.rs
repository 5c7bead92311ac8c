//! The first screen: where the server listens, what it found, and what to try. On stderr, after readiness.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use hob_runtimes::Catalogue;

use super::composition::Server;
use super::data::Data;
use super::demo;
use super::sandboxes::Finding;
use crate::client::Client;
use crate::config::Config;
use crate::doctor;
use crate::failure::chain;
use crate::output::{BAD, BOLD, DIM, note, styled};

/// What the screen shows, and what it needs to find out the rest.
pub(super) struct Context {
    /// As a client on this machine reaches the server.
    url: String,
    /// Requests must be signed with a key of the configuration.
    auth: bool,
    data: String,
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
        let client = Client::of_server(address, config.keys.first());
        Self {
            url: client.endpoint(),
            auth: config.auth,
            data: data.describe(),
            runtimes: server.runtimes.clone(),
            demo: demo.then_some(client),
        }
    }
}

/// `isolation` resolves once the sandbox has been tried.
pub(super) async fn show(context: Context, isolation: Finding) {
    note(format_args!("{} {}", styled(BOLD, "Hob"), env!("CARGO_PKG_VERSION")));
    line("listening", &context.url);
    line("data", &context.data);
    let isolation = match isolation.await {
        Ok(report) => doctor::isolation_summary(&report),
        Err(error) => styled(BAD, chain(&error)),
    };
    line("isolation", &isolation);
    line("runtimes", &runtimes(context.runtimes.clone()).await);
    if let Some(client) = &context.demo {
        note("");
        demo::run(client).await;
    }
    note("");
    try_these(&context);
}

async fn runtimes(catalogue: Arc<Catalogue>) -> String {
    let found = tokio::task::spawn_blocking(move || doctor::runtimes_summary(&catalogue)).await;
    found.unwrap_or_else(|_| styled(BAD, "the search for interpreters ended early"))
}

fn line(label: &str, text: &str) {
    note(format_args!("  {} {text}", styled(DIM, format_args!("{label:10}"))));
}

/// Three commands, after what has to be set for them.
fn try_these(context: &Context) {
    let set = |assignment: String| line("first", &format!("export {assignment}"));
    if context.url != "http://127.0.0.1:4566" {
        set(format!("AWS_ENDPOINT_URL={}", context.url));
    }
    if context.auth {
        set("AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… (a key of the configuration)".to_owned());
    }
    let example = Path::new("examples/hello-python");
    let (deploy, name) = match (context.demo.is_some(), example.is_dir()) {
        (true, _) => ("hob ls", "hello-python"),
        (false, true) => ("hob deploy examples/hello-python", "hello-python"),
        (false, false) => ("hob deploy FOLDER", "NAME"),
    };
    line("try", deploy);
    line("", &format!("hob invoke {name} --payload '{{\"name\": \"you\"}}'"));
    line("", &format!("hob logs -f {name}"));
}
