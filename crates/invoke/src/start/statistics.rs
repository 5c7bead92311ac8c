use super::kind::Making;

/// What is made ahead, for `hob doctor`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AheadStatistics {
    pub kinds: Vec<KindStatistics>,
    /// Versions of which starts are copies.
    pub snapshots: usize,
}

/// What waits of one kind. All counts are since the server started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindStatistics {
    pub kind: AheadKind,
    /// Of the functions that asked for it.
    pub runtimes: Vec<String>,
    /// What waits now.
    pub ready: usize,
    /// What is to wait.
    pub target: usize,
    /// Of what waits, in bytes.
    pub memory: u64,
    /// Starts that took one that waited.
    pub hits: u64,
    /// Starts that found none.
    pub misses: u64,
    /// Starts that got a new copy of the zygote.
    pub forks: u64,
    /// Whether the zygote runs; `None`: this kind has none.
    pub zygote: Option<bool>,
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AheadKind {
    Sandbox,
    /// A runtime, copied from a zygote.
    Copy,
    /// A runtime, started.
    Boot,
}

impl From<Making> for AheadKind {
    fn from(making: Making) -> Self {
        match making {
            Making::Sandbox => Self::Sandbox,
            Making::Fork => Self::Copy,
            Making::Boot => Self::Boot,
        }
    }
}
