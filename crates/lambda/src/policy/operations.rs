//! How policies are read and changed. Each change gives the function or the alias a new revision.

use hob_storage::{Changed, PolicyRecord, StorageError};
use hob_types::RevisionId;

use super::PolicyDocument;
use super::holder::Holder;
use super::operation_error::PolicyOperationError;
use super::permission::Permission;
use super::statement::Statement;
use crate::function::{Functions, Target};

/// A policy as it is answered.
#[derive(Debug)]
pub(crate) struct CurrentPolicy {
    /// JSON, in AWS's policy language.
    pub(crate) document: String,
    pub(crate) revision: RevisionId,
}

impl Functions {
    /// `expected` is the revision that the caller has seen, if it cares; as in all that follow.
    pub(crate) async fn add_permission(
        &self,
        target: &Target,
        permission: Permission,
        expected: Option<&str>,
    ) -> Result<Statement, PolicyOperationError> {
        loop {
            let holder = self.policy_holder(target).await?;
            holder.check_revision(expected)?;
            let statement = permission.clone().statement(holder.arn())?;
            let mut document = holder.document()?.unwrap_or_default();
            document.add(statement.clone())?;
            if self.change_policy(holder, Some(&document)).await?.is_some() {
                return Ok(statement);
            }
        }
    }

    /// With its last statement a policy goes.
    pub(crate) async fn remove_permission(
        &self,
        target: &Target,
        statement_id: &str,
        expected: Option<&str>,
    ) -> Result<(), PolicyOperationError> {
        loop {
            let holder = self.policy_holder(target).await?;
            let mut document = holder.document()?.ok_or(PolicyOperationError::NoPolicy)?;
            document.remove(statement_id)?;
            holder.check_revision(expected)?;
            let rest = (!document.is_empty()).then_some(&document);
            if self.change_policy(holder, rest).await?.is_some() {
                return Ok(());
            }
        }
    }

    pub(crate) async fn get_policy(&self, target: &Target) -> Result<CurrentPolicy, PolicyOperationError> {
        let holder = self.policy_holder(target).await?;
        let PolicyRecord { document, .. } = holder.policy().ok_or(PolicyOperationError::NoPolicy)?;
        Ok(CurrentPolicy { document: document.clone(), revision: holder.revision() })
    }

    /// In place of whatever policy there is. `text` is the whole document.
    pub(crate) async fn put_policy(
        &self,
        target: &Target,
        text: &str,
        expected: Option<&str>,
    ) -> Result<CurrentPolicy, PolicyOperationError> {
        loop {
            let holder = self.policy_holder(target).await?;
            holder.check_revision(expected)?;
            let document = PolicyDocument::parse_not_public(text, &holder.arn())?;
            if let Some(revision) = self.change_policy(holder, Some(&document)).await? {
                return Ok(CurrentPolicy { document: document.to_json(), revision });
            }
        }
    }

    pub(crate) async fn delete_policy(
        &self,
        target: &Target,
        expected: Option<&str>,
    ) -> Result<(), PolicyOperationError> {
        loop {
            let holder = self.policy_holder(target).await?;
            holder.policy().ok_or(PolicyOperationError::NoPolicy)?;
            holder.check_revision(expected)?;
            if self.change_policy(holder, None).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// The new revision. `None`: the function has changed meanwhile, and nothing happened.
    async fn change_policy(
        &self,
        holder: Holder,
        document: Option<&PolicyDocument>,
    ) -> Result<Option<RevisionId>, StorageError> {
        let revision = self.new_revision();
        let change = holder.with(document, revision);
        let unsettled = change.function.is_unsettled();
        if self.store.change(change).await? != Changed::Done {
            return Ok(None);
        }
        if unsettled {
            // Whoever settles the function knows it by the revision that it had.
            self.begun.notify_one();
        }
        Ok(Some(revision))
    }
}
