use hob_storage::{Changed, FunctionChange, FunctionRecord, RecursiveLoop, StorageError};
use hob_types::FunctionArn;

use super::functions::Functions;
use super::get::GetFunctionError;
use super::target::Target;

impl Functions {
    /// What happens to events of the function that go round in a circle.
    pub(crate) async fn put_recursive_loop(
        &self,
        target: &Target,
        recursive_loop: RecursiveLoop,
    ) -> Result<(), GetFunctionError> {
        loop {
            let function = FunctionRecord { recursive_loop, ..self.get_latest(target).await? };
            if self.store.change(FunctionChange::of(function)).await? == Changed::Done {
                return Ok(());
            }
        }
    }

    /// Whether such events are not to run.
    pub(crate) async fn ends_loops(&self, function: &FunctionArn) -> Result<bool, StorageError> {
        let function = self.store.get(function).await?;
        Ok(function.is_some_and(|function| function.recursive_loop == RecursiveLoop::Terminate))
    }
}
