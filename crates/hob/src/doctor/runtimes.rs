//! Which runtimes this machine can run.

use super::finding::Finding;
use crate::config::Config;

pub(super) fn examine(_config: &Config) -> Vec<Finding> {
    Vec::new()
}
