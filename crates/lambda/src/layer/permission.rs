//! Who may read a layer's version besides its owner.

use hob_storage::{LayerPolicy, LayerVersionRecord, StorageError, Stored};
use hob_types::{AccountId, RevisionId};

use super::{LayerError, LayerVersionArn};
use crate::function::Functions;
use crate::policy::{Permission, PolicyDocument, PolicyError};

#[derive(Debug, thiserror::Error)]
pub(crate) enum LayerPolicyError {
    #[error(transparent)]
    Layer(#[from] LayerError),
    #[error("the version has no policy")]
    NoPolicy,
    #[error("the policy has another revision")]
    RevisionMismatch,
    #[error(transparent)]
    Policy(#[from] PolicyError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What was added, and the policy's revision since then.
#[derive(Clone, Debug)]
pub(crate) struct AddedLayerPermission {
    /// JSON.
    pub(crate) statement: String,
    pub(crate) revision: RevisionId,
}

/// Only what a policy says, so not of the owner.
pub(super) fn may_be_read_by(account: &AccountId, version: &LayerVersionRecord) -> bool {
    let policy = version.policy.as_ref().and_then(|policy| document(policy).ok());
    policy.is_some_and(|policy| policy.admits(account))
}

impl Functions {
    /// `expected` is the policy's revision that the caller has seen.
    pub(crate) async fn add_layer_permission(
        &self,
        account: &AccountId,
        arn: &LayerVersionArn,
        permission: Permission,
        expected: Option<&str>,
    ) -> Result<AddedLayerPermission, LayerPolicyError> {
        let statement = permission.statement(arn.to_string())?;
        loop {
            let mut stored = self.own_layer_version(account, arn, "AddLayerVersionPermission").await?;
            check_revision(stored.value.policy.as_ref(), expected)?;
            let mut policy = stored.value.policy.as_ref().map(document).transpose()?.unwrap_or_default();
            policy.add(statement.clone())?;
            let revision = self.new_revision();
            stored.value.policy = Some(LayerPolicy { revision, document: policy.to_json() });
            if self.resources.replace(&arn.layer.owner(), stored.edition, stored.value.into()).await? {
                return Ok(AddedLayerPermission { statement: statement.to_json(), revision });
            }
        }
    }

    /// With the last statement goes the policy.
    pub(crate) async fn remove_layer_permission(
        &self,
        account: &AccountId,
        arn: &LayerVersionArn,
        statement_id: &str,
        expected: Option<&str>,
    ) -> Result<(), LayerPolicyError> {
        loop {
            let mut stored = self.own_layer_version(account, arn, "RemoveLayerVersionPermission").await?;
            let policy = stored.value.policy.as_ref().ok_or(LayerPolicyError::NoPolicy)?;
            check_revision(Some(policy), expected)?;
            let mut policy = document(policy)?;
            policy.remove(statement_id)?;
            stored.value.policy = (!policy.is_empty())
                .then(|| LayerPolicy { revision: self.new_revision(), document: policy.to_json() });
            if self.resources.replace(&arn.layer.owner(), stored.edition, stored.value.into()).await? {
                return Ok(());
            }
        }
    }

    pub(crate) async fn layer_policy(
        &self,
        account: &AccountId,
        arn: &LayerVersionArn,
    ) -> Result<LayerPolicy, LayerPolicyError> {
        let stored = self.own_layer_version(account, arn, "GetLayerVersionPolicy").await?;
        stored.value.policy.ok_or(LayerPolicyError::NoPolicy)
    }

    async fn own_layer_version(
        &self,
        account: &AccountId,
        arn: &LayerVersionArn,
        action: &'static str,
    ) -> Result<Stored<LayerVersionRecord>, LayerError> {
        arn.layer.check_owned_by(account, action)?;
        let stored = self.layer_version(arn).await?;
        stored.ok_or_else(|| LayerError::NotFound(arn.clone()))
    }
}

fn check_revision(policy: Option<&LayerPolicy>, expected: Option<&str>) -> Result<(), LayerPolicyError> {
    let current = policy.map(|policy| policy.revision.to_string());
    if expected.is_some() && expected != current.as_deref() {
        return Err(LayerPolicyError::RevisionMismatch);
    }
    Ok(())
}

fn document(policy: &LayerPolicy) -> Result<PolicyDocument, PolicyError> {
    serde_json::from_str(&policy.document).map_err(|error| PolicyError::Malformed(error.to_string()))
}
