use std::fmt;
use std::str::FromStr;

/// How an invocation reached the function, which decides who is billed for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum InvocationSource {
    /// The Invoke operation, and its caller waits for the answer.
    Invoke,
    /// An event that was accepted and runs when its turn comes.
    Event,
    /// What an event source mapping read from its source.
    EventSourceMapping,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no source of invocations that is known here")]
pub struct UnknownInvocationSource(String);

impl InvocationSource {
    const ALL: [Self; 3] = [Self::Invoke, Self::Event, Self::EventSourceMapping];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invoke => "Invoke",
            Self::Event => "Event",
            Self::EventSourceMapping => "EventSourceMapping",
        }
    }
}

impl FromStr for InvocationSource {
    type Err = UnknownInvocationSource;

    fn from_str(s: &str) -> Result<Self, UnknownInvocationSource> {
        let found = Self::ALL.into_iter().find(|source| source.as_str() == s);
        found.ok_or_else(|| UnknownInvocationSource(s.to_owned()))
    }
}

impl fmt::Display for InvocationSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
