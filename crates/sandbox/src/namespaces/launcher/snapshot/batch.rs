//! Several system calls at once: each stop of a process costs two switches between processes, and more where these have
//! to wait for a processor.
//!
//! Only for a process that has no other thread, in memory that it shares with none that runs. The code below lies in a
//! page that was made for it, and runs until its last instruction: a signal stops the process, and restartable sequences,
//! by which its memory could lead it elsewhere, were taken back before a user's code ran.

use std::io;

use super::registers::{self, Arguments, General};
use super::tracee::Puppet;

/// Makes the calls of a table, each with its number and its arguments, until one fails. Writes the results in place of
/// the numbers.
#[cfg(target_arch = "x86_64")]
const CODE: &[u8] = &[
    0x48, 0x8b, 0x03, // next: mov rax, [rbx]
    0x48, 0x8b, 0x7b, 0x08, // mov rdi, [rbx+8]
    0x48, 0x8b, 0x73, 0x10, // mov rsi, [rbx+16]
    0x48, 0x8b, 0x53, 0x18, // mov rdx, [rbx+24]
    0x4c, 0x8b, 0x53, 0x20, // mov r10, [rbx+32]
    0x4c, 0x8b, 0x43, 0x28, // mov r8, [rbx+40]
    0x4c, 0x8b, 0x4b, 0x30, // mov r9, [rbx+48]
    0x0f, 0x05, // syscall
    0x48, 0x89, 0x03, // mov [rbx], rax
    0x48, 0x85, 0xc0, // test rax, rax
    0x78, 0x09, // js end
    0x48, 0x83, 0xc3, 0x38, // add rbx, 56
    0x48, 0x39, 0xeb, // cmp rbx, rbp
    0x72, 0xd2, // jb next
    0xcc, // end: int3
];

#[cfg(target_arch = "aarch64")]
const CODE: &[u8] = &[
    0x68, 0x02, 0x40, 0xf9, // next: ldr x8, [x19]
    0x60, 0x06, 0x40, 0xf9, // ldr x0, [x19, #8]
    0x61, 0x0a, 0x40, 0xf9, // ldr x1, [x19, #16]
    0x62, 0x0e, 0x40, 0xf9, // ldr x2, [x19, #24]
    0x63, 0x12, 0x40, 0xf9, // ldr x3, [x19, #32]
    0x64, 0x16, 0x40, 0xf9, // ldr x4, [x19, #40]
    0x65, 0x1a, 0x40, 0xf9, // ldr x5, [x19, #48]
    0x01, 0x00, 0x00, 0xd4, // svc #0
    0x60, 0x02, 0x00, 0xf9, // str x0, [x19]
    0x80, 0x00, 0xf8, 0xb7, // tbnz x0, #63, end
    0x73, 0xe2, 0x00, 0x91, // add x19, x19, #56
    0x7f, 0x02, 0x14, 0xeb, // cmp x19, x20
    0x83, 0xfe, 0xff, 0x54, // b.lo next
    0x00, 0x00, 0x20, 0xd4, // end: brk #0
];

const LINE: u64 = 56;
const RESULT: usize = 8;

/// Of code and table together, and of what else there is for the calls, in bytes.
const SIZE: u64 = 64 << 10;
const TABLE_AT: u64 = 64;
const CONTENT_AT: u64 = 4 << 10;

const _: () = assert!(CODE.len() <= TABLE_AT as usize);

pub(super) type Call = (i64, Arguments);

/// Memory of a process in which it finds its calls, and what they read.
pub(super) struct Workbench {
    puppet: Puppet,
    address: u64,
}

impl Workbench {
    pub(super) fn open(puppet: Puppet) -> io::Result<Self> {
        let access = (libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC).cast_unsigned();
        let kind = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS).cast_unsigned();
        let arguments = [0, SIZE, access.into(), kind.into(), u64::MAX, 0];
        let address = puppet.call(libc::SYS_mmap, arguments)?;
        puppet.tracee.write_code(CODE, address)?;
        Ok(Self { puppet, address })
    }

    /// Where [`put`](Self::put) puts what the calls read.
    pub(super) fn content(&self) -> u64 {
        self.address + CONTENT_AT
    }

    pub(super) fn put(&self, content: &[u8]) -> io::Result<()> {
        match content.len() as u64 <= SIZE - CONTENT_AT {
            true => self.puppet.tracee.write(content, self.content()),
            false => Err(io::ErrorKind::FileTooLarge.into()),
        }
    }

    /// Makes these calls, one after another. Fails with the first that does.
    pub(super) fn make(&self, calls: &[Call]) -> io::Result<()> {
        let table = self.address + TABLE_AT;
        let end = table + LINE * calls.len() as u64;
        if end > self.content() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.puppet.tracee.write(&encoded(calls), table)?;
        let stopped = self.puppet.run(self.address, table, end)?;
        match registers::table(&stopped) {
            (reached, _) if reached == end => Ok(()),
            (_, result) => Err(io::Error::from_raw_os_error(i32::try_from(-result).unwrap_or(libc::EIO))),
        }
    }

    /// The results of the last calls.
    pub(super) fn results(&self, count: usize) -> io::Result<Vec<u64>> {
        let lines = self.puppet.tracee.read(self.address + TABLE_AT, count * LINE as usize)?;
        let results = lines.chunks_exact(LINE as usize).filter_map(|line| line[..RESULT].try_into().ok());
        Ok(results.map(u64::from_ne_bytes).collect())
    }

    /// Leaves nothing of it in the process.
    pub(super) fn close(self) -> io::Result<()> {
        self.puppet.call(libc::SYS_munmap, [self.address, SIZE, 0, 0, 0, 0]).map(drop)
    }
}

fn encoded(calls: &[Call]) -> Vec<u8> {
    let line = |(number, arguments): &Call| {
        let words = [number.cast_unsigned()].into_iter().chain(*arguments);
        words.flat_map(u64::to_ne_bytes).collect::<Vec<u8>>()
    };
    calls.iter().flat_map(line).collect()
}

/// Where the code begins and what it works through.
pub(super) fn begin(general: &mut General, code: u64, table: u64, end: u64) {
    registers::call(general, code, 0, Arguments::default());
    registers::set_table(general, table, end);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_number_and_its_arguments() {
        let bytes = encoded(&[(7, [1, 2, 3, 4, 5, 6]), (8, [0; 6])]);
        let words: Vec<u64> =
            bytes.chunks(8).map(|word| u64::from_ne_bytes(word.try_into().unwrap())).collect();
        assert_eq!(words, [7, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes.len() as u64, 2 * LINE);
    }
}
