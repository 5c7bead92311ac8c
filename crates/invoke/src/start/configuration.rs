/// What is made before it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AheadConfiguration {
    pub scope: Scope,
    /// Runtimes that wait for a function, at most. Default 32.
    pub parked_max: usize,
    /// What all that waits may use together, in bytes. Default 256 MiB.
    pub memory_max: u64,
}

/// How far it goes; each includes those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everything is made when it is needed.
    Nothing,
    /// Sandboxes.
    Sandboxes,
    /// Processes of which new environments get copies.
    Zygotes,
    /// Runtimes that wait for a function.
    #[default]
    Runtimes,
}

impl Default for AheadConfiguration {
    fn default() -> Self {
        Self { scope: Scope::default(), parked_max: 32, memory_max: 256 << 20 }
    }
}
