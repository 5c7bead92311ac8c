use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, Isolation, Layer, Quotas, Span};
use crate::failure::Outcome;
use crate::server;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hob up                             on 127.0.0.1:4566, data in ./.hob
  hob up --demo                      and show it with two examples
  hob up --port 0 --ephemeral        for a test: a free port, nothing kept
  hob up --host 0.0.0.0 --auth       for others: requests are signed with keys of hob.toml

When it accepts requests, one line appears on stdout: `ready on http://…`.
Every setting can also stand in hob.toml or in a HOB_… variable; see `hob config --explain`.")]
pub struct Arguments {
    /// The address to listen on [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<IpAddr>,

    /// The port to listen on; 0 takes a free one [default: 4566]
    #[arg(long)]
    port: Option<u16>,

    /// Where functions and logs are kept [default: .hob]
    #[arg(long, value_name = "DIRECTORY")]
    data_dir: Option<PathBuf>,

    /// Keep nothing.
    #[arg(long)]
    ephemeral: bool,

    /// The configuration file [default: hob.toml, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Verify the signature of every request against the configuration's keys.
    #[arg(long)]
    auth: bool,

    /// Listen on other addresses than loopback without access control.
    #[arg(long)]
    insecure: bool,

    /// How functions are isolated [default: auto]
    #[arg(long, value_enum)]
    isolation: Option<Isolation>,

    /// Whose limits on the number of API requests hold [default: off]
    #[arg(long, value_enum)]
    quotas: Option<Quotas>,

    /// How long an environment may be idle before it is ended [default: 5m]
    #[arg(long, value_name = "TIME")]
    idle_timeout: Option<Span>,

    /// Deploy and invoke two examples once the server is ready.
    #[arg(long)]
    demo: bool,
}

impl Arguments {
    fn layer(&self) -> Layer {
        Layer {
            host: self.host,
            port: self.port,
            data_dir: self.data_dir.clone(),
            ephemeral: self.ephemeral.then_some(true),
            auth: self.auth.then_some(true),
            insecure: self.insecure.then_some(true),
            isolation: self.isolation,
            quotas: self.quotas,
            idle_timeout: self.idle_timeout,
            ..Layer::default()
        }
    }
}

pub fn run(arguments: Arguments) -> Outcome {
    let config = Config::load(arguments.config.as_deref(), arguments.layer())?;
    server::run(config, arguments.demo)
}
