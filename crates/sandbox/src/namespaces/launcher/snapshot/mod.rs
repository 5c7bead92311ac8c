//! A zygote whose copies have run a function's own code, without any right in the hands of that code.
//!
//! The *original* is a program that has rights, runs nothing of a user's, and stops where it would fork. It never runs
//! again: this process traces it, and puts system calls into it. Its first fork shares its memory, is put into a
//! sandbox, gives up all rights and goes on there, to run a function's initialisation: the *first copy*. When that one
//! asks to be copied, it stops where it would fork. Every other copy is a fork of the original, which by then has the
//! first copy's memory, put into a sandbox of its own before it goes on where the first one stopped.
//!
//! So what the function wrote is executed only by processes that have no rights. The rights are in a process that executes
//! nothing but single system calls, and for a moment in each of its forks, which executes what this process puts there.

mod batch;
mod placing;
mod registers;
mod tracee;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, WaitOptions, WaitStatus, wait};

use self::placing::{Memory, Paused, Place, Source};
use self::registers::{CHILD_NUMBER_AT, FORKS, call_behind, called};
use self::tracee::{Puppet, Stop, Tracee, Until};
use super::super::channel;
use super::super::init;
use super::super::message::{CopyLimits, CopyPlace, ZygoteReport, ZygoteTask};
use super::super::problem::{Doing, Result};
use crate::sys::{self, Forked};

/// With this a program says that its next fork is the one to stop at.
const PAUSES: i32 = libc::SIGSTOP;

/// Serves the launcher until it closes the channel, or there is nothing left to copy.
pub(super) fn serve(program: &init::Prepared, control: &OwnedFd) -> Result<Infallible> {
    let children = sys::signal_descriptor(libc::SIGCHLD).doing("watching for children")?;
    let Ok(Some((ZygoteTask::Prepare(limits), _))) = channel::receive(control) else { sys::exit_now(0) };
    let (original, start) = start(program).doing("starting the program to copy")?;
    let report = channel::send(control, &ZygoteReport::Ready, &[]);
    report.doing("telling the launcher")?;
    let mut keeper =
        Keeper { control, children, limits, original, start, first: First::None, waiting: VecDeque::new() };
    loop {
        keeper.wait().doing("waiting")?;
    }
}

struct Keeper<'a> {
    control: &'a OwnedFd,
    children: OwnedFd,
    limits: CopyLimits,
    original: Puppet,
    /// Where the first copy begins.
    start: Paused,
    first: First,
    /// Orders that came before the first copy stood.
    waiting: VecDeque<(CopyPlace, Vec<OwnedFd>)>,
}

enum First {
    None,
    Running(Tracee),
    /// It has said that it will fork.
    Pausing(Tracee),
    /// It stands where it would fork.
    Paused(Tracee, Box<Paused>),
    /// It runs another program, and cannot be copied.
    Strayed(Tracee),
}

impl First {
    fn tracee(&self) -> Option<Tracee> {
        match self {
            Self::None => None,
            Self::Running(tracee)
            | Self::Pausing(tracee)
            | Self::Paused(tracee, _)
            | Self::Strayed(tracee) => Some(*tracee),
        }
    }
}

