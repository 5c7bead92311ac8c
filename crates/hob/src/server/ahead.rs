//! What the configuration says of what is made ahead, for the engine.

use hob_invoke::{AheadConfiguration, Scope};

use crate::config::{Ahead, Config};

/// What waits may use this part of the machine's memory, unless the configuration says another amount.
const MEMORY_SHARE: u64 = 20;

pub(super) fn configuration(config: &Config) -> AheadConfiguration {
    let memory = config.parked_memory.map(|mebibytes| mebibytes << 20);
    AheadConfiguration {
        scope: match config.ahead {
            Ahead::Off => Scope::Nothing,
            Ahead::Sandboxes => Scope::Sandboxes,
            Ahead::Zygotes => Scope::Zygotes,
            Ahead::All => Scope::Runtimes,
        },
        parked_max: config.parked_max,
        memory_max: memory.unwrap_or_else(|| machine_memory() / MEMORY_SHARE),
    }
}

/// In bytes.
fn machine_memory() -> u64 {
    let info = rustix::system::sysinfo();
    info.totalram.saturating_mul(u64::from(info.mem_unit))
}
