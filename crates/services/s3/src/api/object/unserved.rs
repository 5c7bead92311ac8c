//! What a request may ask of an object that Hob does not do.

use crate::S3Error;

/// Only S3's own encryption can be asked for: there are no other keys.
pub(in crate::api) fn check_encryption(algorithm: Option<&str>) -> Result<(), S3Error> {
    match algorithm {
        None | Some("AES256") => Ok(()),
        Some(_) => Err(S3Error::Unserved("Server-side encryption other than AES256 (there is no KMS)")),
    }
}

/// For requests that may come with an encryption key of the caller's.
macro_rules! refuse_customer_keys {
    ($input:expr) => {{
        let keys = [&$input.sse_customer_algorithm, &$input.sse_customer_key, &$input.sse_customer_key_md5];
        if keys.iter().any(|key| key.is_some()) {
            Err($crate::S3Error::Unserved("Server-side encryption with customer-provided keys"))
        } else {
            Ok(())
        }
    }};
}

/// For requests that make objects.
macro_rules! refuse_locks {
    ($input:expr) => {{
        let locks = $input.object_lock_mode.is_some()
            || $input.object_lock_retain_until_date.is_some()
            || $input.object_lock_legal_hold_status.is_some()
            || $input.object_lock_event_hold.is_some()
            || $input.object_lock_event_hold_duration_days.is_some()
            || $input.object_lock_event_hold_duration_years.is_some();
        let kms = $input.ssekms_key_id.is_some()
            || $input.ssekms_encryption_context.is_some()
            || $input.bucket_key_enabled == Some(true);
        if locks {
            Err($crate::S3Error::Unserved("Object Lock"))
        } else if kms {
            Err($crate::S3Error::Unserved("Server-side encryption with KMS keys"))
        } else if $input.website_redirect_location.is_some() {
            Err($crate::S3Error::Unserved("x-amz-website-redirect-location"))
        } else {
            Ok(())
        }
    }};
}

pub(in crate::api) use {refuse_customer_keys, refuse_locks};
