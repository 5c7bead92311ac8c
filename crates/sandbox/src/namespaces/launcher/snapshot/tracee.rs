//! A process that stands still while others' system calls are put into it.
//!
//! It never goes on by itself: each call is one instruction, after which it stands again. So whatever is in its memory,
//! nothing of that is executed with the rights that it has.

use std::io;
use std::ptr;

use rustix::process::Pid;

use super::batch;
use super::registers::{self, Arguments, General};

/// Set in `SIGTRAP` when a process stands before or after a system call of its own.
const AT_CALL: i32 = libc::SIGTRAP | 0x80;

/// What a system call returns that has failed.
const ERRORS: std::ops::RangeInclusive<i64> = -4095..=-1;

/// Room for what a register set of floating-point numbers takes at most, in bytes.
const FLOATING_MAX: usize = 1024;

/// `PTRACE_GETSIGMASK` and `PTRACE_SETSIGMASK`.
const GET_BLOCKED: u32 = 0x420a;
const SET_BLOCKED: u32 = 0x420b;

/// `PTRACE_GET_RSEQ_CONFIGURATION`, since Linux 5.13, and what it answers.
const GET_SEQUENCES: u32 = 0x420f;

#[repr(C)]
#[derive(Default)]
struct SequencesConfiguration {
    address: u64,
    size: u32,
    signature: u32,
    flags: u32,
    unused: u32,
}

/// `RSEQ_FLAG_UNREGISTER`.
const UNREGISTER: u64 = 1;

/// All that a process is besides its memory and what the kernel has of it.
#[derive(Clone)]
pub(super) struct Registers {
    pub(super) general: General,
    floating: Vec<u8>,
    /// The kernel's set of signals that are held back.
    blocked: u64,
}

/// What a stopped process has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A system call of its own.
    Call,
    /// It has executed another program.
    Executed,
    /// Its fork, which stands, too.
    Forked,
    /// The end of a single step.
    Stepped,
    Signal(i32),
    Ended,
}

impl Stop {
    pub(super) fn of(status: i32) -> Self {
        if !libc::WIFSTOPPED(status) {
            return Self::Ended;
        }
        match (libc::WSTOPSIG(status), status >> 16) {
            (AT_CALL, _) => Self::Call,
            (libc::SIGTRAP, libc::PTRACE_EVENT_EXEC) => Self::Executed,
            (libc::SIGTRAP, libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_CLONE) => Self::Forked,
            (libc::SIGTRAP, 0) => Self::Stepped,
            (signal, _) => Self::Signal(signal),
        }
    }
}

/// How a process goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Until {
    /// It meets a signal.
    Signal,
    /// It calls the kernel.
    Call,
    /// It has executed one instruction.
    Step,
}

/// A process that is traced by this one, and that stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tracee(pub(super) Pid);

/// Lets its parent trace this process from its next exec on.
pub(super) fn let_parent_trace() -> io::Result<()> {
    // SAFETY: the request has no arguments.
    checked(unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) })
}

impl Tracee {
    /// Its forks are traced from their birth, and all end with this process.
    pub(super) fn follow_forks(self) -> io::Result<()> {
        self.set_options(libc::PTRACE_O_TRACEFORK | libc::PTRACE_O_TRACECLONE)
    }

    /// Only itself.
    pub(super) fn follow_nobody(self) -> io::Result<()> {
        self.set_options(0)
    }

    fn set_options(self, more: i32) -> io::Result<()> {
        let options = libc::PTRACE_O_EXITKILL | libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_TRACEEXEC | more;
        // SAFETY: the argument is a number.
        checked(unsafe { libc::ptrace(libc::PTRACE_SETOPTIONS, self.number(), 0, options) })
    }

    pub(super) fn go_on(self, until: Until, signal: i32) -> io::Result<()> {
        let request = match until {
            Until::Signal => libc::PTRACE_CONT,
            Until::Call => libc::PTRACE_SYSCALL,
            Until::Step => libc::PTRACE_SINGLESTEP,
        };
        // SAFETY: the arguments are numbers.
        checked(unsafe { libc::ptrace(request, self.number(), 0, signal) })
    }

    /// It is on its own from now on.
    pub(super) fn release(self) -> io::Result<()> {
        // SAFETY: the arguments are numbers.
        checked(unsafe { libc::ptrace(libc::PTRACE_DETACH, self.number(), 0, 0) })
    }

    /// Waits until it stands.
    pub(super) fn stop(self) -> io::Result<Stop> {
        let mut status = 0;
        loop {
            // SAFETY: the kernel writes one number.
            let waited = unsafe { libc::waitpid(self.number(), &raw mut status, libc::__WALL) };
            match waited {
                -1 if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
                -1 => return Err(io::Error::last_os_error()),
                _ => return Ok(Stop::of(status)),
            }
        }
    }

    pub(super) fn expect(self, expected: Stop) -> io::Result<()> {
        match self.stop()? {
            stop if stop == expected => Ok(()),
            _ => Err(io::Error::from_raw_os_error(libc::ESRCH)),
        }
    }

