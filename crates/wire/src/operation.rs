//! What a service sees of a request: its parsed input and who asks; and what it answers.

use std::future::Future;
use std::net::SocketAddr;

use hob_types::{AccountId, Region, RequestId};

use crate::error::AwsError;
use crate::shape::Wire;

/// One operation of a service's model. Implemented by generated marker types such as `CreateFunction`.
pub trait Operation: 'static {
    type Input: Wire;
    type Output: Wire;
    /// As in the model, such as `CreateFunction`.
    const NAME: &'static str;
}

/// A service implements this once for each operation on its allow-list; the generated dispatcher demands it.
pub trait Handle<O: Operation>: Send + Sync {
    fn handle(
        &self,
        context: &RequestContext,
        input: O::Input,
    ) -> impl Future<Output = Result<O::Output, AwsError>> + Send;
}

/// Who asks, and where the request came in.
#[derive(Clone, Debug)]
pub struct RequestContext {
    pub request_id: RequestId,
    pub region: Region,
    pub account: AccountId,
    pub caller: Caller,
    /// `http://host:port` as the client reached the server, to make URLs that it can follow.
    pub base_url: String,
    pub source: Source,
    /// `X-Amzn-Trace-Id` as it was sent.
    pub trace_header: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// `None`: the request carried no credentials.
    pub access_key_id: Option<String>,
    /// Such as `arn:aws:iam::000000000000:root`.
    pub arn: String,
    /// What GetCallerIdentity calls `UserId`.
    pub user_id: String,
}

/// Where a request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    Network(SocketAddr),
    /// The endpoint inside an execution environment.
    Environment(hob_types::EnvironmentId),
}