impl Keeper<'_> {
    fn wait(&mut self) -> io::Result<()> {
        let mut ready =
            [PollFd::new(self.control, PollFlags::IN), PollFd::new(&self.children, PollFlags::IN)];
        poll(&mut ready, None)?;
        let [ordered, happened] = ready.map(|ready| !ready.revents().is_empty());
        if happened {
            let _ = rustix::io::read(&self.children, &mut [0_u8; 128][..]);
            self.look()?;
        }
        if ordered {
            match channel::receive(self.control)? {
                Some((ZygoteTask::Fork(order), descriptors)) => self.obey(order, descriptors),
                Some((ZygoteTask::Prepare(_), _)) => {}
                // All that is traced ends with this process; copies go on.
                None => sys::exit_now(0),
            }
        }
        Ok(())
    }

    /// What has become of the processes that are not standing still.
    fn look(&mut self) -> io::Result<()> {
        while let Ok(Some((process, status))) = wait(WaitOptions::NOHANG | WaitOptions::UNTRACED) {
            self.notice(process, status)?;
        }
        Ok(())
    }

    fn notice(&mut self, process: Pid, status: WaitStatus) -> io::Result<()> {
        let first = self.first.tracee().filter(|first| first.0 == process);
        match (Stop::of(status.as_raw()), first) {
            (Stop::Ended, first) => {
                self.report(
                    &ZygoteReport::Ended((process.as_raw_pid().cast_unsigned(), status.as_raw())),
                    &[],
                );
                if first.is_some() || process == self.original.tracee.0 {
                    sys::exit_now(1);
                }
            }
            // It may have been killed meanwhile, and its end is still to be noticed.
            (stop, Some(first)) => drop(self.follow(first, stop)),
            (_, None) => {}
        }
        Ok(())
    }

    /// Lets the first copy go on, unless it stands where it shall.
    fn follow(&mut self, tracee: Tracee, stop: Stop) -> io::Result<()> {
        let (first, until, signal) = match (std::mem::replace(&mut self.first, First::None), stop) {
            (First::Pausing(_), Stop::Call) => {
                if let Some(paused) = about_to_fork(tracee)? {
                    self.first = First::Paused(tracee, Box::new(paused));
                    self.catch_up();
                    return Ok(());
                }
                (First::Pausing(tracee), Until::Call, 0)
            }
            (_, Stop::Executed) => (First::Strayed(tracee), Until::Signal, 0),
            (First::Running(_), Stop::Signal(PAUSES)) => (First::Pausing(tracee), Until::Call, 0),
            (First::Pausing(_), stop) => (First::Pausing(tracee), Until::Call, passed_on(stop)),
            (First::None | First::Paused(..), stop) => {
                (First::Running(tracee), Until::Signal, passed_on(stop))
            }
            (first, stop) => (first, Until::Signal, passed_on(stop)),
        };
        self.first = first;
        tracee.go_on(until, signal)
    }

    fn obey(&mut self, order: CopyPlace, descriptors: Vec<OwnedFd>) {
        let task = order.task;
        let copied = match &self.first {
            First::None => self.put_first(&order, descriptors),
            First::Running(_) | First::Pausing(_) => return self.waiting.push_back((order, descriptors)),
            First::Paused(_, at) => self.put_copy(at, &order, descriptors),
            First::Strayed(_) => Err(io::Error::from_raw_os_error(libc::ENOEXEC)),
        };
        if let Err(error) = copied {
            let error = error.raw_os_error().unwrap_or(libc::EIO);
            self.report(&ZygoteReport::Refused((task, error)), &[]);
        }
    }

    fn catch_up(&mut self) {
        while let Some((order, descriptors)) = self.waiting.pop_front() {
            self.obey(order, descriptors);
        }
    }

    fn put_first(&mut self, order: &CopyPlace, descriptors: Vec<OwnedFd>) -> io::Result<()> {
        let there = Place::new(order, descriptors)?;
        // The kernel counts memory where the one is that had it first.
        there.join(self.original.tracee.0)?;
        let source = Source::open(self.original)?;
        let placed = source.place(Memory::Shared, &self.start, &there, &self.limits);
        // What they share is to be in order before the other one runs.
        source.close()?;
        let first = placed?;
        first.follow_nobody()?;
        first.go_on(Until::Signal, 0)?;
        self.first = First::Running(first);
        self.announce(order.task, first.0)
    }

    fn put_copy(&self, at: &Paused, order: &CopyPlace, descriptors: Vec<OwnedFd>) -> io::Result<()> {
        let there = Place::new(order, descriptors)?;
        let source = Source::open(self.original)?;
        let placed = source.place(Memory::Copied, at, &there, &self.limits);
        let running = placed.and_then(|copy| {
            copy.release()?;
            self.announce(order.task, copy.0)
        });
        source.close()?;
        running
    }

    fn announce(&self, task: u32, process: Pid) -> io::Result<()> {
        let descriptor = rustix::process::pidfd_open(process, rustix::process::PidfdFlags::empty())?;
        let number = process.as_raw_pid().cast_unsigned();
        self.report(&ZygoteReport::Forked((task, number)), &[&descriptor]);
        self.report(&ZygoteReport::Entered(task), &[]);
        Ok(())
    }

    /// If the launcher is gone, so is this process soon.
    fn report(&self, report: &ZygoteReport, descriptors: &[&OwnedFd]) {
        let descriptors: Vec<_> = descriptors.iter().map(|descriptor| descriptor.as_fd()).collect();
        let _ = channel::send(self.control, report, &descriptors);
    }
}

/// Starts the original, and leaves it where it would fork.
fn start(program: &init::Prepared) -> io::Result<(Puppet, Paused)> {
    let original = match sys::fork()? {
        Forked::Parent(process) => Tracee(process),
        Forked::Child => {
            let error = tracee::let_parent_trace().map_or_else(|error| error, |()| execute(program));
            eprintln!("{error}");
            sys::exit_now(127)
        }
    };
    original.expect(Stop::Stepped)?;
    original.follow_forks()?;
    run_to(original, Until::Signal, Stop::Signal(PAUSES))?;
    let paused = loop {
        run_to(original, Until::Call, Stop::Call)?;
        if let Some(paused) = about_to_fork(original)? {
            break paused;
        }
    };
    original.cancel_call()?;
    original.go_on(Until::Call, 0)?;
    original.expect(Stop::Call)?;
    let original = Puppet { tracee: original, call_at: call_behind(&paused.registers.general) };
    original.forget_restartable_sequences()?;
    Ok((original, paused))
}

fn execute(program: &init::Prepared) -> io::Error {
    sys::restore_signals();
    match rustix::process::chdir(program.working_directory.as_c_str()) {
        Ok(()) => program.execute(),
        Err(error) => error.into(),
    }
}

/// Lets the original run until it meets this.
fn run_to(original: Tracee, until: Until, wanted: Stop) -> io::Result<()> {
    let mut signal = 0;
    loop {
        original.go_on(until, signal)?;
        match original.stop()? {
            stop if stop == wanted => return Ok(()),
            Stop::Ended => return Err(io::Error::other("it ended before it could be copied")),
            stop => signal = passed_on(stop),
        }
    }
}

/// Of a process that stands before or after a system call: whether it is one that forks.
fn about_to_fork(tracee: Tracee) -> io::Result<Option<Paused>> {
    let (number, arguments) = called(&tracee.general()?);
    if !FORKS.contains(&number) {
        return Ok(None);
    }
    let (flags, child_number) = match number {
        libc::SYS_clone => (arguments[0], arguments[CHILD_NUMBER_AT]),
        _ => (0, 0),
    };
    Ok(Some(Paused { registers: tracee.registers()?, flags, child_number }))
}

/// The signal that the process would have got if nobody traced it.
fn passed_on(stop: Stop) -> i32 {
    match stop {
        Stop::Signal(signal) => signal,
        Stop::Stepped => libc::SIGTRAP,
        Stop::Call | Stop::Executed | Stop::Forked | Stop::Ended => 0,
    }
}
