use hob_storage::ObjectChangeKind;
use hob_types::Timestamp;

/// What a caller did to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Put,
    /// A form was posted.
    Post,
    Copy,
    CompleteMultipartUpload,
    Delete,
    PutTagging,
    DeleteTagging,
    PutAcl,
}

impl Cause {
    /// What the event is called, without `s3:`.
    pub(super) fn event_name(self, change: ObjectChangeKind) -> &'static str {
        match (self, change) {
            (_, ObjectChangeKind::DeleteMarkerCreated) => "ObjectRemoved:DeleteMarkerCreated",
            (_, ObjectChangeKind::Deleted) | (Self::Delete, _) => "ObjectRemoved:Delete",
            (Self::Put, _) => "ObjectCreated:Put",
            (Self::Post, _) => "ObjectCreated:Post",
            (Self::Copy, _) => "ObjectCreated:Copy",
            (Self::CompleteMultipartUpload, _) => "ObjectCreated:CompleteMultipartUpload",
            (Self::PutTagging, _) => "ObjectTagging:Put",
            (Self::DeleteTagging, _) => "ObjectTagging:Delete",
            (Self::PutAcl, _) => "ObjectAcl:Put",
        }
    }
}

/// The request that changed an object, as events tell of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) time: Timestamp,
    /// `x-amz-request-id`.
    pub(crate) request_id: String,
    /// `x-amz-id-2`.
    pub(crate) host_id: String,
    /// Of the caller, as in `AWS:AIDA…`.
    pub(crate) principal_id: String,
    pub(crate) source_address: String,
    /// `X-Amzn-Trace-Id`.
    pub(crate) trace_header: Option<String>,
}

#[cfg(test)]
impl Origin {
    pub(crate) fn example() -> Self {
        Self {
            time: Timestamp::from_millis(1_767_323_045_678),
            request_id: "REQUEST".to_owned(),
            host_id: "HOST".to_owned(),
            principal_id: "AWS:AIDAEXAMPLE".to_owned(),
            source_address: "192.0.2.1".to_owned(),
            trace_header: Some("Root=1-5759e988-bd862e3fe1be46a994272793".to_owned()),
        }
    }
}
