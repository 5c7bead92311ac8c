use std::fmt;
use std::str::FromStr;

use hob_storage::Owner;
use hob_types::{AccountId, Region};

/// Something that may bear tags, by its ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taggable {
    pub(crate) owner: Owner,
    pub(crate) kind: TaggableKind,
    pub(crate) name: String,
    /// Only functions have versions; they bear no tags of their own.
    pub(crate) qualifier: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaggableKind {
    Function,
    EventSourceMapping,
    CodeSigningConfig,
    CapacityProvider,
    NetworkConnector,
}

impl TaggableKind {
    const ALL: [Self; 5] = [
        Self::Function,
        Self::EventSourceMapping,
        Self::CodeSigningConfig,
        Self::CapacityProvider,
        Self::NetworkConnector,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::EventSourceMapping => "event-source-mapping",
            Self::CodeSigningConfig => "code-signing-config",
            Self::CapacityProvider => "capacity-provider",
            Self::NetworkConnector => "network-connector",
        }
    }
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the ARN of something that may bear tags")]
pub(crate) struct NotTaggable;

impl FromStr for Taggable {
    type Err = NotTaggable;

    fn from_str(arn: &str) -> Result<Self, NotTaggable> {
        let parts: Vec<&str> = arn.split(':').collect();
        let ["arn", _, "lambda", region, account, kind, name, rest @ ..] = parts.as_slice() else {
            return Err(NotTaggable);
        };
        let account: AccountId = account.parse().map_err(|_| NotTaggable)?;
        let region: Region = region.parse().map_err(|_| NotTaggable)?;
        let kind = TaggableKind::ALL.into_iter().find(|known| known.as_str() == *kind).ok_or(NotTaggable)?;
        let qualifier = match rest {
            [] => None,
            [qualifier] if kind == TaggableKind::Function => Some((*qualifier).to_owned()),
            _ => return Err(NotTaggable),
        };
        Ok(Self { owner: Owner { account, region }, kind, name: (*name).to_owned(), qualifier })
    }
}

/// Without the qualifier.
impl fmt::Display for Taggable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Owner { region, account } = &self.owner;
        write!(f, "arn:aws:lambda:{region}:{account}:{}:{}", self.kind.as_str(), self.name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:fn";

    #[test]
    fn an_arn_says_what_bears_the_tags() {
        let function: Taggable = FUNCTION.parse().unwrap();
        assert_eq!((function.kind, function.to_string()), (TaggableKind::Function, FUNCTION.to_owned()));
        let version: Taggable = format!("{FUNCTION}:1").parse().unwrap();
        assert_eq!((version.qualifier.as_deref(), version.to_string()), (Some("1"), FUNCTION.to_owned()));
        for bad in [
            "fn",
            "arn:aws:lambda:us-east-1:000000000000:layer:l",
            "arn:aws:lambda:us-east-1:1:function:fn",
            "arn:aws:lambda:us-east-1:000000000000:capacity-provider:p:1",
            "arn:aws:s3:us-east-1:000000000000:function:fn",
        ] {
            assert_eq!(bad.parse::<Taggable>(), Err(NotTaggable), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in ".{0,200}") {
            let _ = text.parse::<Taggable>();
        }
    }
}
