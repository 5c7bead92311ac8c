use hob_storage::{Changed, FunctionChange, Owner, StorageError};

use super::configuration::{ConfigurationChange, ConfigurationError};
use super::functions::Functions;
use super::get::GetFunctionError;
use super::lifecycle::{UpdateRefused, begin_update, check_update};
use super::lookup::Found;
use super::packages::StorePackageError;
use super::target::Target;
use crate::layer::{CodeSize, LayerUseError};
use crate::signing_config::DemandError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum UpdateConfigurationError {
    #[error(transparent)]
    Get(#[from] GetFunctionError),
    #[error(transparent)]
    Refused(#[from] UpdateRefused),
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    #[error(transparent)]
    Layers(#[from] LayerUseError),
    #[error(transparent)]
    Demand(#[from] DemandError),
    #[error(transparent)]
    Package(#[from] StorePackageError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Functions {
    /// The new configuration is durable, and the update in progress, when this returns. `layers` are ARNs, and
    /// replace all that the function has. `expected` is the revision that the caller has seen; the update is refused
    /// if there is another by now.
    pub(crate) async fn update_configuration(
        &self,
        target: &Target,
        change: ConfigurationChange,
        layers: Option<&[String]>,
        expected: Option<&str>,
    ) -> Result<Found, UpdateConfigurationError> {
        loop {
            let mut function = self.get_latest(target).await?;
            check_update(&function, expected)?;
            let before = function.configuration.clone();
            function.configuration = change.clone().applied_to(function.configuration)?;
            if let Some(layers) = layers {
                let mut layers = self.layers_to_use(&Owner::of(&function.arn), layers).await?;
                let config = function.code_signing_config.as_deref();
                let demand = self.demand(&function.arn, config).await?;
                self.check_layers(demand.as_ref(), &mut layers, &before.layers).await?;
                self.check_size_with_layers(CodeSize::Of(&function.code), &layers).await?;
                function.configuration.layers = layers;
            }
            begin_update(&mut function, self.clock.now(), self.new_revision());
            // Another change may have come in between, so that what was checked above no longer holds.
            let change = FunctionChange::of(function.clone());
            if self.store.change(change).await? == Changed::Done {
                self.packages.release(&function.code, &before);
                self.begun.notify_one();
                return Ok(Found::latest(function));
            }
        }
    }
}
