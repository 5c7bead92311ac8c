//! Hosts that begin with a name that users choose: `bucket.s3.eu-west-1.amazonaws.com`, `bucket.localhost`.

/// Under which AWS's own hosts, and the server's, stand.
const DOMAINS: [&str; 4] = ["localhost", "amazonaws.com", "amazonaws.com.cn", "api.aws"];

/// The chosen name, if the host begins with one. `prefix` is the service's label, such as `s3`; `own` are the hosts that
/// this server has besides. `host` is without a port.
pub(crate) fn chosen_name(host: &str, prefix: &str, own: &[String]) -> Option<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let (first, rest) = host.split_once('.')?;
    let name = match after_prefix(&host, prefix, own) {
        Some(before) => before,
        None if is_service(first, prefix) && is_domain(rest, own) => return None,
        None => below_own(&host, own)?,
    };
    is_name(name).then(|| name.to_owned())
}

/// Whether a host is an allowed one with a name before it. Whoever owns the one owns the other, so no page of somebody
/// else's can be there.
pub(crate) fn is_below(host: &str, allowed: &str) -> bool {
    let allowed = allowed.to_ascii_lowercase();
    host.strip_suffix(&allowed).and_then(|before| before.strip_suffix('.')).is_some_and(is_name)
}

/// What a bucket can be called.
pub(crate) fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_end =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let is_inner = |byte: &u8| is_end(Some(byte)) || matches!(byte, b'-' | b'.');
    (3..=63).contains(&bytes.len())
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes.iter().all(is_inner)
        && !text.contains("..")
}

/// What stands before the service's label, the last one of that name: `s3.`, `s3-eu-west-1.`, `s3.dualstack.eu-west-1.`
fn after_prefix<'h>(host: &'h str, prefix: &str, own: &[String]) -> Option<&'h str> {
    let mut end = host.len();
    while let Some(dot) = host[..end].rfind('.') {
        let label = &host[dot + 1..end];
        if is_service(label, prefix) && is_domain(&host[(end + 1).min(host.len())..], own) {
            return Some(&host[..dot]);
        }
        end = dot;
    }
    None
}

fn is_service(label: &str, prefix: &str) -> bool {
    label.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether the host has the service's own label, so that nobody else's is meant.
pub(crate) fn has_prefix(host: &str, prefix: &str, own: &[String]) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    after_prefix(&host, prefix, own).is_some_and(is_name)
}

/// A domain, after a region and what else AWS's hosts have before it.
fn is_domain(rest: &str, own: &[String]) -> bool {
    let own = own.iter().map(String::as_str);
    DOMAINS.into_iter().chain(own).any(|domain| {
        let Some(before) = rest.strip_suffix(domain) else { return false };
        before.is_empty() || (before.ends_with('.') && before.split('.').count() <= 3)
    })
}

/// A name directly before `localhost` or an allowed host, which is not an allowed host itself.
fn below_own<'h>(host: &'h str, own: &[String]) -> Option<&'h str> {
    if own.iter().any(|own| own.eq_ignore_ascii_case(host)) {
        return None;
    }
    let own = own.iter().map(String::as_str);
    std::iter::once("localhost").chain(own).find_map(|domain| {
        let (before, after) = host.split_at_checked(host.len().checked_sub(domain.len())?)?;
        if after.eq_ignore_ascii_case(domain) { before.strip_suffix('.') } else { None }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(host: &str) -> Option<String> {
        chosen_name(host, "s3", &["hob.internal".to_owned(), "x.hob.internal".to_owned()])
    }

    #[test]
    fn a_host_may_begin_with_a_bucket() {
        for host in [
            "photos.s3.eu-west-1.amazonaws.com",
            "photos.s3.amazonaws.com",
            "photos.s3-eu-west-1.amazonaws.com",
            "photos.s3.dualstack.eu-west-1.amazonaws.com",
            "photos.s3.cn-north-1.amazonaws.com.cn",
            "photos.s3.localhost",
            "photos.s3.us-east-1.localhost",
            "photos.localhost",
            "photos.hob.internal",
            "photos.s3.hob.internal",
            "PHOTOS.LOCALHOST.",
        ] {
            assert_eq!(name(host).as_deref(), Some("photos"), "{host}");
        }
        assert_eq!(name("my.s3.photos.s3.us-east-1.amazonaws.com").as_deref(), Some("my.s3.photos"));
        assert_eq!(name("my.photos.localhost").as_deref(), Some("my.photos"));
    }

    #[test]
    fn a_host_that_is_the_services_or_the_servers_names_no_bucket() {
        for host in [
            "s3.eu-west-1.amazonaws.com",
            "s3.localhost",
            "s3.us-east-1.localhost",
            "photos.s3.evil-localhost",
            "s3-eu-west-1.amazonaws.com",
            "localhost",
            "127.0.0.1",
            "hob.internal",
            "x.hob.internal",
            "photos.s3.evil.example",
            "photos.amazonaws.com",
            "a..b.localhost",
            "under_score.localhost",
        ] {
            assert_eq!(name(host), None, "{host}");
        }
    }

    proptest! {
        #[test]
        fn any_host_is_read_without_a_panic(host in "\\PC{0,40}") {
            let _ = name(&host);
            let _ = name(&format!("{host}.s3.localhost"));
        }
    }
}
