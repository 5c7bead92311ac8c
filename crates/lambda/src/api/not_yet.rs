//! Operations of the model that wait for their rules: each answers that it is not served.

use hob_wire::{AwsError, Handle, Operation, RequestContext};

use super::{Lambda, error, shapes};

macro_rules! not_yet {
    ($($operation:ident),+ $(,)?) => {$(
        impl Handle<shapes::$operation> for Lambda {
            async fn handle(
                &self,
                _: &RequestContext,
                _: <shapes::$operation as Operation>::Input,
            ) -> Result<<shapes::$operation as Operation>::Output, AwsError> {
                Err(error::not_served(stringify!($operation)))
            }
        }
    )+};
}

not_yet![
    AddLayerVersionPermission,
    AddPermission,
    CreateCodeSigningConfig,
    DeleteCodeSigningConfig,
    DeleteFunctionCodeSigningConfig,
    DeleteLayerVersion,
    DeleteResourcePolicy,
    GetCodeSigningConfig,
    GetFunctionCodeSigningConfig,
    GetLayerVersion,
    GetLayerVersionByArn,
    GetLayerVersionPolicy,
    GetPolicy,
    GetResourcePolicy,
    ListCodeSigningConfigs,
    ListFunctionsByCodeSigningConfig,
    ListLayerVersions,
    ListLayers,
    PublishLayerVersion,
    PutFunctionCodeSigningConfig,
    PutResourcePolicy,
    RemoveLayerVersionPermission,
    RemovePermission,
    UpdateCodeSigningConfig,
];
