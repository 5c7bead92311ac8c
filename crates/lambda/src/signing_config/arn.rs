use std::fmt;

use hob_storage::Owner;
use hob_types::Random;

const ID_PREFIX: &str = "csc-";
const ID_LENGTH: usize = 17;

/// `arn:aws:lambda:REGION:ACCOUNT:code-signing-config:csc-` and 17 lower-case letters and digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeSigningConfigArn {
    owner: Owner,
    id: String,
}

impl CodeSigningConfigArn {
    /// Of a configuration that is about to be created.
    pub(super) fn random(owner: Owner, random: &dyn Random) -> Self {
        const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
        let bytes: [u8; ID_LENGTH] = random.array();
        let digits = bytes.map(|byte| char::from(DIGITS[usize::from(byte) % DIGITS.len()]));
        Self { owner, id: format!("{ID_PREFIX}{}", String::from_iter(digits)) }
    }

    pub(crate) fn new(owner: Owner, id: String) -> Self {
        Self { owner, id }
    }

    /// `None`: it names no configuration of the owner's.
    pub(crate) fn of(owner: &Owner, text: &str) -> Option<Self> {
        let id = text.rsplit(':').next().filter(|id| is_id(id))?;
        let arn = Self::new(owner.clone(), id.to_owned());
        (arn.to_string() == text).then_some(arn)
    }

    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }
}

fn is_id(text: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let digits = text.strip_prefix(ID_PREFIX);
    digits.is_some_and(|digits| digits.len() == ID_LENGTH && digits.bytes().all(legal))
}

impl fmt::Display for CodeSigningConfigArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Owner { account, region } = &self.owner;
        write!(f, "arn:aws:lambda:{region}:{account}:code-signing-config:{}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use hob_types::{AccountId, Region, SeededRandom};

    use super::*;

    #[test]
    fn a_printed_arn_parses_to_itself() {
        let owner = Owner::new(&AccountId::local(), &Region::local());
        let arn = CodeSigningConfigArn::random(owner.clone(), &SeededRandom::new(1));
        assert_eq!(CodeSigningConfigArn::of(&owner, &arn.to_string()), Some(arn));
    }

    #[test]
    fn what_names_no_configuration_of_the_owners_is_refused() {
        let owner = Owner::new(&AccountId::local(), &Region::local());
        for bad in [
            "",
            "csc-0123456789abcdefg",
            "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789abcdef",
            "arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-0123456789ABCDEFG",
            "arn:aws:lambda:us-east-1:111111111111:code-signing-config:csc-0123456789abcdefg",
            "arn:aws:lambda:eu-west-1:000000000000:code-signing-config:csc-0123456789abcdefg",
            "arn:aws:lambda:us-east-1:000000000000:function:csc-0123456789abcdefg",
        ] {
            assert_eq!(CodeSigningConfigArn::of(&owner, bad), None, "{bad}");
        }
    }
}
