use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use hob_types::FunctionArn;
use tokio::sync::Notify;

/// Functions that have got events since somebody last looked.
#[derive(Default)]
pub(super) struct Arrivals {
    functions: Mutex<HashSet<FunctionArn>>,
    told: Notify,
}

impl Arrivals {
    pub(super) fn tell(&self, function: &FunctionArn) {
        let mut functions = self.functions.lock().unwrap_or_else(PoisonError::into_inner);
        if !functions.contains(function) {
            functions.insert(function.clone());
        }
        drop(functions);
        self.told.notify_one();
    }

    /// Waits until there is one.
    pub(super) async fn take(&self) -> HashSet<FunctionArn> {
        loop {
            let functions =
                std::mem::take(&mut *self.functions.lock().unwrap_or_else(PoisonError::into_inner));
            if !functions.is_empty() {
                return functions;
            }
            self.told.notified().await;
        }
    }
}
