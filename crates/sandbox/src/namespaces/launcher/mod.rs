//! The launcher: makes sandboxes, reaps them, and removes what they leave.
//!
//! It is an executable's second life (`hob __launcher`), so it begins with one thread and little memory, and it
//! never gets more threads: it may fork at any time, and what it forks may go on as if nothing had happened.

mod doors;
mod enter;
mod image;
mod images;
mod listening;
mod networks;
mod reserve;
mod residents;
mod serve;
mod slots;
mod snapshot;
mod stage;
mod uplink;
mod zygote_process;
mod zygotes;

pub(crate) use self::doors::show;
pub(crate) use self::enter::{map_ids, take_control};
pub(crate) use self::serve::PROCESSES_MAX;
pub(crate) use self::stage::{BESIDE_USR, DEVICES, ETC, GROUP, Stage, USER, java_configurations};

use std::os::fd::OwnedFd;

use rustix::fs::Mode;
use rustix::process::umask;

use super::channel;
use super::message::{Failure, FromLauncher, ToLauncher};
use super::problem::Result;

/// The whole life of a launcher process. Its standard input is the channel to the server.
pub(crate) fn launcher_main() -> ! {
    live(run)
}

/// Of either tier: ends the process with what became of its life.
pub(crate) fn live(life: fn() -> Result<()>) -> ! {
    let status = match life() {
        Ok(()) => 0,
        Err(problem) => {
            eprintln!("hob launcher: {problem}");
            1
        }
    };
    std::process::exit(status)
}

fn run() -> Result<()> {
    let control = take_control()?;
    let entered = enter::enter();
    match entered {
        Ok(enter::Entered::Outside(inner)) => {
            drop(control);
            enter::wait_for(inner)
        }
        Ok(enter::Entered::Inside { rootless }) => converse(control, rootless),
        Err(problem) => {
            refuse(&control, problem.into());
            Ok(())
        }
    }
}

fn converse(control: OwnedFd, rootless: bool) -> Result<()> {
    // What sandboxes are made of must be readable by functions, whatever the server's own habit.
    umask(Mode::from_raw_mode(0o022));
    let Ok(Some((ToLauncher::Configure(configuration), _))) = channel::receive(&control) else {
        return Ok(()); // The server is gone already.
    };
    match serve::Launcher::new(control, configuration, rootless) {
        Ok(launcher) => launcher.serve(),
        Err((control, problem)) => {
            refuse(&control, problem.into());
            Ok(())
        }
    }
}

/// Tells the server why there will be no sandboxes. If it is gone, nobody wants to know.
pub(crate) fn refuse(control: &OwnedFd, failure: Failure) {
    let _ = channel::send(control, &FromLauncher::Unable(failure), &[]);
}
