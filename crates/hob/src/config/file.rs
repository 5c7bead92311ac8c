//! `hob.toml`.

use std::path::{Path, PathBuf};

use super::settings::Layer;
use super::suggest;
use crate::failure::{Failure, OrFail, Outcome};

pub(super) fn read(path: &Path) -> Outcome<Layer> {
    let text = std::fs::read_to_string(path)
        .or_fail(|| format!("cannot read the configuration {}", path.display()))
        .map_err(|failure| failure.advise("check the path given by `--config` or HOB_CONFIG"))?;
    let mut layer = parse(&text, path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    relative_to(folder, &mut layer);
    Ok(layer)
}

fn parse(text: &str, path: &Path) -> Outcome<Layer> {
    let wrong = || Failure::new(format!("{} is not a valid configuration", path.display()));
    let table: toml::Table = text.parse().map_err(|error| wrong().because(error))?;
    if let Some(key) = table.keys().find(|key| !Layer::KEYS.contains(&key.as_str())) {
        return Err(unknown(key, path));
    }
    // Parsed from the text once more, because its errors show the line.
    toml::from_str(text).map_err(|error| wrong().because(error.to_string().trim_end()))
}

fn unknown(key: &str, path: &Path) -> Failure {
    let failure = Failure::new(format!("{} has a setting that does not exist: `{key}`", path.display()));
    match suggest::closest(key, Layer::KEYS) {
        Some(meant) => failure.advise(format!("`{meant}`, if that is what you meant")),
        None => failure.advise("`hob config` lists every setting"),
    }
}

/// Paths in the file are meant from where the file is.
fn relative_to(folder: &Path, layer: &mut Layer) {
    let join = |path: &mut PathBuf| *path = folder.join(&path);
    layer.data_dir.iter_mut().for_each(join);
    layer.ca_bundle.iter_mut().flatten().for_each(join);
    layer.interpreters.iter_mut().flat_map(|map| map.values_mut()).for_each(join);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        anstream::adapter::strip_str(&parse(text, Path::new("hob.toml")).unwrap_err().render()).to_string()
    }

    #[test]
    fn an_unknown_setting_is_an_error_that_says_what_was_probably_meant() {
        assert_eq!(
            error("prot = 80"),
            "error: hob.toml has a setting that does not exist: `prot`\n\
             try: `port`, if that is what you meant\n"
        );
        assert!(error("colour = 1").contains("`hob config` lists every setting"));
    }

    #[test]
    fn a_wrong_value_shows_its_line() {
        let text = error("host = '127.0.0.1'\nport = 'eighty'");
        assert!(text.contains("line 2") && text.contains("port = 'eighty'"), "{text}");
    }

    #[test]
    fn every_kind_of_setting_is_read() {
        let layer = parse(
            "port = 0\nidle_timeout = '90s'\nisolation = 'namespaces'\nallowed_hosts = ['a', 'b']\n\
             [interpreters]\n'python3.12' = 'bin/python'\n\
             [[keys]]\naccess_key_id = 'AK'\nsecret_access_key = 's'\naccount = '123456789012'",
            Path::new("hob.toml"),
        );
        let mut layer = layer.unwrap();
        relative_to(Path::new("/etc/hob"), &mut layer);
        assert_eq!(layer.port, Some(0));
        assert_eq!(layer.idle_timeout.unwrap().to_string(), "90s");
        assert_eq!(layer.interpreters.unwrap()["python3.12"], Path::new("/etc/hob/bin/python"));
        assert_eq!(layer.keys.unwrap()[0].account.as_str(), "123456789012");
    }
}
