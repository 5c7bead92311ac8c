//! The zygotes: what the server orders of them, what they report, and what becomes of their copies.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::process::{Pid, WaitStatus};

use super::super::channel;
use super::super::init;
use super::super::message::{
    CopyLimits, CopyPlace, Failure, FromInit, FromZygote, SandboxName, ToZygote, ZygoteOrder, ZygoteReport,
    ZygoteTask,
};
use super::super::problem::Result;
use super::residents::{Resident, Residents};
use super::stage::{GROUP, Stage, USER};
use super::zygote_process::ZygoteProcess;
use crate::seccomp::Filters;

#[derive(Default)]
pub(super) struct Zygotes {
    living: Vec<Zygote>,
    /// In which sandbox each lives. They may outlive their zygote.
    copies: HashMap<Pid, SandboxName>,
}

struct Zygote {
    process: ZygoteProcess,
    /// `None` when the server needs it no more.
    server: Option<OwnedFd>,
    /// The server waits for nothing any more on that channel.
    has_answered: bool,
    tasks: HashMap<u32, Task>,
    next_task: u32,
}

/// A copy that is being made. It is there when both its zygote and itself have said so, in whichever order.
struct Task {
    sandbox: SandboxName,
    process: Option<(Pid, OwnedFd)>,
    entered: bool,
}

/// Something to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// An order of the server for this zygote.
    Server(Pid),
    /// A report of its process.
    Process(Pid),
}

impl Zygotes {
    /// Starts one, or says on its own channel why not.
    pub(super) fn start(&mut self, order: &ZygoteOrder, stage: &Stage, limits: CopyLimits, server: OwnedFd) {
        match try_start(order, stage, limits) {
            Ok(process) => {
                let tasks = HashMap::new();
                let server = Some(server);
                self.living.push(Zygote { process, server, has_answered: false, tasks, next_task: 0 });
            }
            Err(problem) => {
                let _ = channel::send(&server, &FromZygote::Failed(problem.into()), &[]);
            }
        }
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = (Source, BorrowedFd<'_>)> {
        self.living.iter().flat_map(|zygote| {
            let server = zygote.server.as_ref().map(|server| (Source::Server(zygote.pid()), server.as_fd()));
            let process = (Source::Process(zygote.pid()), zygote.process.control.as_fd());
            server.into_iter().chain([process])
        })
    }

    pub(super) fn serve(&mut self, source: Source, residents: &Residents) {
        let (Source::Server(process) | Source::Process(process)) = source;
        let Some(zygote) = self.living.iter_mut().find(|zygote| zygote.pid() == process) else { return };
        match source {
            Source::Server(_) => zygote.obey(residents),
            Source::Process(_) => {
                zygote.listen(residents, &mut self.copies);
            }
        }
    }

    /// Takes note of processes that have ended.
    pub(super) fn bury(&mut self, ended: &[(Pid, WaitStatus)], residents: &Residents) {
        // First the zygotes, whose last reports may tell whose the other processes are.
        for (process, _) in ended {
            if let Some(place) = self.living.iter().position(|zygote| zygote.pid() == *process) {
                let zygote = self.living.swap_remove(place);
                zygote.end(residents, &mut self.copies);
            }
        }
        for (process, status) in ended {
            if let Some(sandbox) = self.copies.remove(process) {
                residents.tell(&sandbox, &FromInit::Ended(status.as_raw()), &[]);
            }
        }
    }
}

/// What all copies leave behind.
pub(super) fn limits(rootless: bool, filters: &Filters) -> CopyLimits {
    CopyLimits {
        resources: init::copy_resources(rootless),
        user_and_group: (!rootless).then_some((USER, GROUP)),
        filters: filters.compiled(),
    }
}

fn try_start(order: &ZygoteOrder, stage: &Stage, limits: CopyLimits) -> Result<ZygoteProcess> {
    let process = ZygoteProcess::start(order, stage)?;
    // There is room for the first message. If the process has ended already, that is noticed, too.
    let _ = channel::send_now(&process.control, &ZygoteTask::Prepare(limits), &[]);
    Ok(process)
}

impl Zygote {
    fn pid(&self) -> Pid {
        self.process.process
    }

    fn obey(&mut self, residents: &Residents) {
        let Some(server) = &self.server else { return };
        match channel::receive(server) {
            Ok(Some((ToZygote::Fork(sandbox), output))) => self.fork(&sandbox, &output, residents),
            // It ends when it has reported what it knows.
            Ok(None) | Err(_) => {
                self.server = None;
                let _ = rustix::net::shutdown(&self.process.control, rustix::net::Shutdown::Write);
            }
        }
    }

