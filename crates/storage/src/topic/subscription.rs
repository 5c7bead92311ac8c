use hob_types::{AccountId, QualifiedFunctionArn, QueueArn, SubscriptionArn, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionRecord {
    pub arn: SubscriptionArn,
    pub owner: AccountId,
    /// The ARN of who subscribed.
    pub principal: String,
    pub endpoint: SubscriptionEndpoint,
    pub state: SubscriptionState,
    pub settings: SubscriptionSettings,
    /// `http://host:port` as the one who subscribed reached the server, for the URLs in messages.
    pub base_url: String,
    /// When it came into its state.
    pub since: Timestamp,
    /// Changes with every change; zero in a subscription that is not stored yet.
    #[serde(skip)]
    pub edition: u64,
}

/// Where messages go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubscriptionEndpoint {
    Function(QualifiedFunctionArn),
    Queue(QueueArn),
    /// An URL.
    Http(String),
    /// An URL.
    Https(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubscriptionState {
    /// Gets nothing until somebody says the token.
    Pending { token: String },
    Confirmed {
        /// Whoever confirmed it was authenticated.
        authenticated: bool,
        /// Only who is authenticated may end it.
        authenticate_on_unsubscribe: bool,
    },
    /// Was ended by somebody who was not authenticated. The token brings it back.
    Ended { token: String },
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubscriptionSettings {
    pub raw_message_delivery: bool,
    /// JSON, known to be well formed. `None`: everything.
    pub filter_policy: Option<String>,
    pub filter_policy_scope: FilterPolicyScope,
    /// Where messages go that could not be delivered.
    pub dead_letter_queue: Option<QueueArn>,
    /// JSON, known to be well formed. HTTP only.
    pub delivery_policy: Option<String>,
}

/// What a filter policy looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterPolicyScope {
    #[default]
    MessageAttributes,
    MessageBody,
}

/// How many subscriptions of a topic are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionCounts {
    pub pending: u64,
    pub confirmed: u64,
    pub ended: u64,
}

impl SubscriptionEndpoint {
    /// As AWS names it: `lambda`, `sqs`, `http`, `https`.
    pub fn protocol(&self) -> &'static str {
        match self {
            Self::Function(_) => "lambda",
            Self::Queue(_) => "sqs",
            Self::Http(_) => "http",
            Self::Https(_) => "https",
        }
    }

    /// An ARN or an URL.
    pub fn address(&self) -> String {
        match self {
            Self::Function(function) => function.to_string(),
            Self::Queue(queue) => queue.to_string(),
            Self::Http(url) | Self::Https(url) => url.clone(),
        }
    }
}

impl SubscriptionState {
    pub fn is_confirmed(&self) -> bool {
        matches!(self, Self::Confirmed { .. })
    }

    /// What brings it into the state of being confirmed.
    pub fn token(&self) -> Option<&str> {
        match self {
            Self::Pending { token } | Self::Ended { token } => Some(token),
            Self::Confirmed { .. } => None,
        }
    }

    /// As it stands in the store's file.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Confirmed { .. } => "confirmed",
            Self::Ended { .. } => "ended",
        }
    }
}
