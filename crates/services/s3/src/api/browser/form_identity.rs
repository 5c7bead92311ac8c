//! Who has signed a form.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_types::AccountId;
use hob_wire::{AwsError, Caller, Key, Keys, RequestContext, sigv4};

use crate::api::error;
use crate::form::Fields;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The context that the form's own credentials make of the request's. `keys`: where access control is on.
pub(super) fn identify(
    fields: &Fields,
    context: &RequestContext,
    keys: Option<&dyn Keys>,
) -> Result<RequestContext, AwsError> {
    let credential = fields.get("x-amz-credential").or_else(|| fields.get("awsaccesskeyid"));
    let access_key_id = credential.and_then(|credential| credential.split('/').next());
    match keys {
        None => Ok(claimed(access_key_id, context)),
        Some(keys) => verified(fields, context, keys),
    }
}

/// Without access control a key only says whose it is to be.
fn claimed(access_key_id: Option<&str>, context: &RequestContext) -> RequestContext {
    let Some(id) = access_key_id else { return context.clone() };
    let account = id.parse::<AccountId>().unwrap_or_else(|_| AccountId::local());
    let caller = Caller {
        access_key_id: Some(id.to_owned()),
        arn: format!("arn:aws:iam::{account}:root"),
        user_id: account.to_string(),
    };
    RequestContext { account, caller, ..context.clone() }
}

fn verified(fields: &Fields, context: &RequestContext, keys: &dyn Keys) -> Result<RequestContext, AwsError> {
    // A bucket is nobody's who does not say who he is.
    let policy = fields.get("policy").ok_or_else(error::access_denied)?;
    let Signature { access_key_id, given, scope } = Signature::of(fields)?;
    let key = keys.secret(access_key_id).ok_or_else(|| error::unknown_access_key(access_key_id))?;
    if key.session_token.as_deref() != fields.get("x-amz-security-token") {
        return Err(error::invalid_token());
    }
    let expected = match scope {
        Some(Scope { day, region }) => sigv4::policy_signature(&key.secret, day, region, "s3", policy),
        None => legacy_signature(&key.secret, policy),
    };
    verify_slices_are_equal(expected.as_bytes(), given.as_bytes()).map_err(|_| error::form_signature())?;
    let Key { account, arn, user_id, .. } = key;
    let caller = Caller { access_key_id: Some(access_key_id.to_owned()), arn, user_id };
    Ok(RequestContext { account, caller, ..context.clone() })
}

/// What a form says of who has signed its policy.
struct Signature<'a> {
    access_key_id: &'a str,
    given: &'a str,
    /// `None`: version 2, which some SDKs still use for forms.
    scope: Option<Scope<'a>>,
}

struct Scope<'a> {
    /// As in `20260102`.
    day: &'a str,
    region: &'a str,
}

impl<'a> Signature<'a> {
    fn of(fields: &'a Fields) -> Result<Self, AwsError> {
        let field = |name: &'static str| fields.get(name).ok_or_else(|| error::form_field_missing(name));
        if let Some(access_key_id) = fields.get("awsaccesskeyid") {
            return Ok(Self { access_key_id, given: field("signature")?, scope: None });
        }
        if field("x-amz-algorithm")? != ALGORITHM {
            return Err(error::form_algorithm());
        }
        let (credential, date) = (field("x-amz-credential")?, field("x-amz-date")?);
        let parts: Vec<&str> = credential.split('/').collect();
        let [access_key_id, day, region, "s3", "aws4_request"] = parts[..] else {
            return Err(error::form_credential(credential));
        };
        if !date.starts_with(day) {
            return Err(error::form_credential(credential));
        }
        Ok(Self { access_key_id, given: field("x-amz-signature")?, scope: Some(Scope { day, region }) })
    }
}

/// Version 2's, of the policy as the form has it.
fn legacy_signature(secret: &str, policy: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    BASE64.encode(hmac::sign(&key, policy.as_bytes()))
}
