//! `HOB_…` environment variables.

use std::ffi::OsString;

use serde::Deserialize;

use super::origin::variable_name;
use super::settings::Layer;
use super::suggest;
use crate::failure::{Failure, Outcome};

/// Variables that mean something to Hob without being settings of the server.
const OTHERS: [&str; 1] = ["HOB_CONFIG"];

pub(super) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Outcome<Layer> {
    let mut table = toml::Table::new();
    for (name, value) in variables {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
        if !name.starts_with("HOB_") || OTHERS.contains(&name) {
            continue;
        }
        match Layer::KEYS.iter().find(|key| variable_name(key) == name) {
            Some(key) => {
                let value = typed(key, value).map_err(|error| wrong(name, &error))?;
                table.insert((*key).to_owned(), value);
            }
            None => refuse_misspelled(name)?,
        }
    }
    Layer::deserialize(table).map_err(|error| wrong("HOB_…", &error))
}

/// A variable holds plain text (`HOB_HOST=::1`) or, where the setting is no text, a TOML value
/// (`HOB_PORT=80`, `HOB_ALLOWED_HOSTS='["a"]'`).
fn typed(key: &str, text: &str) -> Result<toml::Value, toml::de::Error> {
    let plain = toml::Value::String(text.to_owned());
    let as_toml = toml::from_str::<toml::Table>(&format!("value = {text}")).ok();
    let parsed = as_toml.and_then(|mut table| table.remove("value"));
    let Some(parsed) = parsed else { return check(key, plain) };
    check(key, plain).or_else(|_| check(key, parsed))
}

fn check(key: &str, value: toml::Value) -> Result<toml::Value, toml::de::Error> {
    let table = toml::Table::from_iter([(key.to_owned(), value.clone())]);
    Layer::deserialize(table).map(|_| value)
}

fn wrong(name: &str, error: &toml::de::Error) -> Failure {
    Failure::new(format!("the environment variable {name} has no valid value")).because(error.message())
}

/// Scripts may have `HOB_…` variables of their own, so only one that looks like a setting is an error.
fn refuse_misspelled(name: &str) -> Outcome {
    let key = name.trim_start_matches("HOB_").to_ascii_lowercase();
    let Some(meant) = suggest::closest(&key, Layer::KEYS) else { return Ok(()) };
    Err(Failure::new(format!("the environment variable {name} names no setting"))
        .advise(format!("{}, if that is what you meant", variable_name(meant))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(variables: &[(&str, &str)]) -> Outcome<Layer> {
        read(variables.iter().map(|(name, value)| (name.into(), value.into())))
    }

    #[test]
    fn variables_are_text_or_toml() {
        let layer = layer(&[
            ("HOB_HOST", "::1"),
            ("HOB_PORT", "80"),
            ("HOB_DATA_DIR", "1"),
            ("HOB_EPHEMERAL", "true"),
            ("HOB_ALLOWED_HOSTS", "['a', 'b']"),
            ("HOB_CONFIG", "elsewhere.toml"),
            ("HOME", "/root"),
        ]);
        let layer = layer.unwrap();
        assert_eq!(layer.host.unwrap().to_string(), "::1");
        assert_eq!((layer.port, layer.ephemeral), (Some(80), Some(true)));
        assert_eq!(layer.data_dir.unwrap().to_str(), Some("1"));
        assert_eq!(layer.allowed_hosts.unwrap(), ["a", "b"]);
    }

    #[test]
    fn a_misspelled_variable_is_an_error_and_a_foreign_one_is_not() {
        let text = layer(&[("HOB_PROT", "80")]).unwrap_err().to_string();
        assert_eq!(text, "the environment variable HOB_PROT names no setting");
        assert!(layer(&[("HOB_PORT", "eighty")]).is_err());
        assert!(layer(&[("HOB_BUILD_MACHINE", "seven")]).is_ok());
    }
}
