//! Which web pages may use a bucket.

use serde::{Deserialize, Serialize};

use super::store::{SubResource, read};
use crate::{S3, S3Error};

/// Source: the S3 API reference.
const RULES_MAX: usize = 100;
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct CorsConfiguration {
    pub(crate) rules: Vec<CorsRule>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CorsRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// With one `*` at most, as origins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_headers: Vec<String>,
    pub(crate) allowed_methods: Vec<String>,
    pub(crate) allowed_origins: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) expose_headers: Vec<String>,
    /// In seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CorsError {
    /// No rule, too many, or one without methods or origins.
    #[error("the rules are none of the schema")]
    Malformed,
    #[error("{0:?} is no method that S3 knows")]
    Method(String),
    #[error("{value:?} has more than one wildcard")]
    Wildcards { member: &'static str, value: String },
    #[error("{0:?} has a wildcard")]
    ExposedWildcard(String),
}

impl SubResource for CorsConfiguration {
    const NAME: &'static str = "cors";
}

impl CorsConfiguration {
    pub(crate) fn parse(rules: Vec<CorsRule>) -> Result<Self, CorsError> {
        if rules.is_empty() || rules.len() > RULES_MAX {
            return Err(CorsError::Malformed);
        }
        rules.iter().try_for_each(CorsRule::check)?;
        Ok(Self { rules })
    }

    /// The rule that allows a request, the first one if there are several.
    pub(crate) fn allowing(&self, request: &CorsRequest<'_>) -> Option<&CorsRule> {
        self.rules.iter().find(|rule| rule.allows(request))
    }
}

impl S3 {
    /// Of a bucket, whosever it is: browsers ask without saying who they are. `None`: there are no rules, or no bucket.
    pub(crate) async fn cors(&self, bucket: &str) -> Result<Option<CorsConfiguration>, S3Error> {
        self.buckets.bucket(bucket).await?.map_or(Ok(None), |bucket| read(&bucket))
    }
}

/// What a browser asks for a page, or does for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CorsRequest<'a> {
    pub(crate) origin: &'a str,
    pub(crate) method: &'a str,
    /// Those of a preflight's `Access-Control-Request-Headers`.
    pub(crate) headers: Vec<&'a str>,
}

impl CorsRule {
    fn check(&self) -> Result<(), CorsError> {
        if self.allowed_methods.is_empty() || self.allowed_origins.is_empty() {
            return Err(CorsError::Malformed);
        }
        if let Some(other) = self.allowed_methods.iter().find(|method| !METHODS.contains(&method.as_str())) {
            return Err(CorsError::Method(other.clone()));
        }
        one_wildcard("AllowedOrigin", &self.allowed_origins)?;
        one_wildcard("AllowedHeader", &self.allowed_headers)?;
        match self.expose_headers.iter().find(|header| header.contains('*')) {
            Some(header) => Err(CorsError::ExposedWildcard(header.clone())),
            None => Ok(()),
        }
    }

    fn allows(&self, request: &CorsRequest<'_>) -> bool {
        let allows_header = |header: &&str| {
            let header = header.to_ascii_lowercase();
            self.allowed_headers.iter().any(|allowed| matches(&allowed.to_ascii_lowercase(), &header))
        };
        self.allowed_methods.iter().any(|method| method == request.method)
            && self.allowed_origins.iter().any(|origin| matches(origin, request.origin))
            && request.headers.iter().all(allows_header)
    }

    /// Whether it is for whoever asks, so that the answer need not say whom.
    pub(crate) fn allows_all_origins(&self) -> bool {
        self.allowed_origins.iter().any(|origin| origin == "*")
    }
}

fn one_wildcard(member: &'static str, values: &[String]) -> Result<(), CorsError> {
    match values.iter().find(|value| value.matches('*').count() > 1) {
        Some(value) => Err(CorsError::Wildcards { member, value: value.clone() }),
        None => Ok(()),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((begin, end)) => {
            text.len() >= begin.len() + end.len() && text.starts_with(begin) && text.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn rule(origin: &str, method: &str, header: &str) -> CorsRule {
        CorsRule {
            allowed_origins: texts(&[origin]),
            allowed_methods: texts(&[method]),
            allowed_headers: texts(&[header]),
            ..CorsRule::default()
        }
    }

    fn request<'a>(origin: &'a str, method: &'a str, headers: &[&'a str]) -> CorsRequest<'a> {
        CorsRequest { origin, method, headers: headers.to_vec() }
    }

    #[test]
    fn the_first_rule_that_fits_counts() {
        let rules = [rule("https://*.example.com", "PUT", "x-amz-*"), rule("*", "GET", "")];
        let cors = CorsConfiguration::parse(rules.to_vec()).unwrap();
        let put = request("https://a.example.com", "PUT", &["X-Amz-Date", "x-amz-acl"]);
        assert_eq!(cors.allowing(&put), Some(&rules[0]));
        assert_eq!(cors.allowing(&request("https://a.example.com", "PUT", &["content-type"])), None);
        assert_eq!(cors.allowing(&request("http://a.example.com", "PUT", &[])), None);
        assert_eq!(cors.allowing(&request("http://other", "GET", &[])), Some(&rules[1]));
        assert_eq!(cors.allowing(&request("http://other", "DELETE", &[])), None);
    }

    #[test]
    fn rules_that_are_not_taken() {
        let refused = |rule: CorsRule| CorsConfiguration::parse(vec![rule]).unwrap_err();
        assert_eq!(CorsConfiguration::parse(vec![]), Err(CorsError::Malformed));
        assert_eq!(refused(CorsRule::default()), CorsError::Malformed);
        assert_eq!(refused(rule("*", "PATCH", "*")), CorsError::Method("PATCH".to_owned()));
        let wildcards = |member, value: &str| CorsError::Wildcards { member, value: value.to_owned() };
        assert_eq!(refused(rule("http://*.*", "GET", "*")), wildcards("AllowedOrigin", "http://*.*"));
        assert_eq!(refused(rule("*", "GET", "**")), wildcards("AllowedHeader", "**"));
        let exposed = CorsRule { expose_headers: texts(&["*"]), ..rule("*", "GET", "*") };
        assert_eq!(refused(exposed), CorsError::ExposedWildcard("*".to_owned()));
        assert_eq!(CorsConfiguration::parse(vec![rule("*", "GET", "*"); 101]), Err(CorsError::Malformed));
    }

    proptest! {
        #[test]
        fn a_wildcard_stands_for_anything(begin in "[ab]{0,3}", end in "[ab]{0,3}", middle in "[abc]{0,3}") {
            let (pattern, text) = (format!("{begin}*{end}"), format!("{begin}{middle}{end}"));
            prop_assert!(matches(&pattern, &text));
            prop_assert_eq!(matches(&text, &begin), text == begin);
        }
    }
}
