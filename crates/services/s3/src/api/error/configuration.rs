//! What may be wrong with what a bucket is set to. Texts are AWS's as users report them unless marked.

use hob_wire::AwsError;

use super::malformed_xml;
use crate::configuration::acl::AclError;
use crate::configuration::{
    ConfigurationError, CorsError, EncryptionRefused, MalformedPolicy, Missing, TagError,
};

/// A client's mistake.
fn refused(code: &'static str, message: impl Into<std::borrow::Cow<'static, str>>) -> AwsError {
    AwsError::new(code, message).with_status(400)
}

fn argument(message: impl Into<std::borrow::Cow<'static, str>>, name: &'static str, value: &str) -> AwsError {
    refused("InvalidArgument", message).with_member("ArgumentName", name).with_member("ArgumentValue", value)
}

/// Hob's own: AWS has what is missing here.
fn not_implemented(message: &'static str) -> AwsError {
    AwsError::new("NotImplemented", message).with_status(501)
}

pub(in crate::api) fn no_event_bridge() -> AwsError {
    not_implemented("EventBridgeConfiguration is not served by Hob yet: it has no EventBridge.")
}

/// What the bucket has not.
pub(in crate::api) fn missing(what: Missing, bucket: String) -> AwsError {
    let (code, message) = match what {
        Missing::Policy => ("NoSuchBucketPolicy", "The bucket policy does not exist"),
        Missing::Cors => ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
        Missing::Tags => ("NoSuchTagSet", "The TagSet does not exist"),
        Missing::OwnershipControls => {
            ("OwnershipControlsNotFoundError", "The bucket ownership controls were not found")
        }
        Missing::PublicAccessBlock => {
            ("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found")
        }
        Missing::Lifecycle => ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
        Missing::Replication => {
            ("ReplicationConfigurationNotFoundError", "The replication configuration was not found")
        }
        Missing::Website => {
            ("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration")
        }
        Missing::ObjectLock => (
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
        ),
    };
    AwsError::new(code, message).with_status(404).with_member("BucketName", bucket)
}

impl From<ConfigurationError> for AwsError {
    fn from(error: ConfigurationError) -> Self {
        match error {
            ConfigurationError::Malformed => malformed_xml(),
            ConfigurationError::Policy(error) => policy(&error),
            ConfigurationError::PublicPolicy(bucket) => {
                blocked("s3:PutBucketPolicy", &bucket, "policies", "BlockPublicPolicy")
            }
            ConfigurationError::PublicAcl(bucket) => {
                blocked("s3:PutBucketAcl", &bucket, "ACLs", "BlockPublicAcls")
            }
            ConfigurationError::NoAcls => {
                refused("AccessControlListNotSupported", "The bucket does not allow ACLs")
            }
            ConfigurationError::Acl(error) => acl(error),
            ConfigurationError::Cors(error) => cors(error),
            ConfigurationError::Tags(error) => tags(error),
            ConfigurationError::Encryption(error) => encryption(&error),
            ConfigurationError::Notification(error) => super::notification::notification(error),
            ConfigurationError::S3(error) => error.into(),
        }
    }
}

/// Public access is blocked. AWS also names the user.
fn blocked(action: &str, bucket: &str, what: &str, setting: &str) -> AwsError {
    let message = format!(
        "User is not authorized to perform: {action} on resource: \"arn:aws:s3:::{bucket}\" because public {what} are \
         blocked by the {setting} block public access setting."
    );
    AwsError::new("AccessDenied", message).with_status(403)
}

fn policy(error: &MalformedPolicy) -> AwsError {
    let message = match error {
        MalformedPolicy::NoJson => "Policies must be valid JSON and the first byte must be '{'".to_owned(),
        // AWS's text is unknown.
        MalformedPolicy::TooLong => "Policy exceeds the maximum allowed document size".to_owned(),
        MalformedPolicy::Version(version) => {
            format!("The policy must contain a valid version string: {version}")
        }
        MalformedPolicy::Missing(field) => format!("Missing required field {field}"),
        MalformedPolicy::Unknown(field) => format!("Unknown field {field}"),
        MalformedPolicy::Effect(effect) => format!("Invalid effect: {effect}"),
        MalformedPolicy::Principal => "Invalid principal in policy".to_owned(),
        MalformedPolicy::Action => "Policy has invalid action".to_owned(),
        MalformedPolicy::Resource => "Policy has invalid resource".to_owned(),
    };
    refused("MalformedPolicy", message)
}

fn acl(error: AclError) -> AwsError {
    match error {
        AclError::Nothing => refused("MissingSecurityHeader", "Your request was missing a required header")
            .with_member("MissingHeaderName", "x-amz-acl"),
        AclError::CannedAndGrants => {
            refused("InvalidRequest", "Specifying both Canned ACLs and Header Grants is not allowed")
        }
        AclError::HeadersAndBody => refused("UnexpectedContent", "This request does not support content"),
        AclError::Canned(name) => argument("", "x-amz-acl", &name),
        AclError::Permission(_) | AclError::Malformed => refused(
            "MalformedACLError",
            "The XML you provided was not well-formed or did not validate against our published schema",
        ),
        AclError::Id(id) => argument("Invalid id", "CanonicalUser/ID", &id),
        AclError::Group(uri) => argument("Invalid group uri", "Group/URI", &uri),
        AclError::Email(_) => refused(
            "UnresolvableGrantByEmailAddress",
            "The e-mail address you provided does not match any account on record.",
        ),
        AclError::Header(header) => argument("Argument format not recognized", "x-amz-grant", &header),
        // AWS's text is unknown.
        AclError::TooMany => refused("MalformedACLError", "The ACL has more than 100 grants."),
        AclError::OtherOwner => AwsError::new("AccessDenied", "Access Denied").with_status(403),
    }
}

fn cors(error: CorsError) -> AwsError {
    let message = match error {
        CorsError::Malformed => return malformed_xml(),
        CorsError::Method(method) => {
            format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}")
        }
        CorsError::Wildcards { member, value } => {
            format!("{member} \"{value}\" can not have more than one wildcard.")
        }
        CorsError::ExposedWildcard(header) => format!(
            "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
        ),
    };
    refused("InvalidRequest", message)
}

fn tags(error: TagError) -> AwsError {
    match error {
        // AWS's text is unknown.
        TagError::TooMany => refused("BadRequest", "Bucket tag count cannot be greater than 50"),
        TagError::Twice(key) => {
            refused("InvalidTag", "Cannot provide multiple Tags with the same key").with_member("TagKey", key)
        }
        TagError::Key(key) => {
            refused("InvalidTag", "The TagKey you have provided is invalid").with_member("TagKey", key)
        }
        TagError::Value(value) => {
            refused("InvalidTag", "The TagValue you have provided is invalid").with_member("TagValue", value)
        }
        TagError::System(key) => refused("InvalidTag", "System tags cannot be added/updated by requester")
            .with_member("TagKey", key),
    }
}

fn encryption(error: &EncryptionRefused) -> AwsError {
    match error {
        EncryptionRefused::Malformed => malformed_xml(),
        EncryptionRefused::Algorithm(_) => {
            not_implemented("SSEAlgorithm other than AES256 is not served by Hob yet: it has no KMS.")
        }
        EncryptionRefused::KeyWithoutKms => argument(
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            "ApplyServerSideEncryptionByDefault",
            "",
        ),
        EncryptionRefused::Blocked => not_implemented("BlockedEncryptionTypes is not served by Hob yet."),
    }
}
