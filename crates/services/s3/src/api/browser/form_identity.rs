//! Who has signed a form.

use aws_lc_rs::constant_time::verify_slices_are_equal;
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
    let field = |name: &'static str| fields.get(name).ok_or_else(|| error::form_field_missing(name));
    if field("x-amz-algorithm")? != ALGORITHM {
        return Err(error::form_algorithm());
    }
    let (credential, date, signature) =
        (field("x-amz-credential")?, field("x-amz-date")?, field("x-amz-signature")?);
    let scope: Vec<&str> = credential.split('/').collect();
    let [id, day, region, "s3", "aws4_request"] = scope[..] else {
        return Err(error::form_credential(credential));
    };
    if !date.starts_with(day) {
        return Err(error::form_credential(credential));
    }
    let key = keys.secret(id).ok_or_else(|| error::unknown_access_key(id))?;
    if key.session_token.as_deref() != fields.get("x-amz-security-token") {
        return Err(error::invalid_token());
    }
    let expected = sigv4::policy_signature(&key.secret, day, region, "s3", policy);
    verify_slices_are_equal(expected.as_bytes(), signature.as_bytes())
        .map_err(|_| error::form_signature())?;
    let Key { account, arn, user_id, .. } = key;
    let caller = Caller { access_key_id: Some(id.to_owned()), arn, user_id };
    Ok(RequestContext { account, caller, ..context.clone() })
}
