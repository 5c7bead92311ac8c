//! Who asks, and in which account and region.

use hob_types::{AccountId, EnvironmentId, Region, Timestamp};
use http::request::Parts;

use crate::error::{AwsError, Fault};
use crate::keys::{Key, Keys};
use crate::operation::Caller;
use crate::schema::ProtocolName;
use crate::sigv2::Presigned;
use crate::sigv4::{self, ChunkSigner, Credential, Refusal, Signed};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub account: AccountId,
    pub region: Region,
    pub caller: Caller,
}

/// Who signed a request whose body is still to come, and what its chunks are signed with.
pub(crate) struct Believed {
    pub identity: Identity,
    pub signer: Option<ChunkSigner>,
}

/// The identity of all who call from one execution environment: nothing else reaches its listener.
#[derive(Clone, Debug)]
pub struct EnvironmentIdentity {
    pub id: EnvironmentId,
    /// The region counts for requests whose signature names no other.
    pub identity: Identity,
}

/// Believes what a request says of itself: without access control a signature only tells who wants to be
/// served as whom. A 12-digit access key id selects that account.
pub(crate) fn claimed(parts: &Parts, keys: &dyn Keys) -> Identity {
    let credential = Credential::of(parts);
    let presigned = Presigned::of(parts);
    let access_key_id = match &credential {
        Some(credential) => Some(credential.access_key_id.as_ref()),
        None => presigned.as_ref().map(|presigned| presigned.access_key_id.as_str()),
    };
    let region = signed_region(credential.as_ref()).unwrap_or_else(Region::local);
    match access_key_id.and_then(|id| keys.secret(id).map(|key| (id, key))) {
        Some((id, key)) => of_key(id, key, region),
        None => root(access_key_id, region),
    }
}

/// Who has shown nothing yet.
pub(crate) fn nobody() -> Identity {
    let caller = Caller { access_key_id: None, arn: "anonymous".to_owned(), user_id: "anonymous".to_owned() };
    Identity { account: AccountId::local(), region: Region::local(), caller }
}

/// The account's owner.
fn root(access_key_id: Option<&str>, region: Region) -> Identity {
    let account = access_key_id.and_then(|id| id.parse().ok()).unwrap_or_else(AccountId::local);
    let caller = Caller {
        access_key_id: access_key_id.map(str::to_owned),
        arn: format!("arn:aws:iam::{account}:root"),
        user_id: account.to_string(),
    };
    Identity { account, region, caller }
}

fn of_key(access_key_id: &str, key: Key, region: Region) -> Identity {
    let Key { account, arn, user_id, .. } = key;
    Identity {
        account,
        region,
        caller: Caller { access_key_id: Some(access_key_id.to_owned()), arn, user_id },
    }
}

fn signed_region(credential: Option<&Credential<'_>>) -> Option<Region> {
    credential?.region.parse().ok()
}

/// The region that the request was signed for, the caller that the environment is.
pub(crate) fn of_environment(parts: &Parts, environment: &EnvironmentIdentity) -> Identity {
    let credential = Credential::of(parts);
    let mut identity = environment.identity.clone();
    if let Some(region) = signed_region(credential.as_ref()) {
        identity.region = region;
    }
    identity
}

/// Believes nothing that is not signed with a known key for this service.
pub(crate) fn verified(
    parts: &Parts,
    body: &[u8],
    signing_name: &str,
    keys: &dyn Keys,
    now: Timestamp,
) -> Result<Identity, Refusal> {
    let signed = Signed::parse(parts)?;
    let credential = &signed.credential;
    let key = keys.secret(&credential.access_key_id).ok_or(Refusal::UnknownKey)?;
    if key.session_token.as_deref() != signed.session_token.as_deref() {
        return Err(Refusal::UnknownKey);
    }
    if credential.service != signing_name {
        return Err(Refusal::NotValid(format!(
            "Credential should be scoped to correct service: '{signing_name}'. "
        )));
    }
    let region = signed_region(Some(credential))
        .ok_or_else(|| Refusal::NotValid("Credential should be scoped to a valid region. ".to_owned()))?;
    signed.verify(parts, body, &key.secret, now)?;
    Ok(of_key(&credential.access_key_id, key, region))
}

/// Likewise, from the headers alone. `path` is that of the request with what its host says.
pub(crate) fn verified_upfront(
    parts: &Parts,
    path: &str,
    signing_name: &str,
    keys: &dyn Keys,
    now: Timestamp,
) -> Result<Believed, AwsError> {
    if let Some(presigned) = Presigned::of(parts) {
        let key = presigned.verify(parts, path, keys)?;
        let identity = of_key(&presigned.access_key_id, key, Region::local());
        return Ok(Believed { identity, signer: None });
    }
    let (signed, key, signer) = sigv4::verified(parts, signing_name, keys, now)?;
    let credential = &signed.credential;
    let region = signed_region(Some(credential)).unwrap_or_else(Region::local);
    Ok(Believed { identity: of_key(&credential.access_key_id, key, region), signer: Some(signer) })
}

/// A URL that was presigned is good for its time, whether or not anybody verifies it.
pub(crate) fn check_expiry(parts: &Parts, now: Timestamp) -> Result<(), AwsError> {
    match Presigned::of(parts) {
        Some(presigned) => presigned.check_expiry(now),
        None => sigv4::check_expiry(parts, now),
    }
}

/// Each family of protocols has names of its own for the same refusals.
pub(crate) fn refuse(refusal: &Refusal, protocol: ProtocolName) -> AwsError {
    let query = protocol == ProtocolName::Query;
    let (code, status) = match refusal {
        Refusal::Unsigned if query => ("MissingAuthenticationToken", 403),
        Refusal::Unsigned => ("MissingAuthenticationTokenException", 403),
        Refusal::Incomplete(_) if query => ("IncompleteSignature", 400),
        Refusal::Incomplete(_) => ("IncompleteSignatureException", 400),
        Refusal::UnknownKey if query => ("InvalidClientTokenId", 403),
        Refusal::UnknownKey => ("UnrecognizedClientException", json_status(protocol)),
        Refusal::NotValid(_) | Refusal::WrongSignature if query => ("SignatureDoesNotMatch", 403),
        Refusal::NotValid(_) | Refusal::WrongSignature => {
            ("InvalidSignatureException", json_status(protocol))
        }
    };
    let mut error = AwsError::new(code, refusal.to_string()).with_status(status);
    error.fault = query.then_some(Some(Fault::Client));
    error
}

/// 403, but JSON 1.x answers every client's mistake with 400.
fn json_status(protocol: ProtocolName) -> u16 {
    match protocol {
        ProtocolName::Json10 | ProtocolName::Json11 => 400,
        _ => 403,
    }
}
