//! What a part of a form says of itself.

/// A part's headers, as far as they count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PartHeaders {
    pub(super) name: String,
    /// Of a file, without directories.
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
}

impl PartHeaders {
    /// `None`: they are none of a part of a form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut disposition = None;
        let mut content_type = None;
        for line in text.split("\r\n").filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':')?;
            match name.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => disposition = Some(value.trim()),
                "content-type" => content_type = Some(value.trim().to_owned()),
                _ => {}
            }
        }
        let (kind, parameters) = disposition?.split_once(';')?;
        let parameters = parameters_of(parameters)?;
        let parameter =
            |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        let name = parameter("name").filter(|_| kind.trim().eq_ignore_ascii_case("form-data"))?;
        let file_name = parameter("filename").map(|name| base_name(&name).to_owned());
        Some(Self { name, file_name, content_type })
    }
}

/// `; name="value"; other=value`: quoted values may hold semicolons and escaped quotes.
fn parameters_of(mut text: &str) -> Option<Vec<(String, String)>> {
    let mut parameters = Vec::new();
    loop {
        text = text.trim_start_matches([' ', '\t', ';']);
        if text.is_empty() {
            return Some(parameters);
        }
        let (name, rest) = text.split_once('=')?;
        let (value, rest) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let end = rest.find(';').unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        parameters.push((name.trim().to_ascii_lowercase(), value));
        text = rest;
    }
}

/// A value whose first quote is behind, and what follows its last.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            // Browsers escape quotes alone; a backslash before anything else is one of a Windows path.
            '\\' if text[at + 1..].starts_with('"') => {
                value.extend(characters.next().map(|(_, quote)| quote))
            }
            other => value.push(other),
        }
    }
    None
}

/// Some browsers send the whole path.
fn base_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Option<(String, Option<String>, Option<String>)> {
        PartHeaders::parse(text).map(|headers| (headers.name, headers.file_name, headers.content_type))
    }

    #[test]
    fn names_are_quoted_or_not() {
        let headers = "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\a;b\\\"c.txt\"\r\n\
                       Content-Type: text/plain\r\n";
        let expected = ("file".to_owned(), Some("a;b\"c.txt".to_owned()), Some("text/plain".to_owned()));
        assert_eq!(parse(headers), Some(expected));
        assert_eq!(parse("content-disposition: form-data; name=key"), Some(("key".to_owned(), None, None)));
        assert_eq!(parse("Content-Disposition: attachment; name=key"), None);
        assert_eq!(parse("Content-Type: text/plain"), None);
        assert_eq!(parse("Content-Disposition: form-data; name=\"key"), None);
    }

    proptest! {
        #[test]
        fn any_headers_are_parsed_or_refused_without_a_panic(text in ".{0,100}") {
            let _ = PartHeaders::parse(&text);
            let _ = PartHeaders::parse(&format!("Content-Disposition: form-data; {text}"));
        }
    }
}
