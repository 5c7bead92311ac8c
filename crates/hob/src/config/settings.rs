//! Every setting of the server: its name, type, default and meaning, in one table.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use hob_lambda::RequestQuotas;
use serde::{Deserialize, Serialize};

use super::key::Key;
use super::origin::Origin;
use super::signing_profile::SigningProfile;
use super::span::Span;
use crate::billing::OwnPrices;

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr;)+) => {
        /// What one source says; `None` where it says nothing.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Layer {
            $($(#[doc = $doc])+ pub $name: Option<$type>,)+
        }

        /// The resolved configuration.
        #[derive(Clone, Debug)]
        pub struct Config {
            $($(#[doc = $doc])+ pub $name: $type,)+
            origins: BTreeMap<&'static str, Origin>,
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($name: $default,)+ origins: BTreeMap::new() }
            }
        }

        impl Layer {
            /// The names of all settings.
            pub const KEYS: &[&str] = &[$(stringify!($name)),+];
        }

        impl Config {
            /// Puts a stronger source on top.
            pub(super) fn apply(&mut self, layer: Layer, origin: impl Fn(&str) -> Origin) {
                $(if let Some(value) = layer.$name {
                    self.$name = value;
                    self.origins.insert(stringify!($name), origin(stringify!($name)));
                })+
            }

            /// Every setting with its value and origin, in the order of the table.
            pub fn entries(&self) -> Vec<Entry> {
                vec![$(self.entry(stringify!($name), concat!($($doc),+).trim(), &self.$name)),+]
            }
        }
    };
}

settings! {
    /// The address to listen on.
    host: IpAddr = IpAddr::from([127, 0, 0, 1]);
    /// The port to listen on; 0 takes a free one.
    port: u16 = 4566;
    /// Where functions, logs and everything else are kept.
    data_dir: PathBuf = PathBuf::from(".hob");
    /// Keep nothing but fetched SDKs, which go to the user's cache: all data goes with the server.
    ephemeral: bool = false;
    /// Verify the signature of every request against `keys`.
    auth: bool = false;
    /// Listen on other addresses than loopback without access control.
    insecure: bool = false;
    /// How functions are isolated; `auto` takes the strongest that works here.
    isolation: Isolation = Isolation::Auto;
    /// Invocations of an account in a region that may run at once; ten times as many may come per second.
    concurrency_limit: u32 = 1000;
    /// Whose limits on the number of API requests a second hold: `aws` or `off`; invocations are not among them.
    quotas: Quotas = Quotas::Off;
    /// What all execution environments may use together, in MiB; what this machine has to spare if not said. One that
    /// runs counts with all of its function's memory.
    memory: Option<u64> = None;
    /// How long an invocation waits for room on a full machine before it is throttled.
    room_timeout: Span = Span(Duration::from_secs(3));
    /// How long an execution environment may be idle before it is ended.
    idle_timeout: Span = Span(Duration::from_secs(300));
    /// How long what a function left running goes on between invocations; `idle_timeout` or more: never frozen.
    freeze_after: Span = Span(Duration::from_millis(100));
    /// What is made before a function needs it: `all`, `zygotes` (no runtimes wait), `sandboxes`, or `off`.
    ahead: Ahead = Ahead::All;
    /// Runtimes that may wait for a function.
    parked_max: usize = 32;
    /// What everything that waits for a function may use together, in MiB; a twentieth of this machine's if not said.
    parked_memory: Option<u64> = None;
    /// How long running invocations may go on once the server has been told to stop.
    shutdown_grace: Span = Span(Duration::from_secs(10));
    /// Names by which the server may be addressed, besides loopback's and its own address.
    allowed_hosts: Vec<String> = Vec::new();
    /// Web origins whose pages may call the server.
    allowed_origins: Vec<String> = Vec::new();
    /// A file of certificate authorities that functions trust, instead of the system's.
    ca_bundle: Option<PathBuf> = None;
    /// Interpreters by runtime, such as `"python3.12" = "/opt/python3.12/bin/python3"`.
    interpreters: BTreeMap<String, PathBuf> = BTreeMap::new();
    /// Run functions on exactly the version that their runtime names, never on another minor one.
    strict_runtimes: bool = false;
    /// What the server itself logs: `error`, `warn`, `info`, `debug`, `trace`, or a tracing filter.
    log: String = "warn".to_owned();
    /// What `hob usage` reckons with instead of AWS's prices.
    prices: Option<OwnPrices> = None;
    /// Access keys that are accepted under `auth`.
    keys: Vec<Key> = Vec::new();
    /// Whose signatures of packages can be checked; `hob sign --new-key` makes an entry.
    signing_profiles: Vec<SigningProfile> = Vec::new();
}

/// What is made before a function needs it. Each includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ahead {
    /// Every environment is made from nothing.
    Off,
    /// Sandboxes.
    Sandboxes,
    /// Processes that new environments are copied from.
    Zygotes,
    /// Runtimes that wait for their function.
    All,
}

/// Whose limits on the number of API requests hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Quotas {
    /// Any number may come.
    Off,
    /// AWS's, for each account and region.
    Aws,
}

impl Quotas {
    pub fn requests(self) -> RequestQuotas {
        match self {
            Self::Off => RequestQuotas::Off,
            Self::Aws => RequestQuotas::Aws,
        }
    }
}

/// Which isolation tier to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// The strongest that works on this machine.
    #[default]
    Auto,
    /// Linux namespaces, cgroups and seccomp.
    Namespaces,
    /// Landlock, seccomp and supervision; needs no privilege.
    Landlock,
}

/// One line of `hob config`.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub key: &'static str,
    pub value: serde_json::Value,
    #[serde(serialize_with = "as_text")]
    pub origin: Origin,
    #[serde(skip)]
    pub meaning: &'static str,
}

fn as_text<S: serde::Serializer>(origin: &Origin, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(origin)
}

impl Config {
    pub fn origin(&self, key: &str) -> &Origin {
        self.origins.get(key).unwrap_or(&Origin::Default)
    }

    fn entry(&self, key: &'static str, meaning: &'static str, value: &impl Serialize) -> Entry {
        let value = serde_json::to_value(value).unwrap_or_default();
        Entry { key, value, origin: self.origin(key).clone(), meaning }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(text: &str) -> Layer {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_stronger_source_wins_and_is_named() {
        let mut config = Config::default();
        config.apply(layer("port = 1\nhost = '::1'"), |_| Origin::File("hob.toml".into()));
        config.apply(layer("port = 2"), Origin::variable);
        config.apply(layer("ephemeral = true"), Origin::flag);
        assert_eq!((config.port, config.origin("port").to_string()), (2, "HOB_PORT".to_owned()));
        assert_eq!(config.origin("host").to_string(), "hob.toml");
        assert_eq!(config.origin("ephemeral").to_string(), "--ephemeral");
        assert_eq!(config.origin("isolation"), &Origin::Default);
    }

    #[test]
    fn a_secret_is_never_shown() {
        let mut config = Config::default();
        config.apply(layer("[[keys]]\naccess_key_id='AK'\nsecret_access_key='hush'"), Origin::flag);
        let shown = serde_json::to_string(&config.entries()).unwrap();
        assert!(shown.contains("AK") && !shown.contains("hush"), "{shown}");
        assert!(!format!("{config:?}").contains("hush"));
    }
}
