//! What a function has provisioned, and of which versions. Pure.

use std::collections::BTreeMap;

use hob_storage::{AliasRecord, ProvisionedRecord};
use hob_types::{Qualifier, Version, VersionNumber};

/// One version takes its environments from one place. Source: Lambda guide, "Provisioned concurrency".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProvisionedElsewhere {
    #[error("an alias has provisioned concurrency of the version")]
    OfAlias,
    #[error("the alias's version has provisioned concurrency")]
    OfVersion,
}

/// All that is provisioned of a function, and the aliases that it depends on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    records: BTreeMap<Qualifier, ProvisionedRecord>,
    aliases: BTreeMap<Qualifier, AliasRecord>,
}

impl Plan {
    pub(crate) fn new(records: Vec<ProvisionedRecord>, aliases: Vec<AliasRecord>) -> Self {
        let mut plan = Self::default();
        for record in records {
            plan.records.insert(record.qualifier.clone(), record);
        }
        for alias in aliases {
            plan.put_alias(alias);
        }
        plan
    }

    pub(crate) fn put_alias(&mut self, alias: AliasRecord) {
        self.aliases.insert(Qualifier::Alias(alias.name.clone()), alias);
    }

    pub(crate) fn put(&mut self, record: ProvisionedRecord) {
        self.records.insert(record.qualifier.clone(), record);
    }

    /// Whether anything is of the alias or version itself.
    pub(crate) fn provisions(&self, qualifier: &Qualifier) -> bool {
        self.records.contains_key(qualifier)
    }

    /// Of all aliases and versions together.
    pub(crate) fn requested(&self) -> u32 {
        self.records.values().fold(0, |sum, record| sum.saturating_add(record.requested))
    }

    /// How many environments of each version are to be there.
    pub(crate) fn of_versions(&self) -> BTreeMap<VersionNumber, u32> {
        let mut sums = BTreeMap::new();
        for record in self.records.values() {
            for (version, environments) in self.shares(record) {
                *sums.entry(version).or_default() += environments;
            }
        }
        sums
    }

    /// An alias with two versions provisions each according to its weight.
    pub(crate) fn shares(&self, record: &ProvisionedRecord) -> Vec<(VersionNumber, u32)> {
        match &record.qualifier {
            Qualifier::Version(Version::Published(version)) => vec![(*version, record.requested)],
            Qualifier::Version(Version::Latest) => Vec::new(),
            alias @ Qualifier::Alias(_) => {
                self.aliases.get(alias).map_or_else(Vec::new, |alias| spread(alias, record.requested))
            }
        }
    }

    /// May the alias or version have something provisioned beside the others?
    pub(crate) fn check(&self, qualifier: &Qualifier) -> Result<(), ProvisionedElsewhere> {
        let own = self.versions(qualifier);
        let elsewhere = self.records.keys().filter(|other| *other != qualifier);
        let shared =
            elsewhere.filter(|other| self.versions(other).iter().any(|version| own.contains(version)));
        match (qualifier, shared.count()) {
            (_, 0) => Ok(()),
            (Qualifier::Version(_), _) => Err(ProvisionedElsewhere::OfAlias),
            (Qualifier::Alias(_), _) => Err(ProvisionedElsewhere::OfVersion),
        }
    }

    /// Those that invocations of an alias or version may reach.
    pub(crate) fn versions(&self, qualifier: &Qualifier) -> Vec<Version> {
        match (qualifier, self.aliases.get(qualifier)) {
            (Qualifier::Version(version), _) => vec![*version],
            (Qualifier::Alias(_), Some(alias)) => {
                let additional = alias.weights.keys().map(|version| Version::Published(*version));
                additional.chain([alias.version]).collect()
            }
            (Qualifier::Alias(_), None) => Vec::new(),
        }
    }
}

/// The additional version gets its part, rounded; the alias's own version the rest.
fn spread(alias: &AliasRecord, requested: u32) -> Vec<(VersionNumber, u32)> {
    let mut rest = requested;
    let mut shares = Vec::new();
    for (version, weight) in &alias.weights {
        let share = ((f64::from(requested) * weight).round() as u32).min(rest);
        shares.push((*version, share));
        rest -= share;
    }
    if let Version::Published(version) = alias.version {
        shares.push((version, rest));
    }
    shares
}

#[cfg(test)]
mod tests {
    use hob_types::{RevisionId, SeededRandom, Timestamp};

    use super::*;

    fn number(number: u64) -> VersionNumber {
        VersionNumber::new(number).unwrap()
    }

    fn alias(name: &str, version: u64, weights: &[(u64, f64)]) -> AliasRecord {
        AliasRecord {
            name: name.parse().unwrap(),
            description: String::new(),
            version: Version::Published(number(version)),
            weights: weights.iter().map(|(version, weight)| (number(*version), *weight)).collect(),
            revision: RevisionId::random(&SeededRandom::new(1)),
        }
    }

    fn record(qualifier: &str, requested: u32) -> ProvisionedRecord {
        ProvisionedRecord {
            qualifier: qualifier.parse().unwrap(),
            requested,
            last_modified: Timestamp::EPOCH,
        }
    }

    fn of_versions(plan: &Plan) -> Vec<(u64, u32)> {
        plan.of_versions().into_iter().map(|(version, environments)| (version.get(), environments)).collect()
    }

    #[test]
    fn an_alias_provisions_its_version_or_both_by_weight() {
        let mut plan = Plan::new(vec![record("live", 10), record("3", 2)], vec![alias("live", 1, &[])]);
        assert_eq!(of_versions(&plan), [(1, 10), (3, 2)]);
        assert_eq!(plan.requested(), 12);
        for (weight, one, other) in [(0.0, 10, 0), (0.25, 7, 3), (0.99, 0, 10), (1.0, 0, 10)] {
            plan.put_alias(alias("live", 1, &[(2, weight)]));
            assert_eq!(of_versions(&plan), [(1, one), (2, other), (3, 2)], "{weight}");
        }
    }

    #[test]
    fn a_version_is_provisioned_once() {
        let check = |provisioned: &str, wanted: &str| {
            let aliases = vec![alias("live", 1, &[(2, 0.5)]), alias("next", 2, &[]), alias("old", 3, &[])];
            Plan::new(vec![record(provisioned, 1)], aliases).check(&wanted.parse().unwrap())
        };
        assert_eq!(check("live", "live"), Ok(()));
        assert_eq!(check("live", "3"), Ok(()));
        assert_eq!(check("live", "old"), Ok(()));
        assert_eq!(check("live", "1"), Err(ProvisionedElsewhere::OfAlias));
        assert_eq!(check("live", "2"), Err(ProvisionedElsewhere::OfAlias));
        assert_eq!(check("2", "live"), Err(ProvisionedElsewhere::OfVersion));
        assert_eq!(check("next", "live"), Err(ProvisionedElsewhere::OfVersion));
    }
}