    fn fork(&mut self, sandbox: &SandboxName, output: &[OwnedFd], residents: &Residents) {
        // If it is gone, the server notices by itself.
        let Some(resident) = residents.named(sandbox) else { return };
        match self.order(resident, output) {
            Ok(number) => {
                let task = Task { sandbox: sandbox.clone(), process: None, entered: false };
                self.tasks.insert(number, task);
            }
            Err(error) => refuse(residents, sandbox, error.raw_os_error().unwrap_or(libc::EIO)),
        }
    }

    fn order(&mut self, resident: &Resident, output: &[OwnedFd]) -> io::Result<u32> {
        let entrances = resident.group.entrances()?;
        let (kinds, namespaces): (Vec<_>, Vec<_>) = resident.doors.others().into_iter().unzip();
        let task = self.next_task;
        self.next_task = self.next_task.wrapping_add(1);
        let place = CopyPlace {
            task,
            control_groups: u32::try_from(entrances.len()).unwrap_or_default(),
            namespaces: kinds,
        };
        let output = output.iter().map(AsFd::as_fd);
        let descriptors = output.chain([resident.doors.processes()]);
        let descriptors = descriptors.chain(entrances.iter().map(AsFd::as_fd)).chain(namespaces);
        let descriptors: Vec<_> = descriptors.collect();
        channel::send_now(&self.process.control, &ZygoteTask::Fork(place), &descriptors)?;
        Ok(task)
    }

    /// `false` if it has nothing more to say.
    fn listen(&mut self, residents: &Residents, copies: &mut HashMap<Pid, SandboxName>) -> bool {
        let (report, mut descriptors) = match channel::receive(&self.process.control) {
            Ok(Some(received)) => received,
            // It has ended with orders that it had not read. What it said before comes after this.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return true,
            Ok(None) | Err(_) => return false,
        };
        match report {
            ZygoteReport::Ready => self.answer(&FromZygote::Ready),
            ZygoteReport::Unable(text) => {
                self.answer(&FromZygote::Failed(Failure { doing: text, error: libc::ENOEXEC }));
            }
            ZygoteReport::Forked((task, process)) => {
                let process = pid(process).zip(descriptors.pop());
                self.proceed(task, residents, copies, |task| task.process = process);
            }
            ZygoteReport::Entered(task) => {
                self.proceed(task, residents, copies, |task| task.entered = true);
            }
            ZygoteReport::Refused((task, error)) => {
                if let Some(task) = self.tasks.remove(&task) {
                    refuse(residents, &task.sandbox, error);
                }
            }
            ZygoteReport::Ended((process, status)) => self.copy_ended(process, status, residents, copies),
        }
        true
    }

    fn proceed(
        &mut self,
        number: u32,
        residents: &Residents,
        copies: &mut HashMap<Pid, SandboxName>,
        step: impl FnOnce(&mut Task),
    ) {
        let Some(task) = self.tasks.get_mut(&number) else { return };
        step(task);
        if let Task { process: Some((process, descriptor)), entered: true, sandbox } = task {
            residents.tell(sandbox, &FromInit::Started, &[descriptor.as_fd()]);
            copies.insert(*process, std::mem::take(sandbox));
            self.tasks.remove(&number);
        }
    }

    fn copy_ended(
        &mut self,
        process: u32,
        status: i32,
        residents: &Residents,
        copies: &mut HashMap<Pid, SandboxName>,
    ) {
        let Some(process) = pid(process) else { return };
        if let Some(sandbox) = copies.remove(&process) {
            return residents.tell(&sandbox, &FromInit::Ended(status), &[]);
        }
        // On its way, somebody killed it.
        let is_it = |task: &Task| matches!(task.process, Some((number, _)) if number == process);
        for (_, task) in self.tasks.extract_if(|_, task| is_it(task)) {
            refuse(residents, &task.sandbox, libc::ESRCH);
        }
    }

    /// The process has ended.
    fn end(mut self, residents: &Residents, copies: &mut HashMap<Pid, SandboxName>) {
        let non_blocking = rustix::io::ioctl_fionbio(&self.process.control, true).is_ok();
        while non_blocking && self.listen(residents, copies) {}
        for task in std::mem::take(&mut self.tasks).into_values() {
            refuse(residents, &task.sandbox, libc::ESRCH);
        }
        let words = self.process.last_words();
        self.answer(&FromZygote::Failed(Failure { doing: words, error: libc::ENOEXEC }));
    }

    /// Only the first answer is one.
    fn answer(&mut self, answer: &FromZygote) {
        if let Some(server) = self.server.as_ref().filter(|_| !self.has_answered) {
            let _ = channel::send_now(server, answer, &[]);
        }
        self.has_answered = true;
    }
}

fn refuse(residents: &Residents, sandbox: &SandboxName, error: i32) {
    residents.tell(sandbox, &FromInit::NotStarted(error), &[]);
}

fn pid(number: u32) -> Option<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw)
}
