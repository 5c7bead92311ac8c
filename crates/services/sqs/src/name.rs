//! How queues are named: by a name, a URL, an ARN.

use hob_types::{AccountId, QueueArn, Region};

use crate::SqsError;

/// What ends the names of FIFO queues.
const FIFO: &str = ".fifo";
/// In characters, with the ending.
const NAME_MAX: usize = 80;

/// Whether a new queue may have that name.
pub(crate) fn check(name: &str, fifo: bool) -> Result<(), SqsError> {
    let stem = if fifo { name.strip_suffix(FIFO) } else { Some(name) };
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match stem {
        Some(stem) if !stem.is_empty() && name.len() <= NAME_MAX && stem.bytes().all(legal) => Ok(()),
        _ => Err(SqsError::InvalidName { fifo }),
    }
}

/// The queue that a URL names, whatever its host: `http://HOST/ACCOUNT/NAME`. A path and a bare name will do.
pub(crate) fn of_url(url: &str, account: &AccountId, region: &Region) -> Result<QueueArn, SqsError> {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => url.strip_prefix('/').unwrap_or(url),
    };
    let invalid = || SqsError::InvalidUrl(url.to_owned());
    let (owner, name) = match path.trim_end_matches('/').rsplit_once('/') {
        Some((before, name)) => {
            let owner = before.rsplit('/').next().unwrap_or_default();
            (owner.parse().map_err(|_| invalid())?, name)
        }
        None if path.is_empty() || url.contains("://") => return Err(invalid()),
        None => (account.clone(), path),
    };
    if owner != *account {
        return Err(SqsError::OtherAccount { url: url.to_owned() });
    }
    Ok(QueueArn { region: region.clone(), account: owner, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(url: &str) -> Result<String, SqsError> {
        of_url(url, &AccountId::local(), &Region::local()).map(|queue| queue.to_string())
    }

    #[test]
    fn a_url_names_a_queue_whatever_its_host() {
        for url in [
            "http://localhost:3000/000000000000/orders",
            "https://sqs.us-east-1.amazonaws.com/000000000000/orders",
            "https://us-east-1.queue.amazonaws.com/000000000000/orders/",
            "http://localhost:3000/queue/000000000000/orders",
            "/000000000000/orders",
            "orders",
        ] {
            assert_eq!(named(url).unwrap(), "arn:aws:sqs:us-east-1:000000000000:orders", "{url}");
        }
    }

    #[test]
    fn what_names_no_queue_is_refused() {
        for url in ["", "/", "http://localhost", "http://localhost/orders", "http://localhost/1/orders"] {
            assert!(matches!(named(url), Err(SqsError::InvalidUrl(_))), "{url}");
        }
        let other = named("http://localhost/111111111111/orders");
        assert!(matches!(other, Err(SqsError::OtherAccount { .. })));
    }

    #[test]
    fn a_name_has_eighty_letters_digits_hyphens_and_underscores() {
        assert!(check("orders_2026-01", false).is_ok());
        assert!(check(&"x".repeat(80), false).is_ok());
        for bad in ["", "a.b", "a b", "ä", &"x".repeat(81), "orders.fifo"] {
            assert!(check(bad, false).is_err(), "{bad}");
        }
        assert!(check("orders.fifo", true).is_ok());
        for bad in ["orders", ".fifo", &format!("{}.fifo", "x".repeat(76))] {
            assert!(check(bad, true).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(url: String) {
            let _ = named(&url);
        }
    }
}
