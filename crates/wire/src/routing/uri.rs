//! URI templates such as `/2015-03-31/functions/{FunctionName}/policy/{StatementId}?List=ALL`.

use percent_encoding::percent_decode_str;

/// Parsed once, when the server starts.
#[derive(Debug)]
pub(crate) struct Template {
    segments: Vec<Segment>,
    is_greedy: bool,
    /// The parameters that the query must have.
    query: Vec<(&'static str, &'static str)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    Label(&'static str),
    /// `{Key+}` takes all the rest.
    Greedy(&'static str),
}

pub(crate) type Labels = Vec<(&'static str, String)>;

impl Template {
    pub(crate) fn parse(uri: &'static str) -> Self {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let query = parameters(query).collect();
        let segments: Vec<Segment> = segments(path).map(Segment::parse).collect();
        let is_greedy = matches!(segments.last(), Some(Segment::Greedy(_)));
        Self { segments, is_greedy, query }
    }

    /// Whether a path of so many segments can match: rules out most templates at no cost.
    pub(crate) fn fits(&self, length: usize) -> bool {
        length == self.segments.len() || (self.is_greedy && length + 1 >= self.segments.len())
    }

    /// How much of `path` the template spells out, if it matches: the more, the better the match.
    pub(crate) fn matches(&self, path: &str, query: &str) -> Option<usize> {
        let literals = self.matches_path(path)?;
        let has_all = self.query.iter().all(|required| parameters(query).any(|found| found == *required));
        has_all.then_some(literals + self.query.len())
    }

    fn matches_path(&self, path: &str) -> Option<usize> {
        let mut found = segments(path);
        let mut literals = 0;
        for segment in &self.segments {
            if let Segment::Greedy(_) = segment {
                return (!rest(path, self.segments.len() - 1).is_empty()).then_some(literals);
            }
            let part = found.next()?;
            match segment {
                Segment::Literal(literal) if *literal == part => literals += 1,
                Segment::Literal(_) => return None,
                Segment::Label(_) | Segment::Greedy(_) => {}
            }
        }
        found.next().is_none().then_some(literals)
    }

    /// The parameters without a value that the query must have, which name a part of what the path names: `?acl`.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.query.iter().filter(|(_, value)| value.is_empty()).map(|(name, _)| *name)
    }

    pub(crate) fn has_query(&self) -> bool {
        !self.query.is_empty()
    }

    /// What the labels stand for in a path that matches.
    pub(crate) fn labels(&self, path: &str) -> Labels {
        let mut labels = Vec::new();
        let mut found = segments(path);
        for (index, segment) in self.segments.iter().enumerate() {
            let part = found.next().unwrap_or_default();
            match segment {
                Segment::Literal(_) => {}
                Segment::Label(name) => labels.push((*name, decode(part))),
                Segment::Greedy(name) => labels.push((*name, decode(rest(path, index)))),
            }
        }
        labels
    }
}

impl Segment {
    fn parse(text: &'static str) -> Self {
        match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            None => Self::Literal(text),
            Some(name) => name.strip_suffix('+').map_or(Self::Label(name), Self::Greedy),
        }
    }
}

/// Without the empty ones at the start and the end: clients disagree on the last slash. `/` has none.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').filter(move |_| !path.is_empty())
}

/// What follows the first `count` segments, with every slash that it has: keys may begin and end with one.
fn rest(path: &str, count: usize) -> &str {
    let path = path.strip_prefix('/').unwrap_or(path);
    (0..count).fold(path, |rest, _| rest.split_once('/').map_or("", |(_, rest)| rest))
}

/// Each with its value, which may be missing.
pub(crate) fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

pub(crate) fn length(path: &str) -> usize {
    segments(path).count()
}

fn decode(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(template: &'static str, path: &str) -> Option<Labels> {
        let template = Template::parse(template);
        template.matches(path, "").map(|_| template.labels(path))
    }

    #[test]
    fn a_label_is_one_segment_decoded_after_the_split() {
        const POLICY: &str = "/2015-03-31/functions/{FunctionName}/policy";
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:fn";
        let encoded = format!("/2015-03-31/functions/{}/policy", arn.replace(':', "%3A"));
        assert_eq!(labels(POLICY, &encoded), Some(vec![("FunctionName", arn.to_owned())]));
        let slash = labels(POLICY, "/2015-03-31/functions/a%2Fb/policy");
        assert_eq!(slash, Some(vec![("FunctionName", "a/b".to_owned())]));
        assert_eq!(labels(POLICY, "/2015-03-31/functions/a/b/policy"), None);
    }

    #[test]
    fn the_last_slash_does_not_matter() {
        assert_eq!(labels("/2015-03-31/functions/", "/2015-03-31/functions"), Some(vec![]));
        assert_eq!(labels("/2015-03-31/functions", "/2015-03-31/functions/"), Some(vec![]));
        assert_eq!(labels("/", "/"), Some(vec![]));
        assert_eq!(labels("/", "/x"), None);
    }

    #[test]
    fn a_greedy_label_takes_all_the_rest() {
        assert_eq!(labels("/{Key+}", "/a/b%20c"), Some(vec![("Key", "a/b c".to_owned())]));
        let key = |path| labels("/{Bucket}/{Key+}", path).map(|labels| labels[1].1.clone());
        assert_eq!(key("/b/folder/"), Some("folder/".to_owned()));
        assert_eq!(key("/b//x//y/../z"), Some("/x//y/../z".to_owned()));
        assert_eq!(key("/b//"), Some("/".to_owned()));
        assert_eq!(key("/b/%2F%2f"), Some("//".to_owned()));
        assert_eq!(key("/b/"), None);
        assert_eq!(key("/b"), None);
        assert_eq!(labels("/{Bucket}", "/b//"), None);
        assert_eq!(labels("/{Bucket}", "/"), None);
    }

    #[test]
    fn a_template_may_demand_a_parameter() {
        let find = Template::parse("/2018-10-31/layers?find=LayerVersion");
        let list = Template::parse("/2018-10-31/layers");
        let path = "/2018-10-31/layers";
        assert_eq!(find.matches(path, "Arn=x"), None);
        assert!(
            find.matches(path, "find=LayerVersion&Arn=x") > list.matches(path, "find=LayerVersion&Arn=x")
        );
    }

    proptest! {
        #[test]
        fn a_label_comes_back_as_it_was_encoded(label in ".{1,40}") {
            let encoded = percent_encoding::utf8_percent_encode(&label, percent_encoding::NON_ALPHANUMERIC);
            let path = format!("/functions/{encoded}/policy");
            prop_assert_eq!(labels("/functions/{Name}/policy", &path), Some(vec![("Name", label)]));
        }

        #[test]
        fn any_path_is_matched_or_not_without_a_panic(path in ".{0,60}") {
            let _ = labels("/functions/{Name}/policy/{Rest+}", &path);
        }
    }
}