    pub(super) fn general(self) -> io::Result<General> {
        // SAFETY: any bytes are a register set.
        let mut general: General = unsafe { std::mem::zeroed() };
        self.get((&raw mut general).cast(), size_of::<General>(), libc::NT_PRSTATUS)?;
        Ok(general)
    }

    pub(super) fn registers(self) -> io::Result<Registers> {
        let general = self.general()?;
        let mut floating = vec![0; FLOATING_MAX];
        let length = self.get(floating.as_mut_ptr().cast(), FLOATING_MAX, libc::NT_PRFPREG)?;
        floating.truncate(length);
        Ok(Registers { general, floating, blocked: self.blocked()? })
    }

    pub(super) fn set_registers(self, registers: &Registers) -> io::Result<()> {
        self.set_general(&registers.general)?;
        let floating = &registers.floating;
        self.set(floating.as_ptr().cast_mut().cast(), floating.len(), libc::NT_PRFPREG)?;
        let (size, blocked) = (size_of::<u64>(), &raw const registers.blocked);
        // SAFETY: the kernel reads as many bytes as are said to be there.
        checked(unsafe { libc::ptrace(SET_BLOCKED, self.number(), size, blocked) })
    }

    fn blocked(self) -> io::Result<u64> {
        let mut blocked = 0_u64;
        // SAFETY: the kernel writes as many bytes as are said to be there.
        checked(unsafe { libc::ptrace(GET_BLOCKED, self.number(), size_of::<u64>(), &raw mut blocked) })?;
        Ok(blocked)
    }

    fn set_general(self, general: &General) -> io::Result<()> {
        self.set(ptr::from_ref(general).cast_mut().cast(), size_of::<General>(), libc::NT_PRSTATUS)
    }

    fn get(self, to: *mut libc::c_void, length: usize, kind: i32) -> io::Result<usize> {
        let mut vector = libc::iovec { iov_base: to, iov_len: length };
        // SAFETY: the kernel writes at most as many bytes as the vector says, which both callers have.
        checked(unsafe { libc::ptrace(libc::PTRACE_GETREGSET, self.number(), kind, &raw mut vector) })?;
        Ok(vector.iov_len)
    }

    fn set(self, from: *mut libc::c_void, length: usize, kind: i32) -> io::Result<()> {
        let vector = libc::iovec { iov_base: from, iov_len: length };
        // SAFETY: the kernel reads as many bytes as the vector says, which both callers have.
        checked(unsafe { libc::ptrace(libc::PTRACE_SETREGSET, self.number(), kind, &raw const vector) })
    }

    /// Of a process that stands before a system call: it will not be made.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn cancel_call(self) -> io::Result<()> {
        let mut general = self.general()?;
        general.orig_rax = u64::MAX;
        self.set_general(&general)
    }

    /// Of a process that stands before a system call: it will not be made.
    #[cfg(target_arch = "aarch64")]
    pub(super) fn cancel_call(self) -> io::Result<()> {
        const NT_ARM_SYSTEM_CALL: i32 = 0x404;
        let mut none = -1_i32;
        self.set((&raw mut none).cast(), size_of::<i32>(), NT_ARM_SYSTEM_CALL)
    }

    /// Where it has told the kernel of its restartable sequences, and the arguments of the call that takes that back.
    fn restartable_sequences(self) -> io::Result<Option<Arguments>> {
        let mut found = SequencesConfiguration::default();
        let size = size_of::<SequencesConfiguration>();
        // SAFETY: the kernel writes at most as many bytes as are said to be there.
        checked(unsafe { libc::ptrace(GET_SEQUENCES, self.number(), size, &raw mut found) })?;
        let SequencesConfiguration { address, size, signature, .. } = found;
        Ok((address != 0).then_some([address, size.into(), UNREGISTER, signature.into(), 0, 0]))
    }

    /// Writes into memory of its own.
    pub(super) fn write(self, bytes: &[u8], address: u64) -> io::Result<()> {
        let address = usize::try_from(address).map_err(io::Error::other)?;
        let here = libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
        let there = libc::iovec { iov_base: ptr::without_provenance_mut(address), iov_len: bytes.len() };
        // SAFETY: the kernel reads our bytes, and writes to the other process only.
        let written =
            unsafe { libc::process_vm_writev(self.number(), &raw const here, 1, &raw const there, 1, 0) };
        match usize::try_from(written) {
            Ok(written) if written == bytes.len() => Ok(()),
            Ok(_) => Err(io::ErrorKind::WriteZero.into()),
            Err(_) => Err(io::Error::last_os_error()),
        }
    }

    /// Likewise, where the processor may already have looked for code.
    pub(super) fn write_code(self, code: &[u8], address: u64) -> io::Result<()> {
        for (word, at) in code.chunks(size_of::<usize>()).zip((address..).step_by(size_of::<usize>())) {
            let mut padded = [0; size_of::<usize>()];
            padded[..word.len()].copy_from_slice(word);
            let at = usize::try_from(at).map_err(io::Error::other)?;
            let (at, word) = (ptr::without_provenance::<()>(at), usize::from_ne_bytes(padded));
            // SAFETY: the kernel writes to the other process only.
            checked(unsafe { libc::ptrace(libc::PTRACE_POKETEXT, self.number(), at, word) })?;
        }
        Ok(())
    }

    pub(super) fn read(self, address: u64, length: usize) -> io::Result<Vec<u8>> {
        let address = usize::try_from(address).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        let here = libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: length };
        let there = libc::iovec { iov_base: ptr::without_provenance_mut(address), iov_len: length };
        // SAFETY: the kernel writes at most as many bytes as there are.
        let read =
            unsafe { libc::process_vm_readv(self.number(), &raw const here, 1, &raw const there, 1, 0) };
        match usize::try_from(read) {
            Ok(read) if read == length => Ok(bytes),
            Ok(_) => Err(io::ErrorKind::UnexpectedEof.into()),
            Err(_) => Err(io::Error::last_os_error()),
        }
    }

    fn holds_a_call(self, address: u64) -> io::Result<bool> {
        let address = usize::try_from(address).map_err(io::Error::other)?;
        // SAFETY: the kernel reads a word of the other process.
        let word = unsafe {
            *libc::__errno_location() = 0;
            libc::ptrace(libc::PTRACE_PEEKTEXT, self.number(), ptr::without_provenance::<()>(address), 0)
        };
        // -1 may be what is there.
        if word == -1 && io::Error::last_os_error().raw_os_error() != Some(0) {
            return Err(io::Error::last_os_error());
        }
        Ok(word.to_ne_bytes().starts_with(registers::CALL))
    }

    /// The process that it has just forked.
    fn forked(self) -> io::Result<Pid> {
        let mut number: libc::c_ulong = 0;
        // SAFETY: the kernel writes one number.
        checked(unsafe { libc::ptrace(libc::PTRACE_GETEVENTMSG, self.number(), 0, &raw mut number) })?;
        let number = i32::try_from(number).ok().and_then(Pid::from_raw);
        number.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn number(self) -> i32 {
        self.0.as_raw_pid()
    }
}

