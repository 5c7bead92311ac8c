//! What a processor holds of a stopped process, and how a system call is put into it.

/// The general registers, as `PTRACE_GETREGSET` gives them.
pub(super) type General = libc::user_regs_struct;

/// Of one system call.
pub(super) type Arguments = [u64; 6];

/// The instruction that calls the kernel.
#[cfg(target_arch = "x86_64")]
pub(super) const CALL: &[u8] = &[0x0f, 0x05];
#[cfg(target_arch = "aarch64")]
pub(super) const CALL: &[u8] = &[0x01, 0x00, 0x00, 0xd4];

/// Of a process that stands right behind a call: where the call is.
pub(super) fn call_behind(registers: &General) -> u64 {
    counter(registers) - CALL.len() as u64
}

#[cfg(target_arch = "x86_64")]
mod architecture {
    use super::{Arguments, General};

    pub const FORKS: [i64; 2] = [libc::SYS_clone, libc::SYS_fork];

    pub fn counter(registers: &General) -> u64 {
        registers.rip
    }

    pub fn call(registers: &mut General, at: u64, number: i64, arguments: Arguments) {
        registers.rip = at;
        registers.rax = number.cast_unsigned();
        // It is in no system call that the kernel might want to restart.
        registers.orig_rax = u64::MAX;
        [registers.rdi, registers.rsi, registers.rdx, registers.r10, registers.r8, registers.r9] = arguments;
    }

    pub fn result(registers: &General) -> i64 {
        registers.rax.cast_signed()
    }

    pub fn set_result(registers: &mut General, result: i64) {
        registers.rax = result.cast_unsigned();
        registers.orig_rax = u64::MAX;
    }

    /// For the code of a batch: what it works through.
    pub fn set_table(registers: &mut General, table: u64, end: u64) {
        (registers.rbx, registers.rbp) = (table, end);
    }

    /// How far it has come, and the last result.
    pub fn table(registers: &General) -> (u64, i64) {
        (registers.rbx, registers.rax.cast_signed())
    }

    /// Of a process that is about to call.
    pub fn called(registers: &General) -> (i64, Arguments) {
        let General { rdi, rsi, rdx, r10, r8, r9, orig_rax, .. } = *registers;
        (orig_rax.cast_signed(), [rdi, rsi, rdx, r10, r8, r9])
    }

    /// Where fork's arguments have the address that gets the child's number.
    pub const CHILD_NUMBER_AT: usize = 3;
}

#[cfg(target_arch = "aarch64")]
mod architecture {
    use super::{Arguments, General};

    pub const FORKS: [i64; 1] = [libc::SYS_clone];

    pub fn counter(registers: &General) -> u64 {
        registers.pc
    }

    pub fn call(registers: &mut General, at: u64, number: i64, arguments: Arguments) {
        registers.pc = at;
        registers.regs[8] = number.cast_unsigned();
        registers.regs[..6].copy_from_slice(&arguments);
    }

    pub fn result(registers: &General) -> i64 {
        registers.regs[0].cast_signed()
    }

    pub fn set_result(registers: &mut General, result: i64) {
        registers.regs[0] = result.cast_unsigned();
    }

    pub fn set_table(registers: &mut General, table: u64, end: u64) {
        (registers.regs[19], registers.regs[20]) = (table, end);
    }

    pub fn table(registers: &General) -> (u64, i64) {
        (registers.regs[19], registers.regs[0].cast_signed())
    }

    pub fn called(registers: &General) -> (i64, Arguments) {
        let mut arguments = Arguments::default();
        arguments.copy_from_slice(&registers.regs[..6]);
        (registers.regs[8].cast_signed(), arguments)
    }

    pub const CHILD_NUMBER_AT: usize = 4;
}

pub(super) use architecture::{
    CHILD_NUMBER_AT, FORKS, call, called, counter, result, set_result, set_table, table,
};
