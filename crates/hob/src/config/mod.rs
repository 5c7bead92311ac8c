//! The server's configuration: defaults, then the file, then `HOB_…` variables, then flags.

mod file;
mod key;
mod origin;
mod settings;
mod signing_profile;
mod span;
mod suggest;
mod variables;

use std::path::Path;

pub use self::key::Key;
pub use self::origin::Origin;
pub use self::settings::{Ahead, Config, Entry, Isolation, Layer, Quotas};
pub use self::signing_profile::SigningProfile;
pub use self::span::Span;
use crate::failure::{Failure, Outcome};

/// Where the file is looked for when `--config` does not say.
const DEFAULT_FILE: &str = "hob.toml";

impl Config {
    /// Reads every source. A file that was asked for must be there; the default one need not.
    pub fn load(file: Option<&Path>, flags: Layer) -> Outcome<Self> {
        let asked = file.map(Path::to_owned).or_else(|| std::env::var_os("HOB_CONFIG").map(Into::into));
        let path = asked.or_else(|| Path::new(DEFAULT_FILE).is_file().then(|| DEFAULT_FILE.into()));
        let from_file = path.map(|path| file::read(&path).map(|layer| (path, layer))).transpose()?;
        let variables = variables::read(std::env::vars_os())?;

        let mut config = Self::default();
        if let Some((path, layer)) = from_file {
            config.apply(layer, |_| Origin::File(path.clone()));
        }
        config.apply(variables, Origin::variable);
        config.apply(flags, Origin::flag);
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Outcome {
        if self.auth && self.keys.is_empty() {
            return Err(Failure::new("access control is on and there is no key to sign with")
                .because(format!("`auth` is set by {} and no `[[keys]]` are configured", self.origin("auth")))
                .advise(
                    "put this into hob.toml:\n\
                     [[keys]]\n\
                     access_key_id = \"AKIDEXAMPLE\"\n\
                     secret_access_key = \"choose one\"\n\
                     account = \"000000000000\"",
                ));
        }
        let profiles = self.signing_profiles.iter().enumerate();
        for (at, profile) in profiles {
            if self.signing_profiles[..at].iter().any(|earlier| earlier.arn == profile.arn) {
                return Err(Failure::new(format!("the signing profile {} is configured twice", profile.arn))
                    .advise("another key is another version: choose another last part for its ARN"));
            }
        }
        if !self.host.is_loopback() && !self.auth && !self.insecure {
            return Err(Failure::new(format!("refusing to listen on {} without access control", self.host))
                .because("whoever reaches this address could run code on this machine")
                .advise(
                    "`--auth` with `[[keys]]` in hob.toml, or `--insecure` if the network itself is the wall",
                ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Config {
        pub(crate) fn changed(change: impl FnOnce(&mut Self)) -> Self {
            let mut config = Self::default();
            change(&mut config);
            config
        }
    }

    fn config(change: impl FnOnce(&mut Config)) -> Outcome {
        Config::changed(change).check()
    }

    fn key() -> Key {
        toml::from_str("access_key_id='AK'\nsecret_access_key='s'").unwrap()
    }

    #[test]
    fn only_loopback_is_open_to_everyone() {
        let everywhere = [0, 0, 0, 0].into();
        assert!(config(|_| ()).is_ok());
        assert!(config(|c| c.host = everywhere).is_err());
        assert!(config(|c| (c.host, c.insecure) = (everywhere, true)).is_ok());
        assert!(config(|c| (c.host, c.auth, c.keys) = (everywhere, true, vec![key()])).is_ok());
    }

    #[test]
    fn access_control_needs_a_key() {
        assert!(config(|c| c.auth = true).is_err());
        assert!(config(|c| (c.auth, c.keys) = (true, vec![key()])).is_ok());
    }
}
