//! URI templates such as `/2015-03-31/functions/{FunctionName}/policy/{StatementId}?List=ALL`.

use percent_encoding::percent_decode_str;

/// Parsed once, when the server starts.
#[derive(Debug)]
pub(crate) struct Template {
    segments: Vec<Segment>,
    is_greedy: bool,
    /// A parameter that the query must have.
    query: Option<(&'static str, &'static str)>,
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
        let query = (!query.is_empty()).then(|| query.split_once('=').unwrap_or((query, "")));
        let segments: Vec<Segment> = segments(path).map(Segment::parse).collect();
        let is_greedy = matches!(segments.last(), Some(Segment::Greedy(_)));
        Self { segments, is_greedy, query }
    }

    /// Whether a path of so many segments can match: rules out most templates at no cost.
    pub(crate) fn fits(&self, length: usize) -> bool {
        length == self.segments.len() || (self.is_greedy && length > self.segments.len())
    }

    /// How much of `path` the template spells out, if it matches: the more, the better the match.
    pub(crate) fn matches(&self, path: &str, query: &str) -> Option<usize> {
        let mut found = segments(path);
        let mut literals = 0;
        for segment in &self.segments {
            let part = found.next()?;
            match segment {
                Segment::Literal(literal) if *literal == part => literals += 1,
                Segment::Literal(_) => return None,
                Segment::Label(_) => {}
                Segment::Greedy(_) => return Some(literals),
            }
        }
        if found.next().is_some() {
            return None;
        }
        match self.query {
            None => Some(literals),
            Some(required) => has_parameter(query, required).then_some(literals + 1),
        }
    }

    /// What the labels stand for in a path that matches.
    pub(crate) fn labels(&self, path: &str) -> Labels {
        let mut labels = Vec::new();
        let mut found = segments(path);
        for segment in &self.segments {
            let part = found.next().unwrap_or_default();
            match segment {
                Segment::Literal(_) => {}
                Segment::Label(name) => labels.push((*name, decode(part))),
                Segment::Greedy(name) => {
                    let rest = found.by_ref().fold(part.to_owned(), |rest, part| rest + "/" + part);
                    labels.push((*name, decode(&rest)));
                }
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

/// Without the empty ones at the start and the end: clients disagree on the last slash.
fn segments(path: &str) -> std::str::Split<'_, char> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/')
}

pub(crate) fn length(path: &str) -> usize {
    segments(path).count()
}

fn has_parameter(query: &str, (name, value): (&str, &str)) -> bool {
    query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).any(|pair| pair == (name, value))
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
