//! What is known of a service from its model: the tables that generated code consists of.
//!
//! Everything here is `static` data. The codecs and the validation walk it; they know no service.

use std::sync::OnceLock;

use fancy_regex::Regex;

use crate::error::AwsError;
use crate::validation::Violation;

/// A service: how it is found, what it serves, and how it fails.
#[derive(Debug)]
pub struct Model {
    /// As people call it, such as `AWS Lambda`.
    pub full_name: &'static str,
    /// In the host name, such as `monitoring` in `monitoring.us-east-1.amazonaws.com`.
    pub endpoint_prefix: &'static str,
    /// In the credential scope of a signature.
    pub signing_name: &'static str,
    /// Before the dot of `X-Amz-Target`; `None` where operations are not named there.
    pub target_prefix: Option<&'static str>,
    pub api_version: &'static str,
    /// Of XML answers.
    pub xml_namespace: Option<&'static str>,
    /// It spoke the query protocol first, so its JSON errors carry the query protocol's code in a header.
    pub query_compatible: bool,
    /// The first is the one that current SDKs choose.
    pub protocols: &'static [ProtocolName],
    pub operations: &'static [OperationModel],
    /// The operations that AWS has and Hob does not serve yet.
    pub unserved: &'static [Route],
    /// Every error that the model describes.
    pub errors: &'static [ErrorModel],
    /// Words the refusal of a request that breaks constraints of the model.
    pub refuse: fn(&[Violation]) -> AwsError,
    /// The first segment of its paths is a name that its users choose, such as a bucket's. The host may begin with it
    /// instead (`bucket.s3.localhost`), and a path that no other service knows is this one's.
    pub virtual_hosts: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolName {
    RestJson,
    Json10,
    Json11,
    Query,
    RestXml,
}

/// Where an operation is reached. In the protocols that name the operation elsewhere, `POST /`.
#[derive(Debug)]
pub struct Route {
    pub name: &'static str,
    pub method: &'static str,
    /// A template such as `/2015-03-31/functions/{FunctionName}?List=ALL`.
    pub uri: &'static str,
}

#[derive(Debug)]
pub struct OperationModel {
    /// Its place in [`Model::operations`].
    pub index: usize,
    pub route: Route,
    /// The HTTP status of success, unless the output has a member for it.
    pub status: u16,
    pub input: &'static Shape,
    pub output: &'static Shape,
    /// The element around the output in XML answers. In rest-xml, `None`: the only member is the document.
    pub result_wrapper: Option<&'static str>,
    /// The largest request body in bytes.
    pub body_limit: u64,
    /// What the refusal of a larger body calls the operation, such as `InvokeFunction` for Invoke.
    pub body_limit_name: &'static str,
    /// The member that a query request may give as its path, such as `QueueUrl`.
    pub path_parameter: Option<&'static str>,
}

impl OperationModel {
    /// Whether the handler itself reads the request's body.
    pub(crate) fn takes_stream(&self) -> bool {
        let Kind::Structure(input) = self.input.kind else { return false };
        input.payload().is_some_and(|payload| matches!(payload.shape.kind, Kind::Stream))
    }
}

#[derive(Debug)]
pub struct ErrorModel {
    /// The shape's name, which is what [`AwsError::code`] says.
    pub name: &'static str,
    /// What the wire says, where it differs from the shape's name.
    pub code: &'static str,
    /// What JSON 1.x says as `__type`, such as `com.amazonaws.sqs#QueueDoesNotExist`.
    pub json_type: &'static str,
    pub status: u16,
    pub sender_fault: bool,
    /// `message` or `Message`.
    pub message_key: &'static str,
    /// The body carries `Type`.
    pub has_type: bool,
}

#[derive(Debug)]
pub struct Structure {
    pub name: &'static str,
    pub members: &'static [Member],
}

impl Structure {
    pub(crate) fn payload(&self) -> Option<&'static Member> {
        self.members.iter().find(|member| member.location == Location::Payload)
    }

    /// Whether some of its members make up the body together.
    pub(crate) fn has_document(&self) -> bool {
        self.members.iter().any(|member| member.location == Location::Body)
    }
}

