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
    CreateCapacityProvider,
    CreateCodeSigningConfig,
    CreateFunctionUrlConfig,
    DeleteCapacityProvider,
    DeleteCodeSigningConfig,
    DeleteFunctionCodeSigningConfig,
    DeleteFunctionEventInvokeConfig,
    DeleteFunctionUrlConfig,
    DeleteLayerVersion,
    DeleteProvisionedConcurrencyConfig,
    DeleteResourcePolicy,
    GetCapacityProvider,
    GetCodeSigningConfig,
    GetFunctionCodeSigningConfig,
    GetFunctionEventInvokeConfig,
    GetFunctionRecursionConfig,
    GetFunctionScalingConfig,
    GetFunctionUrlConfig,
    GetLayerVersion,
    GetLayerVersionByArn,
    GetLayerVersionPolicy,
    GetPolicy,
    GetProvisionedConcurrencyConfig,
    GetResourcePolicy,
    GetRuntimeManagementConfig,
    ListCapacityProviders,
    ListCodeSigningConfigs,
    ListFunctionEventInvokeConfigs,
    ListFunctionUrlConfigs,
    ListFunctionVersionsByCapacityProvider,
    ListFunctionsByCodeSigningConfig,
    ListLayerVersions,
    ListLayers,
    ListProvisionedConcurrencyConfigs,
    ListTags,
    PublishLayerVersion,
    PutFunctionCodeSigningConfig,
    PutFunctionEventInvokeConfig,
    PutFunctionRecursionConfig,
    PutFunctionScalingConfig,
    PutProvisionedConcurrencyConfig,
    PutResourcePolicy,
    PutRuntimeManagementConfig,
    RemoveLayerVersionPermission,
    RemovePermission,
    TagResource,
    UntagResource,
    UpdateCapacityProvider,
    UpdateCodeSigningConfig,
    UpdateFunctionEventInvokeConfig,
    UpdateFunctionUrlConfig,
];
