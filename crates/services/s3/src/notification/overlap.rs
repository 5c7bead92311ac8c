//! No two configurations may get the same event, or nobody could tell which of them an event is for.

use super::error::NotificationError;
use super::rule::Rule;

pub(super) fn check_distinct(rules: &[Rule]) -> Result<(), NotificationError> {
    for (index, rule) in rules.iter().enumerate() {
        for other in &rules[..index] {
            if rule.id == other.id {
                return Err(NotificationError::IdTwice(rule.id.clone()));
            }
            if overlap(rule, other) {
                return Err(NotificationError::Overlap(other.id.clone(), rule.id.clone()));
            }
        }
    }
    Ok(())
}

fn overlap(one: &Rule, two: &Rule) -> bool {
    let same_keys = match (&one.filter, &two.filter) {
        (Some(one), Some(two)) => one.overlaps(two),
        _ => true,
    };
    same_keys && one.events.iter().any(|a| two.events.iter().any(|b| a.overlaps(*b)))
}