#[derive(Debug)]
pub struct Member {
    pub name: &'static str,
    /// The JSON key, XML element, header, query parameter or label.
    pub wire_name: &'static str,
    /// The form parameter and the XML element of the query protocol, such as `Attribute` for `Attributes`.
    pub query_name: &'static str,
    pub location: Location,
    pub required: bool,
    pub shape: &'static Shape,
}

/// Where the REST protocols carry a member; the others carry all in the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    Body,
    /// Of the structure's XML element.
    Attribute,
    /// The member is the whole body.
    Payload,
    Uri,
    Query,
    Header,
    /// All headers whose names begin with the wire name.
    Headers,
    Status,
}

#[derive(Debug)]
pub struct Shape {
    pub kind: Kind,
    /// Is not shown in messages and logs.
    pub sensitive: bool,
    /// Of the value of a number, the characters of a string, the bytes of a blob, the items of a list or map.
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub pattern: Option<&'static Pattern>,
    /// What an enum may say; empty for other shapes.
    pub values: &'static [&'static str],
}

#[derive(Debug)]
pub enum Kind {
    Boolean,
    Integer,
    Long,
    Float,
    Double,
    String,
    Blob,
    /// A payload that is never held as a whole.
    Stream,
    /// `None`: as the protocol usually writes it.
    Timestamp(Option<TimestampFormat>),
    List {
        item: &'static Shape,
        /// The XML element of each item.
        item_name: &'static str,
        flattened: bool,
    },
    Map {
        key: &'static Shape,
        value: &'static Shape,
        key_name: &'static str,
        value_name: &'static str,
        flattened: bool,
    },
    Structure(&'static Structure),
}

impl Kind {
    /// Whether it is a list or map whose items have no element around them all.
    pub(crate) fn is_flattened(&self) -> bool {
        matches!(self, Self::List { flattened: true, .. } | Self::Map { flattened: true, .. })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestampFormat {
    /// `1767323045.678`
    UnixSeconds,
    /// `2026-01-02T03:04:05.678Z`
    Rfc3339,
    /// `Fri, 02 Jan 2026 03:04:05 GMT`
    HttpDate,
}

/// A regular expression of the model, compiled when it is first needed.
#[derive(Debug)]
pub struct Pattern {
    pub source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Model {
    /// The patterns that are no regular expressions for us; a service's tests demand that there are none.
    pub fn broken_patterns(&self) -> Vec<&'static str> {
        let mut broken = Vec::new();
        self.operations.iter().for_each(|operation| collect_broken(operation.input, &mut broken, 0));
        broken
    }
}

/// Recursive shapes end at a depth that no model reaches otherwise.
fn collect_broken(shape: &'static Shape, broken: &mut Vec<&'static str>, depth: usize) {
    if let Some(pattern) = shape.pattern
        && pattern.regex().is_none()
    {
        broken.push(pattern.source);
    }
    let parts: Vec<&'static Shape> = match shape.kind {
        Kind::List { item, .. } => vec![item],
        Kind::Map { key, value, .. } => vec![key, value],
        Kind::Structure(structure) => structure.members.iter().map(|member| member.shape).collect(),
        _ => Vec::new(),
    };
    if depth < 12 {
        parts.into_iter().for_each(|part| collect_broken(part, broken, depth + 1));
    }
}

impl Pattern {
    pub const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    /// Whether the whole of `text` matches, as Java's `matches` has it. A pattern that cannot be compiled
    /// refuses nothing; [`Model::broken_patterns`] finds it in the service's tests.
    pub fn matches(&self, text: &str) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(text).unwrap_or(true))
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&format!(r"\A(?:{})\z", self.source)).ok()).as_ref()
    }
}

/// Of a member that is never held as a whole.
pub static STREAM: Shape =
    Shape { kind: Kind::Stream, sensitive: false, min: None, max: None, pattern: None, values: &[] };

/// The input or output of an operation that has none.
pub static NOTHING: Shape = Shape {
    kind: Kind::Structure(&Structure { name: "", members: &[] }),
    sensitive: false,
    min: None,
    max: None,
    pattern: None,
    values: &[],
};