/// A tracee, and where in its memory there is an instruction that calls the kernel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Puppet {
    pub(super) tracee: Tracee,
    pub(super) call_at: u64,
}

impl Puppet {
    /// Makes a system call. Fails with its error.
    pub(super) fn call(self, number: i64, arguments: Arguments) -> io::Result<u64> {
        self.prepare(number, arguments)?;
        self.tracee.go_on(Until::Step, 0)?;
        self.tracee.expect(Stop::Stepped)?;
        self.result()
    }

    /// A description in its memory may tell the kernel to let it go on elsewhere whenever it was interrupted. From now on
    /// that has no effect, whatever is written there.
    pub(super) fn forget_restartable_sequences(self) -> io::Result<()> {
        if let Some(arguments) = self.tracee.restartable_sequences()? {
            self.call(libc::SYS_rseq, arguments)?;
        }
        match self.tracee.restartable_sequences()? {
            None => Ok(()),
            Some(_) => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// Makes one that forks. The child stands where its parent does.
    pub(super) fn fork(self, flags: u64, child_number: u64) -> io::Result<Self> {
        let mut arguments = [flags, 0, 0, 0, 0, 0];
        arguments[registers::CHILD_NUMBER_AT] = child_number;
        self.prepare(libc::SYS_clone, arguments)?;
        self.tracee.go_on(Until::Step, 0)?;
        match self.tracee.stop()? {
            Stop::Forked => {}
            // It could not.
            Stop::Stepped => return Err(self.result().err().unwrap_or(io::ErrorKind::InvalidData.into())),
            _ => return Err(io::Error::from_raw_os_error(libc::ESRCH)),
        }
        let child = Tracee(self.tracee.forked()?);
        self.tracee.go_on(Until::Step, 0)?;
        self.tracee.expect(Stop::Stepped)?;
        child.expect(Stop::Signal(libc::SIGSTOP))?;
        Ok(Self { tracee: child, ..self })
    }

    /// Runs the code of a batch to its end.
    pub(super) fn run(self, code: u64, table: u64, end: u64) -> io::Result<General> {
        let mut general = self.tracee.general()?;
        batch::begin(&mut general, code, table, end);
        self.tracee.set_general(&general)?;
        self.tracee.go_on(Until::Signal, 0)?;
        self.tracee.expect(Stop::Stepped)?;
        self.tracee.general()
    }

    fn prepare(self, number: i64, arguments: Arguments) -> io::Result<()> {
        // Single steps make sure that nothing else is done; this, that something is.
        if !self.tracee.holds_a_call(self.call_at)? {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut general = self.tracee.general()?;
        registers::call(&mut general, self.call_at, number, arguments);
        self.tracee.set_general(&general)
    }

    fn result(self) -> io::Result<u64> {
        let result = registers::result(&self.tracee.general()?);
        if ERRORS.contains(&result) {
            return Err(io::Error::from_raw_os_error(i32::try_from(-result).unwrap_or(libc::EIO)));
        }
        Ok(result.cast_unsigned())
    }
}

fn checked(result: libc::c_long) -> io::Result<()> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
