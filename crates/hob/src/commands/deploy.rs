use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use hob_types::AccountId;
use indicatif::ProgressBar;
use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::cli::Target;
use crate::client::lambda::{Environment, Function, Settings};
use crate::client::{Client, ClientError};
use crate::failure::{Failure, OrFail as _, Outcome};
use crate::output::{self, BOLD, DIM, Format, styled};
use crate::package::{self, Package, Wishes};

/// How long a new version may take until it can be invoked.
const ACTIVE_DEADLINE: Duration = Duration::from_secs(120);

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob deploy hello/                                       name, runtime and handler from the folder
  hob deploy f.zip --name hello --runtime python3.12 --handler app.handler
  hob deploy hello/ --memory 512 --timeout 30 --env STAGE=dev --env DEBUG=1")]
pub struct Arguments {
    /// A folder with the function's code, or a zip.
    path: PathBuf,

    /// The function's name; the folder's by default.
    #[arg(long)]
    name: Option<String>,

    /// Such as python3.12 or nodejs22.x; by default what the files and this machine suggest.
    #[arg(long)]
    runtime: Option<String>,

    /// Such as app.handler; by default what the files suggest.
    #[arg(long)]
    handler: Option<String>,

    /// MemorySize in MB: 128 to 10240.
    #[arg(long, value_name = "MB")]
    memory: Option<u32>,

    /// Timeout in seconds: 1 to 900.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u32>,

    /// An environment variable; may be given several times. Replaces all variables the function has.
    #[arg(long = "env", value_name = "KEY=VALUE", value_parser = variable)]
    environment: Vec<(String, String)>,

    /// The execution role's ARN.
    #[arg(long, value_name = "ARN")]
    role: Option<String>,

    /// The instruction set that the code is built for; this machine's by default.
    #[arg(long, value_parser = ["x86_64", "arm64"])]
    architecture: Option<String>,

    #[command(flatten)]
    target: Target,
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    if key.is_empty() { Err("the name is empty".to_owned()) } else { Ok((key.to_owned(), value.to_owned())) }
}

/// What came of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Deployed {
    /// The function did not exist before.
    pub created: bool,
    pub seconds: f64,
    pub files: usize,
    #[serde(flatten)]
    pub function: Function,
}

pub async fn run(arguments: Arguments, format: Format) -> Outcome {
    let client = Client::new(&arguments.target)?;
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    let deployed = deploy(&client, arguments, &spinner).await;
    spinner.finish_and_clear();
    format.show(&deployed?, text);
    Ok(())
}

async fn deploy(client: &Client, arguments: Arguments, spinner: &ProgressBar) -> Outcome<Deployed> {
    let wishes = Wishes {
        name: arguments.name.clone(),
        runtime: arguments.runtime.clone(),
        handler: arguments.handler.clone(),
    };
    let settings = arguments.settings();
    let progress = spinner.clone();
    let path = arguments.path;
    let package = tokio::task::spawn_blocking(move || {
        package::prepare(&path, wishes, &|doing| progress.set_message(doing.to_owned()))
    });
    let package = package.await.or_fail(|| "packaging ended early".to_owned())??;
    let architecture = arguments.architecture.as_deref().or_else(|| this_machine());
    send(client, &package, architecture, settings, &|doing| spinner.set_message(doing.to_owned())).await
}

impl Arguments {
    fn settings(&self) -> Settings {
        let variables = BTreeMap::from_iter(self.environment.iter().cloned());
        Settings {
            runtime: self.runtime.clone(),
            handler: self.handler.clone(),
            role: self.role.clone(),
            memory_size: self.memory,
            timeout: self.timeout,
            environment: (!variables.is_empty()).then_some(Environment { variables }),
        }
    }
}

/// Lambda assumes x86_64, but the code in a folder runs where it lies.
fn this_machine() -> Option<&'static str> {
    cfg!(target_arch = "aarch64").then_some("arm64")
}

