/// In characters. Source: RFC 2046, section 5.1.1.
const LENGTH_MAX: usize = 70;

/// What separates the parts of a form, from its `Content-Type`. `None`: that is none of a form.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    let (media_type, parameters) = content_type.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let (_, value) = named.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let is_fine =
        (1..=LENGTH_MAX).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    is_fine.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_may_be_quoted() {
        let expected = Some("a-b".to_owned());
        assert_eq!(boundary("multipart/form-data; boundary=a-b"), expected);
        assert_eq!(boundary("Multipart/Form-Data;charset=utf-8; Boundary=\"a-b\""), expected);
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("multipart/form-data; boundary="), None);
        assert_eq!(boundary("multipart/mixed; boundary=a"), None);
        assert_eq!(boundary(&format!("multipart/form-data; boundary={}", "x".repeat(71))), None);
    }
}
