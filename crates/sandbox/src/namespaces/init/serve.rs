//! The init's loop: an order of the server, or a process that has ended.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitOptions, kill_process, pidfd_open, pidfd_send_signal, wait,
};

use super::super::channel;
use super::super::message::{FromInit, ToInit};
use super::super::problem::{Doing, Result};
use super::program::{self, Surroundings};
use super::supervision::Supervision;
use crate::{Program, sys};

pub(crate) struct Init<'a> {
    children: OwnedFd,
    entrances: &'a [File],
    rootless: bool,
    program: Option<Running>,
    supervision: Option<Supervision>,
}

/// What the server had started last.
enum Running {
    /// By this process, which reports its end.
    Program(Pid),
    /// As a copy of a zygote, whose end the launcher reports to the server, and the server to this process.
    Copy(OwnedFd),
}

impl<'a> Init<'a> {
    pub(super) fn new(
        children: OwnedFd,
        entrances: &'a [File],
        rootless: bool,
        supervision: Option<Supervision>,
    ) -> Self {
        Self { children, entrances, rootless, program: None, supervision }
    }

    /// Until the server closes the channel. With this process end all others in the sandbox.
    pub(super) fn serve(mut self, channel: &OwnedFd) -> Result<()> {
        loop {
            let mut ready = [PollFd::new(channel, PollFlags::IN), PollFd::new(&self.children, PollFlags::IN)];
            poll(&mut ready, self.period().as_ref()).doing("waiting")?;
            let (order, child) = (!ready[0].revents().is_empty(), !ready[1].revents().is_empty());
            self.supervise(channel)?;
            if child && let Some(status) = self.reap() {
                channel::send(channel, &status, &[]).doing("telling the server")?;
            }
            if order {
                match channel::receive(channel).doing("receiving from the server")? {
                    Some((order, descriptors)) => self.obey(channel, order, descriptors)?,
                    None => return Ok(()),
                }
            }
        }
    }

    fn obey(&mut self, channel: &OwnedFd, order: ToInit, descriptors: Vec<OwnedFd>) -> Result<()> {
        match order {
            ToInit::Start(program) => {
                let started = self.start(&program, descriptors);
                let answer = FromInit::of_start(&started);
                let process: Vec<_> = started.iter().map(|process| process.as_fd()).collect();
                channel::send(channel, &answer, &process).doing("telling the server")
            }
            ToInit::Kill => {
                sys::kill_all_others();
                Ok(())
            }
            ToInit::LimitMemory(memory) => {
                self.supervision.iter_mut().for_each(|supervision| supervision.limit(memory));
                Ok(())
            }
            ToInit::Terminate => {
                // It fails only if the program has ended, which is what was asked for.
                let _ = match &self.program {
                    Some(Running::Program(program)) => kill_process(*program, Signal::TERM),
                    Some(Running::Copy(copy)) => pidfd_send_signal(copy, Signal::TERM),
                    None => Ok(()),
                };
                Ok(())
            }
            ToInit::Adopt => {
                self.program = descriptors.into_iter().next().map(Running::Copy);
                Ok(())
            }
            ToInit::Release => {
                self.clear_up();
                channel::send(channel, &FromInit::Released, &[]).doing("telling the server")
            }
        }
    }

    /// The descriptor is how the server learns under which number it sees the program.
    fn start(&mut self, program: &Program, descriptors: Vec<OwnedFd>) -> std::io::Result<OwnedFd> {
        let Ok([stdout, stderr]) = <[OwnedFd; 2]>::try_from(descriptors) else {
            return Err(std::io::ErrorKind::InvalidInput.into());
        };
        let surroundings =
            Surroundings { stdout, stderr, entrances: self.entrances, rootless: self.rootless };
        let process = program::start(program, surroundings)?;
        self.program = Some(Running::Program(process));
        // It cannot be reaped before this returns, so the number is still its own.
        Ok(pidfd_open(process, PidfdFlags::empty())?)
    }

    /// When to look at the memory again, if somebody must.
    fn period(&self) -> Option<Timespec> {
        self.program.as_ref().and(self.supervision.as_ref()).map(Supervision::period)
    }

    fn supervise(&mut self, channel: &OwnedFd) -> Result<()> {
        let Some(supervision) = self.supervision.as_mut().filter(|_| self.program.is_some()) else {
            return Ok(());
        };
        let observed = supervision.look();
        if observed.is_too_much {
            // Before the end that this brings about can be told.
            channel::send(channel, &FromInit::TooMuchMemory, &[]).doing("telling the server")?;
            sys::kill_all_others();
        }
        if let Some(peak) = observed.new_peak {
            // If the server does not read, a later peak will do.
            let _ = channel::send_now(channel, &FromInit::MemoryPeak(peak), &[]);
        }
        Ok(())
    }

    /// Collects every process that has ended, orphans included. If the program is among them, what it left
    /// running is killed, and what to say of its end is returned.
    fn reap(&mut self) -> Option<FromInit> {
        // Signals of one kind merge: whatever is read here only says "look".
        let _ = rustix::io::read(&self.children, &mut [0_u8; 128][..]);
        let mut ended = None;
        while let Ok(Some((process, status))) = wait(WaitOptions::NOHANG) {
            if matches!(self.program, Some(Running::Program(program)) if program == process) {
                self.clear_up();
                ended = Some(FromInit::Ended(status.as_raw()));
            }
        }
        ended
    }

    /// The program has ended, and what it left running ends with it.
    fn clear_up(&mut self) {
        self.program = None;
        sys::kill_all_others();
    }
}
