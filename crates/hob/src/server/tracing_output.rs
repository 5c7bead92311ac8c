//! The server's own log, on stderr.

use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::failure::{OrFail as _, Outcome};

pub(super) fn start(config: &Config) -> Outcome {
    let filter = EnvFilter::try_new(&config.log)
        .or_fail(|| format!("`log` is no valid filter: {:?}", config.log))
        .map_err(|failure| failure.advise("one of error, warn, info, debug, trace"))?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(anstream::stderr)
        .with_target(false)
        .finish();
    tracing::subscriber::set_global_default(subscriber).or_fail(|| "cannot start the log".to_owned())
}
