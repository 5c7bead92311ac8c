//! `hob up --demo`: two examples, deployed and invoked through the API like any user's functions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::time::Instant;

use crate::client::Client;
use crate::client::lambda::{Invoked, Settings};
use crate::commands::deploy;
use crate::failure::{OrFail as _, Outcome};
use crate::output::{self, BAD, BOLD, CAUTION, DIM, styled};
use crate::package::{self, Language, Wishes};
use crate::report::Report;

/// A folder of `examples/`, carried along so that the demo works without the repository.
struct Example {
    name: &'static str,
    language: Language,
    needs: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const EXAMPLES: [Example; 2] = [
    Example {
        name: "hello-python",
        language: Language::Python,
        needs: "Python 3",
        files: &[("app.py", include_str!("../../../../examples/hello-python/app.py"))],
    },
    Example {
        name: "hello-nodejs",
        language: Language::Nodejs,
        needs: "Node.js",
        files: &[("index.mjs", include_str!("../../../../examples/hello-nodejs/index.mjs"))],
    },
];

const PAYLOAD: &str = r#"{"name": "Hob"}"#;

/// Says how each example went; a failing one does not stop the server.
pub(super) async fn run(client: &Client) {
    for example in &EXAMPLES {
        if let Err(failure) = show(client, example).await {
            output::note(format!("  {} {}", styled(BAD, format!("{:13}", example.name)), "did not work"));
            output::note(failure.render().trim_end());
        }
    }
}

async fn show(client: &Client, example: &Example) -> Outcome {
    let name = example.name;
    let Some(runtime) = package::runtime_of_this_machine(example.language) else {
        let title = styled(CAUTION, format!("{name:13}"));
        output::note(format!("  {title} skipped: there is no {} on this machine's PATH", example.needs));
        return Ok(());
    };
    let folder = example.folder()?;
    let wishes = Wishes { name: Some(name.to_owned()), runtime: Some(runtime.clone()), handler: None };
    let package = package::prepare(folder.path(), wishes, &|_| ())?;
    deploy::send(client, &package, None, Settings::default(), &|_| ()).await?;

    let title = styled(BOLD, format!("{name:13}"));
    output::note(format!("  {title} {runtime}, {}", styled(DIM, format!("payload {PAYLOAD}"))));
    for _ in 0..2 {
        let (invoked, elapsed) = invoke(client, name).await?;
        output::note(format!("  {:13} {}", "", answer(&invoked, elapsed)));
    }
    Ok(())
}

async fn invoke(client: &Client, name: &str) -> Outcome<(Invoked, Duration)> {
    let started = Instant::now();
    let invoked = client.invoke(name, None, Bytes::from_static(PAYLOAD.as_bytes())).await;
    let elapsed = started.elapsed();
    Ok((invoked.map_err(|error| error.while_doing(format!("cannot invoke {name}")))?, elapsed))
}

fn answer(invoked: &Invoked, elapsed: Duration) -> String {
    let payload = String::from_utf8_lossy(&invoked.payload);
    let payload = match &invoked.function_error {
        None => payload.into_owned(),
        Some(_) => styled(BAD, payload),
    };
    let start = match Report::in_log(&invoked.log) {
        Some(report) if report.cold => ", cold start",
        Some(_) => ", warm",
        None => "",
    };
    format!("{payload} {}", styled(DIM, format!("in {}{start}", output::duration(elapsed))))
}

/// Where an example's files are: in the repository, or unpacked for the moment.
enum Folder {
    Repository(PathBuf),
    Unpacked(TempDir),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::Repository(path) => path,
            Self::Unpacked(folder) => folder.path(),
        }
    }
}

impl Example {
    fn folder(&self) -> Outcome<Folder> {
        let repository = Path::new("examples").join(self.name);
        if repository.is_dir() {
            return Ok(Folder::Repository(repository));
        }
        let folder = tempfile::tempdir().or_fail(|| "cannot make a temporary folder".to_owned())?;
        for (name, content) in self.files {
            std::fs::write(folder.path().join(name), content).or_fail(|| format!("cannot write {name}"))?;
        }
        Ok(Folder::Unpacked(folder))
    }
}
