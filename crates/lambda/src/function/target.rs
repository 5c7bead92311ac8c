//! Which function, and which of its versions, a caller means.

use hob_types::{
    AccountId, FunctionArn, FunctionName, FunctionReference, InvalidFunctionName, InvalidFunctionReference,
    QualifiedFunctionArn, Qualifier, Region, Version,
};

/// A function of the caller's own account and region, with the qualifier that was given, in whatever place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) function: FunctionArn,
    /// As given: it may name nothing that exists.
    pub(crate) qualifier: Option<String>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    /// No function can have this name.
    #[error("{arn} cannot exist")]
    NoSuchName {
        /// What the function's ARN would be.
        arn: String,
    },
    #[error("the name {given} is longer than {} characters", FunctionName::LENGTH_MAX)]
    NameTooLong { given: String, arn: String },
    #[error("functions of {asked} are not reachable from {here}")]
    OtherRegion { asked: Region, here: Region },
    #[error("the function is another account's")]
    OtherAccount,
    #[error("the name and the parameter have different qualifiers")]
    QualifierMismatch,
}

impl Target {
    /// `name` is what AWS calls `FunctionName`: a name, part of an ARN or all of it, perhaps with a qualifier;
    /// `qualifier` is the parameter beside it.
    pub(crate) fn resolve(
        region: &Region,
        account: &AccountId,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<Self, TargetError> {
        let reference: FunctionReference =
            name.parse().map_err(|error| no_such_name(region, account, name, error))?;
        if reference.account.is_some_and(|given| given != *account) {
            return Err(TargetError::OtherAccount);
        }
        if let Some(asked) = reference.region.filter(|given| given != region) {
            return Err(TargetError::OtherRegion { asked, here: region.clone() });
        }
        let qualifier = match (reference.qualifier, qualifier) {
            (Some(named), Some(given)) if named != given => return Err(TargetError::QualifierMismatch),
            (named, given) => named.or_else(|| given.map(str::to_owned)),
        };
        let function = FunctionArn { region: region.clone(), account: account.clone(), name: reference.name };
        Ok(Self { function, qualifier })
    }

    /// One version of a function.
    pub(crate) fn of(function: &FunctionArn, version: Version) -> Self {
        Self { function: function.clone(), qualifier: Some(version.to_string()) }
    }

    /// Whether `$LATEST` is meant.
    pub(crate) fn is_latest(&self) -> bool {
        self.parsed_qualifier() == Some(Qualifier::Version(Version::Latest))
    }

    /// `$LATEST` where none was given. `None`: the one that was given can name nothing.
    pub(crate) fn parsed_qualifier(&self) -> Option<Qualifier> {
        match self.qualifier.as_deref() {
            None => Some(Qualifier::Version(Version::Latest)),
            Some(given) => given.parse().ok(),
        }
    }

    /// The ARN with the qualifier that is meant when none is given.
    pub(crate) fn qualified_arn(&self) -> String {
        let given = self.qualifier.as_deref();
        format!("{}:{}", self.function, given.unwrap_or("$LATEST"))
    }

    /// The ARN as the caller named the function: with a qualifier only if one was given.
    pub(crate) fn arn(&self) -> String {
        match &self.qualifier {
            Some(qualifier) => format!("{}:{qualifier}", self.function),
            None => self.function.to_string(),
        }
    }
}

impl From<&QualifiedFunctionArn> for Target {
    fn from(arn: &QualifiedFunctionArn) -> Self {
        let qualifier = arn.qualifier.as_ref().map(ToString::to_string);
        Self { function: arn.function.clone(), qualifier }
    }
}

fn no_such_name(
    region: &Region,
    account: &AccountId,
    given: &str,
    error: InvalidFunctionReference,
) -> TargetError {
    let arn = match given {
        arn if arn.starts_with("arn:") => arn.to_owned(),
        name => format!("arn:aws:lambda:{region}:{account}:function:{name}"),
    };
    match error {
        InvalidFunctionReference::Name(InvalidFunctionName::TooLong) => {
            TargetError::NameTooLong { given: given.to_owned(), arn }
        }
        InvalidFunctionReference::Name(InvalidFunctionName::Malformed)
        | InvalidFunctionReference::Malformed => TargetError::NoSuchName { arn },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:fn";

    fn resolve(name: &str, qualifier: Option<&str>) -> Result<String, TargetError> {
        Target::resolve(&Region::local(), &AccountId::local(), name, qualifier).map(|target| target.arn())
    }

    #[test]
    fn a_qualifier_in_the_name_and_in_the_parameter_must_agree() {
        assert_eq!(resolve("fn", None), Ok(ARN.to_owned()));
        assert_eq!(resolve("fn", Some("$LATEST")), Ok(format!("{ARN}:$LATEST")));
        assert_eq!(resolve("fn:PROD", None), Ok(format!("{ARN}:PROD")));
        assert_eq!(resolve("fn:PROD", Some("PROD")), Ok(format!("{ARN}:PROD")));
        assert_eq!(resolve("fn:PROD", Some("BETA")), Err(TargetError::QualifierMismatch));
    }

    #[test]
    fn only_the_callers_own_account_and_region_are_reachable() {
        assert_eq!(resolve("111111111111:function:fn", None), Err(TargetError::OtherAccount));
        let elsewhere = "arn:aws:lambda:eu-west-1:000000000000:function:fn";
        assert!(matches!(resolve(elsewhere, None), Err(TargetError::OtherRegion { .. })));
    }

    #[test]
    fn a_name_that_no_function_can_have_is_reported_as_it_was_given() {
        let arn = |name: &str| format!("arn:aws:lambda:us-east-1:000000000000:function:{name}");
        assert_eq!(resolve("a.b", None), Err(TargetError::NoSuchName { arn: arn("a.b") }));
        let given = "x".repeat(65);
        let arn = arn(&given);
        assert_eq!(resolve(&given, None), Err(TargetError::NameTooLong { given, arn }));
    }

    #[test]
    fn only_the_exact_spelling_of_latest_means_it() {
        let latest = |qualifier| {
            Target::resolve(&Region::local(), &AccountId::local(), "fn", qualifier).unwrap().is_latest()
        };
        assert!(latest(None));
        assert!(latest(Some("$LATEST")));
        assert!(!latest(Some("$latest")));
        assert!(!latest(Some("1")));
    }
}
