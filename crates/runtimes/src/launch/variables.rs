//! Environment variables of a runtime.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::RUNTIME_DIR;
use crate::bootstrap::CA_BUNDLE;

/// AWS's order; folders of AWS's own language builds are replaced by the interpreter's.
const PATH: &str = "/usr/local/bin:/usr/bin/:/bin:/opt/bin";
const LD_LIBRARY_PATH: &str =
    "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib";

/// Where it is in every sandbox that can be made ahead.
const RUNTIME_API: &str = "169.254.100.1:9001";

/// Collects variables, and leaves alone what the user set and may set.
#[derive(Debug)]
pub(crate) struct Variables<'a> {
    users: &'a BTreeMap<String, String>,
    collected: Vec<(String, String)>,
}

impl<'a> Variables<'a> {
    /// With the ones that every runtime has. `prefix`: that of an interpreter outside `/usr`.
    pub(crate) fn new(users: &'a BTreeMap<String, String>, prefix: Option<&Path>) -> Self {
        let below_prefix = |folder: &str, rest: &str| match prefix {
            Some(prefix) => format!("{}:{rest}", prefix.join(folder).display()),
            None => rest.to_owned(),
        };
        let mut variables = Self { users, collected: Vec::with_capacity(12) };
        variables.unreserved("LANG", "en_US.UTF-8");
        variables.unreserved("TZ", ":UTC");
        variables.unreserved("PATH", below_prefix("bin", PATH));
        variables.unreserved("LD_LIBRARY_PATH", below_prefix("lib", &library_folders()));
        variables
    }

    /// The user's value wins.
    pub(crate) fn unreserved(&mut self, name: &str, value: impl Into<String>) {
        if !self.users.contains_key(name) {
            self.reserved(name, value);
        }
    }

    /// The user cannot set it; CreateFunction refuses it.
    pub(crate) fn reserved(&mut self, name: &str, value: impl Into<String>) {
        self.collected.push((name.to_owned(), value.into()));
    }

    /// The variables by which OpenSSL, the AWS SDKs and Python's `requests` find other certificates.
    pub(crate) fn certificates(&mut self) {
        for name in ["SSL_CERT_FILE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"] {
            self.unreserved(name, ca_bundle_inside().display().to_string());
        }
    }

    /// What a runtime has that starts ahead of a function: these variables, and one that tells it to wait.
    pub(crate) fn ahead(&self) -> Vec<(String, String)> {
        let own = [("AWS_LAMBDA_RUNTIME_API", RUNTIME_API), ("HOB_PARKED", "1")];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.collected.iter().cloned().chain(own).collect()
    }

    pub(crate) fn finish(self) -> Vec<(String, String)> {
        self.collected
    }
}

/// AWS's folders, and before them the one in which Debian and its kin keep what AWS's system has in `/lib64`: without
/// it the loader tries hundreds of names in all the others before it looks there, at every start of a program.
fn library_folders() -> String {
    let multiarch = format!("/usr/lib/{}-linux-gnu", std::env::consts::ARCH);
    match Path::new(&multiarch).is_dir() {
        true => format!("{multiarch}:{LD_LIBRARY_PATH}"),
        false => LD_LIBRARY_PATH.to_owned(),
    }
}

pub(super) fn ca_bundle_inside() -> PathBuf {
    Path::new(RUNTIME_DIR).join(CA_BUNDLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_users_value_of_an_unreserved_variable_wins() {
        let users = BTreeMap::from([("TZ".to_owned(), "Europe/Berlin".to_owned())]);
        let collected = Variables::new(&users, None).finish();
        assert!(collected.iter().all(|(name, _)| name != "TZ"));
        assert!(collected.iter().any(|(name, _)| name == "PATH"));
    }

    #[test]
    fn an_interpreter_outside_usr_comes_first_on_the_paths() {
        let users = BTreeMap::new();
        let collected = Variables::new(&users, Some(Path::new("/opt/py"))).finish();
        let value = |name| collected.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str()).unwrap();
        assert_eq!(value("PATH"), "/opt/py/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin");
        let libraries = value("LD_LIBRARY_PATH");
        assert!(
            libraries.starts_with("/opt/py/lib:/") && libraries.ends_with(LD_LIBRARY_PATH),
            "{libraries}"
        );
    }
}
