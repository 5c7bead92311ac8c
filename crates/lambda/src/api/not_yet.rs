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
    AddPermission,
    CreateCodeSigningConfig,
    DeleteCodeSigningConfig,
    DeleteFunctionCodeSigningConfig,
    DeleteResourcePolicy,
    GetCodeSigningConfig,
    GetFunctionCodeSigningConfig,
    GetPolicy,
    GetResourcePolicy,
    ListCodeSigningConfigs,
    ListFunctionsByCodeSigningConfig,
    PutFunctionCodeSigningConfig,
    PutResourcePolicy,
    RemovePermission,
    UpdateCodeSigningConfig,
];
