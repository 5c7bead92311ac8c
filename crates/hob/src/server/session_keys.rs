//! The keys that functions sign with: new ones for each environment, and no longer than it lives.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hob_invoke::{RoleCredentials, SessionKeys};
use hob_types::{EnvironmentId, FunctionArn, Random};
use hob_wire::{Caller, Key};

use super::assumed_role;

/// All keys that are valid now.
pub(super) struct SessionStore {
    random: Arc<dyn Random>,
    sessions: RwLock<Sessions>,
}

#[derive(Default)]
struct Sessions {
    by_key: HashMap<String, Key>,
    key_of: HashMap<EnvironmentId, String>,
}

impl SessionStore {
    pub(super) fn new(random: Arc<dyn Random>) -> Self {
        Self { random, sessions: RwLock::default() }
    }

    pub(super) fn find(&self, access_key_id: &str) -> Option<Key> {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.by_key.get(access_key_id).cloned()
    }

    fn new_keys(&self) -> SessionKeys {
        SessionKeys {
            access_key_id: access_key_id(self.random.array()),
            secret_access_key: BASE64.encode(self.random.array::<30>()),
            session_token: BASE64.encode(self.random.array::<96>()),
        }
    }
}

/// `ASIA` and 16 letters or digits, as AWS names temporary keys.
fn access_key_id(bytes: [u8; 16]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    "ASIA".chars().chain(letters).collect()
}

impl RoleCredentials for SessionStore {
    fn mint(&self, role: &str, function: &FunctionArn, environment: EnvironmentId) -> SessionKeys {
        let keys = self.new_keys();
        let Caller { arn, user_id, .. } = assumed_role::caller(role, function);
        let session = Key {
            secret: keys.secret_access_key.clone(),
            account: function.account.clone(),
            arn,
            user_id,
            session_token: Some(keys.session_token.clone()),
        };
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.by_key.insert(keys.access_key_id.clone(), session);
        sessions.key_of.insert(environment, keys.access_key_id.clone());
        keys
    }

    fn revoke(&self, environment: EnvironmentId) {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = sessions.key_of.remove(&environment) {
            sessions.by_key.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use hob_types::SeededRandom;

    use super::*;

    #[test]
    fn keys_work_until_their_environment_has_ended() {
        let random: Arc<dyn Random> = Arc::new(SeededRandom::new(7));
        let store = SessionStore::new(random.clone());
        let function = "arn:aws:lambda:us-east-1:123456789012:function:f".parse().unwrap();
        let [first, second] = [(); 2].map(|()| EnvironmentId::random(random.as_ref()));
        let keys = store.mint("arn:aws:iam::123456789012:role/r", &function, first);
        let others = store.mint("arn:aws:iam::123456789012:role/r", &function, second);

        let session = store.find(&keys.access_key_id).unwrap();
        assert_eq!(session.account.as_str(), "123456789012");
        assert_eq!(session.arn, "arn:aws:sts::123456789012:assumed-role/r/f");
        assert_eq!(session.secret, keys.secret_access_key);
        store.revoke(first);
        assert!(store.find(&keys.access_key_id).is_none());
        assert!(store.find(&others.access_key_id).is_some());
    }

    #[test]
    fn an_access_key_looks_like_a_temporary_one_of_aws() {
        let keys = SessionStore::new(Arc::new(SeededRandom::new(7))).new_keys();
        assert!(keys.access_key_id.starts_with("ASIA") && keys.access_key_id.len() == 20);
        assert_eq!(keys.secret_access_key.len(), 40);
    }
}
