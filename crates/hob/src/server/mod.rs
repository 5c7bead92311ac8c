//! `hob up`: the composition of all crates, and the server's life from start to end.

mod ahead;
mod assumed_role;
mod composition;
mod data;
mod demo;
mod environment_endpoint;
mod keys;
mod listen;
mod log_sink;
mod mappings;
pub mod room;
mod sandboxes;
mod services;
mod session_keys;
mod shards;
mod signals;
mod statistics;
mod tracing_output;
mod welcome;

use std::future::ready;
use std::net::TcpListener;
use std::time::Duration;

use tokio::task::JoinSet;

use self::composition::Server;
use self::data::Data;
use self::sandboxes::Finding;
use self::shards::Shards;
use self::signals::Signals;
use crate::config::{Config, Isolation};
use crate::doctor;
use crate::failure::{Failure, OrFail as _, Outcome, chain};
use crate::output;
use crate::system::SystemRandom;

/// What still blocks a thread when all else has ended, such as a search for interpreters, is given up after
/// this; nothing is lost by it that a crash would not lose as well.
const LAST_WORK: Duration = Duration::from_millis(500);

/// Serves until a signal says to stop.
pub fn run(config: Config, demo: bool) -> Outcome {
    tracing_output::start(&config)?;
    raise_descriptor_limit();
    let listener = listen::bind(&config)?;
    let data = Data::open(&config, &SystemRandom)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.or_fail(|| "cannot start the I/O runtime".to_owned())?;
    let outcome = runtime.block_on(serve(&config, &listener, &data, demo));
    runtime.shutdown_timeout(LAST_WORK);
    outcome
}

/// An environment takes about a dozen descriptors, and the default limit is made for one user's shell.
fn raise_descriptor_limit() {
    if let Err(error) = hob_sandbox::raise_descriptor_limit() {
        tracing::warn!(%error, "the limit of open files stays low, and with it the number of environments");
    }
}

async fn serve(config: &Config, listener: &TcpListener, data: &Data, demo: bool) -> Outcome {
    let mut signals = Signals::listen()?;
    let address = listener.local_addr().or_fail(|| "the listener has no address".to_owned())?;
    let (mut server, finder) = Server::compose(config, data);
    let options = doctor::sandbox_options(data.directory(), config.isolation);
    let isolation = isolation(config, finder.find(options)).await?;
    server.restore().await?;
    let shards = Shards::start(listener, &server.app, &server.engine)?;
    output::print(format_args!("ready on http://{address}"));

    // Everything slow comes after that line, and ends with this set.
    let mut background = JoinSet::new();
    let context = welcome::Context::new(config, data, &server, address, demo);
    background.spawn(welcome::show(context, isolation));
    server.maintain(&mut background);

    let signal = signals.next().await;
    output::note(format_args!("\n{signal}: letting running invocations finish; once more ends at once"));
    background.shutdown().await;
    tokio::select! {
        () = server.stop(shards, config.shutdown_grace.0) => Ok(()),
        never = signals.end_with_next() => never,
    }
}

/// Where a tier is demanded, nothing is served without it; else the search goes on beside the server.
async fn isolation(config: &Config, finding: Finding) -> Outcome<Finding> {
    if config.isolation == Isolation::Auto {
        return Ok(finding);
    }
    let failed = || Failure::new("the isolation that was asked for does not work here");
    let report = finding.await.map_err(|error| failed().because(chain(&error)))?;
    if report.tier.is_none() {
        return Err(failed().advise("`hob doctor` says what is missing and what to do about it"));
    }
    Ok(Box::pin(ready(Ok(report))))
}
