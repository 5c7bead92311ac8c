use hob_storage::AliasRecord;
use hob_types::{Random, Version};

/// Which versions an alias's invocations go to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Route {
    main: Version,
    additional: Option<(Version, f64)>,
}

impl Route {
    pub(crate) fn of(alias: &AliasRecord) -> Self {
        let additional = alias.weights.first_key_value();
        Self {
            main: alias.version,
            additional: additional.map(|(version, weight)| (Version::Published(*version), *weight)),
        }
    }

    /// Where the next invocation goes.
    pub(crate) fn choose(&self, random: &dyn Random) -> Version {
        match self.additional {
            Some((version, weight)) if random.fraction() < weight => version,
            _ => self.main,
        }
    }
}

#[cfg(test)]
mod tests {
    use hob_types::{SeededRandom, VersionNumber};

    use super::*;

    fn version(number: u64) -> Version {
        Version::Published(VersionNumber::new(number).unwrap())
    }

    /// How many of 1000 invocations go to the additional version.
    fn shifted(weight: f64) -> usize {
        let route = Route { main: version(1), additional: Some((version(2), weight)) };
        let random = SeededRandom::new(7);
        (0..1000).filter(|_| route.choose(&random) == version(2)).count()
    }

    #[test]
    fn the_additional_version_gets_its_part_of_the_invocations() {
        assert_eq!(shifted(0.0), 0);
        assert_eq!(shifted(1.0), 1000);
        assert!((200..300).contains(&shifted(0.25)), "{}", shifted(0.25));
    }
}
