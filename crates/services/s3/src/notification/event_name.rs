use hob_storage::ObjectChangeKind;

use crate::announce::Action;

/// What the event is called, without `s3:`.
pub(super) fn event_name(action: Action, change: ObjectChangeKind) -> &'static str {
    match (action, change) {
        (_, ObjectChangeKind::DeleteMarkerCreated) => "ObjectRemoved:DeleteMarkerCreated",
        (_, ObjectChangeKind::Deleted) | (Action::Delete, _) => "ObjectRemoved:Delete",
        (Action::Put, _) => "ObjectCreated:Put",
        (Action::Post, _) => "ObjectCreated:Post",
        (Action::Copy, _) => "ObjectCreated:Copy",
        (Action::CompleteMultipartUpload, _) => "ObjectCreated:CompleteMultipartUpload",
        (Action::PutTagging, _) => "ObjectTagging:Put",
        (Action::DeleteTagging, _) => "ObjectTagging:Delete",
        (Action::PutAcl, _) => "ObjectAcl:Put",
    }
}
