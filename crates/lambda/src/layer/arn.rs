//! Which layer, and which of its versions, a caller means.

use std::fmt;
use std::str::FromStr;

use hob_storage::Owner;
use hob_types::{AccountId, Region};

const NAME_LENGTH_MAX: usize = 140;

/// A layer of any account and region; it need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayerArn {
    pub(crate) region: Region,
    pub(crate) account: AccountId,
    pub(crate) name: String,
}

/// A layer's version; it need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LayerVersionArn {
    pub(crate) layer: LayerArn,
    pub(crate) version: u64,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LayerArnError {
    #[error("{0:?} names no layer")]
    Malformed(String),
    #[error("layers of {asked} are not reachable from {here}")]
    OtherRegion { asked: Region, here: Region },
    #[error("versions of layers count from 1")]
    VersionBelowOne,
}

impl LayerArn {
    /// `given` is what AWS calls `LayerName`: a name, or a layer's ARN.
    pub(crate) fn resolve(region: &Region, account: &AccountId, given: &str) -> Result<Self, LayerArnError> {
        if is_name(given) {
            return Ok(Self { region: region.clone(), account: account.clone(), name: given.to_owned() });
        }
        let layer: Self = given.parse()?;
        layer.in_region(region)
    }

    fn in_region(self, here: &Region) -> Result<Self, LayerArnError> {
        if self.region == *here {
            Ok(self)
        } else {
            Err(LayerArnError::OtherRegion { asked: self.region, here: here.clone() })
        }
    }

    pub(crate) fn of(owner: &Owner, name: &str) -> Self {
        Self { region: owner.region.clone(), account: owner.account.clone(), name: name.to_owned() }
    }

    pub(crate) fn owner(&self) -> Owner {
        Owner::new(&self.account, &self.region)
    }

    /// `number` is what AWS calls `VersionNumber`.
    pub(crate) fn version(self, number: i64) -> Result<LayerVersionArn, LayerArnError> {
        match u64::try_from(number) {
            Ok(version) if version > 0 => Ok(LayerVersionArn { layer: self, version }),
            _ => Err(LayerArnError::VersionBelowOne),
        }
    }
}

impl LayerVersionArn {
    /// `given` is the whole ARN.
    pub(crate) fn resolve(region: &Region, given: &str) -> Result<Self, LayerArnError> {
        let Self { layer, version } = given.parse()?;
        Ok(Self { layer: layer.in_region(region)?, version })
    }
}

fn is_name(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (1..=NAME_LENGTH_MAX).contains(&text.len()) && text.bytes().all(legal)
}

impl FromStr for LayerArn {
    type Err = LayerArnError;

    fn from_str(text: &str) -> Result<Self, LayerArnError> {
        let malformed = || LayerArnError::Malformed(text.to_owned());
        let parts: Vec<&str> = text.split(':').collect();
        let ["arn", partition, "lambda", region, account, "layer", name] = parts[..] else {
            return Err(malformed());
        };
        if !partition.starts_with("aws") || !is_name(name) {
            return Err(malformed());
        }
        Ok(Self {
            region: region.parse().map_err(|_| malformed())?,
            account: account.parse().map_err(|_| malformed())?,
            name: name.to_owned(),
        })
    }
}

impl FromStr for LayerVersionArn {
    type Err = LayerArnError;

    fn from_str(text: &str) -> Result<Self, LayerArnError> {
        let malformed = || LayerArnError::Malformed(text.to_owned());
        let (layer, version) = text.rsplit_once(':').ok_or_else(malformed)?;
        let version = version.parse().ok().filter(|version| *version > 0).ok_or_else(malformed)?;
        Ok(Self { layer: layer.parse().map_err(|_| malformed())?, version })
    }
}

impl fmt::Display for LayerArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:aws:lambda:{}:{}:layer:{}", self.region, self.account, self.name)
    }
}

impl fmt::Display for LayerVersionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.layer, self.version)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:layer:tools";

    fn resolve(given: &str) -> Result<String, LayerArnError> {
        LayerArn::resolve(&Region::local(), &AccountId::local(), given).map(|layer| layer.to_string())
    }

    #[test]
    fn a_layer_is_named_by_its_name_or_its_arn() {
        assert_eq!(resolve("tools"), Ok(ARN.to_owned()));
        assert_eq!(resolve(ARN), Ok(ARN.to_owned()));
        let of_other = ARN.replace("000000000000", "111111111111");
        assert_eq!(resolve(&of_other), Ok(of_other));
        assert!(matches!(
            resolve(&ARN.replace("us-east-1", "eu-west-1")),
            Err(LayerArnError::OtherRegion { .. })
        ));
    }

    #[test]
    fn what_names_no_layer_is_refused() {
        let long = "x".repeat(141);
        for bad in
            ["", "a.b", "a b", &long, "tools:1", &format!("{ARN}:1"), "arn:aws:lambda:::awslayer:Tools"]
        {
            assert_eq!(resolve(bad), Err(LayerArnError::Malformed(bad.to_owned())));
        }
    }

    #[test]
    fn versions_count_from_one() {
        let parse = |version: &str| format!("{ARN}:{version}").parse::<LayerVersionArn>().ok();
        assert_eq!(parse("7").map(|arn| arn.to_string()), Some(format!("{ARN}:7")));
        let tools: LayerArn = ARN.parse().unwrap();
        assert_eq!(tools.clone().version(0), Err(LayerArnError::VersionBelowOne));
        assert_eq!(tools.clone().version(i64::MIN), Err(LayerArnError::VersionBelowOne));
        assert_eq!(tools.version(2).map(|arn| arn.version), Ok(2));
        for bad in ["0", "-1", "", "x", "18446744073709551616"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_an_arn_or_refused(text in ".{0,80}") {
            let _ = text.parse::<LayerVersionArn>();
        }

        #[test]
        fn what_was_written_is_read_back(name in "[a-zA-Z0-9_-]{1,140}", version in 1..=u64::MAX) {
            let layer = LayerArn { region: Region::local(), account: AccountId::local(), name };
            let version = LayerVersionArn { layer, version };
            prop_assert_eq!(version.to_string().parse(), Ok(version));
        }
    }
}