/// Creates or updates the function and waits until it can be invoked. What the package suggests fills in what
/// the settings leave open when the function is new; what an existing one has stays.
pub async fn send(
    client: &Client,
    package: &Package,
    architecture: Option<&str>,
    settings: Settings,
    progress: &(dyn Fn(&str) + Sync),
) -> Outcome<Deployed> {
    let started = Instant::now();
    let name = package.name.as_str();
    let failed = || format!("cannot deploy {name}");
    let existing = match client.get_function_configuration(name).await {
        Ok(function) => Some(function),
        Err(error) if error.is("ResourceNotFoundException") => None,
        Err(error) => return Err(error.while_doing(failed())),
    };
    progress(&format!("uploading {}", output::bytes(package.zip.len() as u64)));
    let sent = match &existing {
        None => create(client, package, architecture, settings).await,
        Some(existing) => update(client, package, architecture, settings, existing).await,
    };
    sent.map_err(|error| error.while_doing(failed()))?;
    progress("waiting until the function can be invoked");
    let function = settled(client, name).await?;
    let seconds = started.elapsed().as_secs_f64();
    Ok(Deployed { created: existing.is_none(), seconds, files: package.files, function })
}

async fn create(
    client: &Client,
    package: &Package,
    architecture: Option<&str>,
    settings: Settings,
) -> Result<(), ClientError> {
    let role = match settings.role {
        Some(role) => role,
        None => default_role(client).await?,
    };
    let settings = Settings {
        runtime: settings.runtime.or_else(|| Some(package.runtime.clone())),
        handler: settings.handler.or_else(|| Some(package.handler.clone())),
        role: Some(role),
        ..settings
    };
    client.create_function(&package.name, &package.zip, architecture, &settings).await.map(drop)
}

/// The API demands an execution role, and whoever deploys a folder rarely has one in mind.
async fn default_role(client: &Client) -> Result<String, ClientError> {
    let account = client.account().await?.unwrap_or_else(|| AccountId::local().to_string());
    Ok(format!("arn:aws:iam::{account}:role/lambda"))
}

async fn update(
    client: &Client,
    package: &Package,
    architecture: Option<&str>,
    settings: Settings,
    existing: &Function,
) -> Result<(), ClientError> {
    client.update_function_code(&package.name, &package.zip, architecture).await?;
    let changed = |suggested: &str, existing: &Option<String>| {
        (existing.as_deref() != Some(suggested)).then(|| suggested.to_owned())
    };
    let settings = Settings {
        runtime: settings.runtime.or_else(|| changed(&package.runtime, &existing.runtime)),
        handler: settings.handler.or_else(|| changed(&package.handler, &existing.handler)),
        ..settings
    };
    if settings.is_empty() {
        return Ok(());
    }
    // A configuration cannot change while the code still does.
    wait_for_update(client, &package.name).await?;
    client.update_function_configuration(&package.name, &settings).await.map(drop)
}

async fn wait_for_update(client: &Client, name: &str) -> Result<(), ClientError> {
    let give_up = Instant::now() + ACTIVE_DEADLINE;
    while is_busy(&client.get_function_configuration(name).await?) && Instant::now() < give_up {
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

fn is_busy(function: &Function) -> bool {
    function.state.as_deref() == Some("Pending")
        || function.last_update_status.as_deref() == Some("InProgress")
}

async fn settled(client: &Client, name: &str) -> Outcome<Function> {
    let failed = || format!("cannot deploy {name}");
    wait_for_update(client, name).await.map_err(|error| error.while_doing(failed()))?;
    let function = client.get_function_configuration(name).await;
    let function = function.map_err(|error| error.while_doing(failed()))?;
    let reason = match (function.state.as_deref(), function.last_update_status.as_deref()) {
        (Some("Failed"), _) => function.state_reason.as_deref(),
        (_, Some("Failed")) => function.last_update_status_reason.as_deref(),
        _ if is_busy(&function) => Some("it is still being prepared; look at it again with `hob ls`"),
        _ => return Ok(function),
    };
    Err(Failure::new(failed()).because(reason.unwrap_or("the server gives no reason")))
}

fn text(deployed: &Deployed) -> String {
    let function = &deployed.function;
    let verb = if deployed.created { "created" } else { "updated" };
    let runtime = function.runtime.as_deref().unwrap_or("-");
    let handler = function.handler.as_deref().unwrap_or("-");
    let size = output::bytes(function.code_size);
    let time = output::duration(Duration::from_secs_f64(deployed.seconds));
    let plural = if deployed.files == 1 { "" } else { "s" };
    format!(
        "{verb} {}  {}\n{}",
        styled(BOLD, &function.function_name),
        styled(DIM, format!("{runtime}, {handler}, {size} in {} file{plural}, {time}", deployed.files)),
        function.function_arn,
    )
}
