use std::fmt;
use std::str::FromStr;

use crate::{AccountId, FunctionName, InvalidFunctionName, Qualifier, Region};

/// Names one function: `arn:aws:lambda:REGION:ACCOUNT:function:NAME`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionArn {
    pub region: Region,
    pub account: AccountId,
    pub name: FunctionName,
}

/// A function with the version or alias that was asked for, if one was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QualifiedFunctionArn {
    pub function: FunctionArn,
    pub qualifier: Option<Qualifier>,
}

/// What callers may put where AWS says `FunctionName`: a name, `ACCOUNT:function:NAME`, or an ARN, each
/// with or without `:QUALIFIER`. The parts that were not given are the caller's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionReference {
    pub region: Option<Region>,
    pub account: Option<AccountId>,
    pub name: FunctionName,
    /// As given; see [`Qualifier`] for what it may mean. `None`: there was none.
    pub qualifier: Option<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFunctionReference {
    #[error("neither a function name nor a function ARN")]
    Malformed,
    #[error(transparent)]
    Name(#[from] InvalidFunctionName),
}

impl FromStr for FunctionReference {
    type Err = InvalidFunctionReference;

    /// A truncated ARN is read literally: `function` and `arn:aws:lambda:R:A:function` name a function
    /// called `function` (recorded from AWS).
    fn from_str(s: &str) -> Result<Self, InvalidFunctionReference> {
        let parts: Vec<&str> = s.split(':').collect();
        let (region, account, rest) = match parts.as_slice() {
            ["arn", partition, "lambda", region, account, rest @ ..] if partition.starts_with("aws") => {
                (Some(*region), Some(*account), rest)
            }
            [account, "function", name, rest @ ..] if is_account(account) && rest.len() < 2 => {
                return Self::from_parts(None, Some(account), name, rest.first().copied());
            }
            rest => (None, None, rest),
        };
        match rest {
            ["function", name] if region.is_some() => Self::from_parts(region, account, name, None),
            ["function", name, qualifier] => Self::from_parts(region, account, name, Some(qualifier)),
            [name] => Self::from_parts(region, account, name, None),
            [name, qualifier] => Self::from_parts(region, account, name, Some(qualifier)),
            _ => Err(InvalidFunctionReference::Malformed),
        }
    }
}

fn is_account(s: &str) -> bool {
    s.parse::<AccountId>().is_ok()
}

impl FunctionReference {
    fn from_parts(
        region: Option<&str>,
        account: Option<&str>,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<Self, InvalidFunctionReference> {
        if qualifier == Some("") {
            return Err(InvalidFunctionReference::Malformed);
        }
        Ok(Self {
            region: region.map(str::parse).transpose().map_err(|_| InvalidFunctionReference::Malformed)?,
            account: account.map(str::parse).transpose().map_err(|_| InvalidFunctionReference::Malformed)?,
            name: name.parse()?,
            qualifier: qualifier.map(str::to_owned),
        })
    }
}

impl FunctionArn {
    pub fn qualified(&self, qualifier: impl Into<Option<Qualifier>>) -> QualifiedFunctionArn {
        QualifiedFunctionArn { function: self.clone(), qualifier: qualifier.into() }
    }
}

impl fmt::Display for FunctionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.name)
    }
}

impl fmt::Display for QualifiedFunctionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.function.fmt(f)?;
        match &self.qualifier {
            Some(qualifier) => write!(f, ":{qualifier}"),
            None => Ok(()),
        }
    }
}

impl FromStr for QualifiedFunctionArn {
    type Err = InvalidFunctionReference;

    fn from_str(s: &str) -> Result<Self, InvalidFunctionReference> {
        let FunctionReference { region, account, name, qualifier } = s.parse()?;
        let (Some(region), Some(account)) = (region, account) else {
            return Err(InvalidFunctionReference::Malformed);
        };
        let qualifier = qualifier.map(|q| q.parse()).transpose();
        let qualifier = qualifier.map_err(|_| InvalidFunctionReference::Malformed)?;
        Ok(Self { function: FunctionArn { region, account, name }, qualifier })
    }
}

impl FromStr for FunctionArn {
    type Err = InvalidFunctionReference;

    fn from_str(s: &str) -> Result<Self, InvalidFunctionReference> {
        match s.parse()? {
            QualifiedFunctionArn { function, qualifier: None } => Ok(function),
            _ => Err(InvalidFunctionReference::Malformed),
        }
    }
}

crate::id::serde_as_text!(FunctionArn);
crate::id::serde_as_text!(QualifiedFunctionArn);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: (Option<&str>, Option<&str>, &str, Option<&str>)) {
        let found: FunctionReference = text.parse().expect(text);
        let found = (
            found.region.as_ref().map(Region::as_str),
            found.account.as_ref().map(AccountId::as_str),
            found.name.as_str(),
            found.qualifier.as_deref(),
        );
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn every_form_that_aws_accepts_is_understood() {
        const A: &str = "123456789012";
        check("fn", (None, None, "fn", None));
        check("fn:PROD", (None, None, "fn", Some("PROD")));
        check("123456789012:function:fn", (None, Some(A), "fn", None));
        check("123456789012:function:fn:7", (None, Some(A), "fn", Some("7")));
        check("arn:aws:lambda:eu-west-1:123456789012:function:fn", (Some("eu-west-1"), Some(A), "fn", None));
        check(
            "arn:aws:lambda:eu-west-1:123456789012:function:fn:$LATEST",
            (Some("eu-west-1"), Some(A), "fn", Some("$LATEST")),
        );
    }

    #[test]
    fn a_truncated_arn_names_a_function_called_function() {
        check("function", (None, None, "function", None));
        check(
            "arn:aws:lambda:eu-west-1:123456789012:function",
            (Some("eu-west-1"), Some("123456789012"), "function", None),
        );
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        for bad in
            ["", ":", "a:b:c:d", "fn:", "arn:aws:s3:::bucket", "arn:aws:lambda:eu-west-1:1:function:fn"]
        {
            assert!(bad.parse::<FunctionReference>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_printed_arn_parses_to_itself(
            name in "[a-zA-Z0-9_-]{1,64}",
            account in "[0-9]{12}",
            region in "[a-z]{2}-[a-z]{4,9}-[1-9]",
            qualifier in proptest::option::of("[a-zA-Z_-][a-zA-Z0-9_-]{0,20}"),
        ) {
            let function = FunctionArn {
                region: region.parse().unwrap(),
                account: account.parse().unwrap(),
                name: name.parse().unwrap(),
            };
            let arn = function.qualified(qualifier.map(|q| q.parse().unwrap()));
            prop_assert_eq!(arn.to_string().parse::<QualifiedFunctionArn>().unwrap(), arn);
        }

        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in ".{0,200}") {
            let _ = text.parse::<FunctionReference>();
        }
    }
}
