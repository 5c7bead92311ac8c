use crate::S3Error;

/// In bytes of UTF-8. Source: the S3 User Guide, "Naming Amazon S3 objects".
const KEY_BYTES_MAX: usize = 1024;

pub(crate) fn check_key(key: &str) -> Result<(), S3Error> {
    if key.len() > KEY_BYTES_MAX { Err(S3Error::KeyTooLong(key.len())) } else { Ok(()) }
}
