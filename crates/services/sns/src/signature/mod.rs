//! Signatures of messages, by which a subscriber knows that they are the server's.

mod certificate;
mod key;

use std::sync::Arc;

use hob_storage::{StorageError, TopicStore};
use tokio::sync::OnceCell;

pub(crate) use self::key::SigningKey;

/// The server's own key, made when it is needed for the first time.
pub(crate) struct Signatures {
    store: Arc<dyn TopicStore>,
    key: OnceCell<Arc<SigningKey>>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("a key cannot be made or read")]
    Key,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Signatures {
    pub(crate) fn new(store: Arc<dyn TopicStore>) -> Self {
        Self { store, key: OnceCell::new() }
    }

    pub(crate) async fn key(&self) -> Result<Arc<SigningKey>, SignatureError> {
        self.key.get_or_try_init(|| self.load()).await.cloned()
    }

    async fn load(&self) -> Result<Arc<SigningKey>, SignatureError> {
        let kept = match self.store.signing_key().await? {
            Some(kept) => kept,
            None => {
                // It takes as long as some hundred messages.
                let made = tokio::task::spawn_blocking(SigningKey::generate).await;
                let made = made.map_err(|_| SignatureError::Key)?.ok_or(SignatureError::Key)?;
                self.store.keep_signing_key(made).await?
            }
        };
        SigningKey::read(&kept).map(Arc::new).ok_or(SignatureError::Key)
    }
}
