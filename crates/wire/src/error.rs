//! The error that an operation answers, before a protocol has written it.

use std::borrow::Cow;

/// An AWS error: made by a service in its `api/error.rs`, written by the codec of the protocol.
///
/// The HTTP status, the key of the message (`message` or `Message`) and whether `Type` is written come from the
/// service's model by `code`; the `with_…` methods override what the model does not know.
#[derive(Clone, Debug, PartialEq)]
pub struct AwsError {
    pub code: &'static str,
    /// `None` is written as JSON null.
    pub message: Option<Cow<'static, str>>,
    /// What the query protocol says instead of `message`, where AWS's words differ.
    pub query_message: Option<Cow<'static, str>>,
    /// Overrides the model's HTTP status.
    pub status: Option<u16>,
    /// Overrides whether (and which) `Type` is written: `Some(None)` leaves it out.
    pub fault: Option<Option<Fault>>,
    /// Further members of the body, such as `Reason`.
    pub members: Vec<(Cow<'static, str>, String)>,
    /// Further headers, such as `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
}

/// Whose fault it is; `Type` in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `User` in REST-JSON, `Sender` in XML.
    Client,
    /// `Service` in REST-JSON, `Receiver` in XML.
    Server,
}

impl Fault {
    pub(crate) fn in_query(self) -> &'static str {
        match self {
            Self::Client => "Sender",
            Self::Server => "Receiver",
        }
    }
}

impl AwsError {
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: Some(message.into()),
            query_message: None,
            status: None,
            fault: None,
            members: Vec::new(),
            headers: Vec::new(),
        }
    }

    #[must_use]
    pub fn with_query_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.query_message = Some(message.into());
        self
    }

    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    #[must_use]
    pub fn without_type(mut self) -> Self {
        self.fault = Some(None);
        self
    }

    #[must_use]
    pub fn with_member(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.members.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}
