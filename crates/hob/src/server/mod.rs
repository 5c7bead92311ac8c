//! `hob up`: the composition of all crates, and the server's life from start to end.

mod banner;
mod listen;
mod sandboxes;
mod session_keys;
mod signals;

use std::sync::Arc;

use hob_invoke::Engine;
use hob_storage::Storage;

use crate::config::Config;
use crate::failure::{Failure, OrFail as _, Outcome};
use crate::system::{SystemClock, SystemRandom};

/// Serves until a signal says to stop.
pub fn run(config: Config, _demo: bool) -> Outcome {
    let listener = listen::bind(&config)?;
    let storage = open_storage(&config)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.or_fail(|| "cannot start the I/O runtime".to_owned())?;
    let _ = (listener, storage);
    runtime.block_on(async {
        let mut signals = signals::Signals::listen()?;
        signals.next().await;
        Ok(())
    })
}

fn open_storage(config: &Config) -> Outcome<Storage> {
    let opened = if config.ephemeral { Storage::in_memory() } else { Storage::open(&config.data_dir) };
    opened.map_err(|error| {
        Failure::new("cannot open the data directory").because(crate::failure::chain(&error))
    })
}
