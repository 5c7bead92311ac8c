use std::fmt;

use hob_storage::Owner;

use super::CapacityProviderError;

/// Which capacity provider is meant.
#[derive(Clone, Debug)]
pub(crate) struct CapacityProvider {
    pub(super) owner: Owner,
    pub(super) name: String,
}

impl CapacityProvider {
    /// `given` is a name or an ARN.
    pub(crate) fn resolve(owner: &Owner, given: &str) -> Result<Self, CapacityProviderError> {
        let whole = Self { owner: owner.clone(), name: String::new() }.to_string();
        let name = match given.strip_prefix(&whole) {
            Some(name) => name,
            None if given.starts_with("arn:") => {
                return Err(CapacityProviderError::Elsewhere(given.to_owned()));
            }
            None => given,
        };
        Ok(Self { owner: owner.clone(), name: name.to_owned() })
    }
}

/// Its ARN.
impl fmt::Display for CapacityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Owner { region, account } = &self.owner;
        write!(f, "arn:aws:lambda:{region}:{account}:capacity-provider:{}", self.name)
    }
}
