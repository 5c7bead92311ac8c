//! What a function's configuration demands of the packages that are deployed to it.

use hob_storage::{LayerUse, Owner, StorageError};
use hob_types::FunctionArn;

use super::arn::CodeSigningConfigArn;
use crate::function::{Functions, StorePackageError};
use crate::signing::Demand;

#[derive(Debug, thiserror::Error)]
pub(crate) enum DemandError {
    /// As the caller named it.
    #[error("there is no code signing configuration {0}")]
    NoConfig(String),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// Of packages for a function that uses, or is to use, the configuration of that ARN, if any.
    pub(crate) async fn demand(
        &self,
        function: &FunctionArn,
        config: Option<&str>,
    ) -> Result<Option<Demand>, DemandError> {
        let Some(given) = config else { return Ok(None) };
        let no_config = || DemandError::NoConfig(given.to_owned());
        let arn = CodeSigningConfigArn::of(&Owner::of(function), given).ok_or_else(no_config)?;
        let config = self.signing_config(&arn).await?.ok_or_else(no_config)?.value;
        Ok(Some(Demand {
            name: function.name.to_string(),
            // What names no version of a profile is nobody's.
            allowed: config
                .allowed_publishers
                .iter()
                .filter_map(|publisher| publisher.parse().ok())
                .collect(),
            policy: config.untrusted_artifact,
        }))
    }

    /// Checks layers as packages, except those that the function has had before.
    pub(crate) async fn check_layers(
        &self,
        demand: Option<&Demand>,
        layers: &mut [LayerUse],
        before: &[LayerUse],
    ) -> Result<(), StorePackageError> {
        let Some(demand) = demand else { return Ok(()) };
        for layer in layers {
            match before.iter().find(|before| before.arn == layer.arn) {
                Some(before) => layer.code.signature.clone_from(&before.code.signature),
                None => {
                    let demand = Demand { name: layer.arn.clone(), ..demand.clone() };
                    layer.code.signature = self.packages.check_kept(layer.code.sha256, demand).await?;
                }
            }
        }
        Ok(())
    }
}
