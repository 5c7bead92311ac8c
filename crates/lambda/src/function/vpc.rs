//! A function's network, as far as it is configured: every function of Hob gets the same one.

use aws_lc_rs::digest::{SHA256, digest};
use hob_storage::{VpcConfiguration, VpcState};

/// Subnets without security groups, or the other way round.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("subnets and security groups go together")]
pub(crate) struct HalfVpc;

/// What becomes of a function's network. Empty lists detach it, which stays visible.
pub(crate) fn attach(before: &VpcState, wanted: VpcConfiguration) -> Result<VpcState, HalfVpc> {
    match (wanted.subnet_ids.is_empty(), wanted.security_group_ids.is_empty(), before) {
        (false, false, _) => Ok(VpcState::Attached(wanted)),
        (true, true, VpcState::Never) => Ok(VpcState::Never),
        (true, true, VpcState::Detached | VpcState::Attached(_)) => Ok(VpcState::Detached),
        (true, false, _) | (false, true, _) => Err(HalfVpc),
    }
}

/// The VPC that the subnets would be in: there is none to ask, so the same subnets, in any order, have the same one.
pub(crate) fn vpc_id(subnet_ids: &[String]) -> String {
    let mut sorted: Vec<_> = subnet_ids.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let hash = digest(&SHA256, sorted.join(",").as_bytes());
    let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).take(8).collect();
    format!("vpc-0{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(subnets: &[&str], groups: &[&str]) -> VpcConfiguration {
        let owned = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
        VpcConfiguration {
            subnet_ids: owned(subnets),
            security_group_ids: owned(groups),
            ipv6_allowed_for_dual_stack: false,
        }
    }

    #[test]
    fn empty_lists_detach_what_was_attached_and_nothing_else() {
        let attached = attach(&VpcState::Never, lists(&["subnet-1"], &["sg-1"])).unwrap();
        assert_eq!(attached, VpcState::Attached(lists(&["subnet-1"], &["sg-1"])));
        assert_eq!(attach(&attached, lists(&[], &[])), Ok(VpcState::Detached));
        assert_eq!(attach(&VpcState::Detached, lists(&[], &[])), Ok(VpcState::Detached));
        assert_eq!(attach(&VpcState::Never, lists(&[], &[])), Ok(VpcState::Never));
    }

    #[test]
    fn subnets_and_security_groups_go_together() {
        assert_eq!(attach(&VpcState::Never, lists(&["subnet-1"], &[])), Err(HalfVpc));
        assert_eq!(attach(&VpcState::Never, lists(&[], &["sg-1"])), Err(HalfVpc));
    }

    #[test]
    fn the_same_subnets_are_in_the_same_vpc() {
        let id = |subnets: &[&str]| vpc_id(&lists(subnets, &[]).subnet_ids);
        assert_eq!(id(&["subnet-1", "subnet-2"]), id(&["subnet-2", "subnet-1"]));
        assert_ne!(id(&["subnet-1"]), id(&["subnet-2"]));
        assert_eq!(id(&["subnet-1"]).len(), "vpc-0123456789abcdef0".len());
    }
}
