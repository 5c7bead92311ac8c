//! Every key that may sign: those of the configuration, and those of execution environments.

use std::collections::HashMap;
use std::sync::Arc;

use hob_wire::{Key, Keys};

use super::session_keys::SessionStore;
use crate::config::Config;

pub(super) struct ServerKeys {
    configured: HashMap<String, Key>,
    sessions: Arc<SessionStore>,
}

impl ServerKeys {
    pub(super) fn new(config: &Config, sessions: Arc<SessionStore>) -> Self {
        let configured = config.keys.iter().map(|key| {
            let account = key.account.clone();
            let of_root = Key {
                secret: key.secret_access_key.clone(),
                arn: format!("arn:aws:iam::{account}:root"),
                user_id: account.to_string(),
                account,
                session_token: None,
            };
            (key.access_key_id.clone(), of_root)
        });
        Self { configured: configured.collect(), sessions }
    }
}

impl Keys for ServerKeys {
    fn secret(&self, access_key_id: &str) -> Option<Key> {
        self.configured.get(access_key_id).cloned().or_else(|| self.sessions.find(access_key_id))
    }
}
