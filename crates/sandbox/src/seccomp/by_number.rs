//! A filter that decides by a system call's number alone.
//!
//! The kernel tries a new filter with every number there is, to remember which it always allows. With a list that is
//! searched from its beginning that takes most of a millisecond; with a tree, a few microseconds.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{BpfProgram, sock_filter};

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

/// Where the kernel's `struct seccomp_data` has the number and the architecture.
const NUMBER: u32 = 0;
const ARCHITECTURE_OF_CALL: u32 = 4;

const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
const JUMP_IF_EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
const JUMP_IF_AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;

/// The answers (`SECCOMP_RET_…`) to some system calls, and the one to all others. A call of another architecture ends
/// the process.
pub(super) fn filter(answers: &BTreeMap<i64, u32>, otherwise: u32) -> io::Result<BpfProgram> {
    let mut program = vec![
        instruction(LOAD, ARCHITECTURE_OF_CALL),
        sock_filter { jt: 1, ..instruction(JUMP_IF_EQUAL, ARCHITECTURE) },
        instruction(RETURN, libc::SECCOMP_RET_KILL_PROCESS),
        instruction(LOAD, NUMBER),
    ];
    program.extend(tree(&ranges(answers, otherwise)?)?);
    Ok(program)
}

/// Each with the number at which it begins; the first begins at 0, and neighbours have different answers.
fn ranges(answers: &BTreeMap<i64, u32>, otherwise: u32) -> io::Result<Vec<(u32, u32)>> {
    let mut ranges = vec![(0, otherwise)];
    for (number, answer) in answers {
        let number = u32::try_from(*number).map_err(io::Error::other)?;
        begin(&mut ranges, number, *answer);
        begin(&mut ranges, number + 1, otherwise);
    }
    Ok(ranges)
}

fn begin(ranges: &mut Vec<(u32, u32)>, number: u32, answer: u32) {
    // What began here and is replaced now was empty.
    ranges.pop_if(|(start, _)| *start == number);
    if ranges.last().is_none_or(|(_, before)| *before != answer) {
        ranges.push((number, answer));
    }
}

fn tree(ranges: &[(u32, u32)]) -> io::Result<BpfProgram> {
    let (below, above) = ranges.split_at(ranges.len() / 2);
    let Some((middle, answer)) = above.first() else { return Ok(Vec::new()) };
    if below.is_empty() {
        return Ok(vec![instruction(RETURN, *answer)]);
    }
    let below = tree(below)?;
    let over_below = u8::try_from(below.len()).map_err(io::Error::other)?;
    let branch = sock_filter { jt: over_below, ..instruction(JUMP_IF_AT_LEAST, *middle) };
    Ok([vec![branch], below, tree(above)?].concat())
}

fn instruction(code: u16, k: u32) -> sock_filter {
    sock_filter { code, jt: 0, jf: 0, k }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OTHERWISE: u32 = 7;

    /// What the kernel would do.
    fn answer(program: &[sock_filter], number: u32, architecture: u32) -> u32 {
        let (mut loaded, mut next) = (0, 0);
        loop {
            let sock_filter { code, jt, jf, k } = program[next].clone();
            let jump = |taken: bool| usize::from(if taken { jt } else { jf });
            next += 1;
            match code {
                RETURN => return k,
                LOAD => loaded = if k == NUMBER { number } else { architecture },
                JUMP_IF_EQUAL => next += jump(loaded == k),
                JUMP_IF_AT_LEAST => next += jump(loaded >= k),
                other => panic!("{other}"),
            }
        }
    }

    proptest! {
        #[test]
        fn each_call_gets_its_own_answer_and_no_other(answers in prop::collection::btree_map(0..300_i64, 0..3_u32, 0..200)) {
            let program = filter(&answers, OTHERWISE).unwrap();
            for number in (0..310).chain([u32::MAX, 0x4000_0000]) {
                let expected = answers.get(&i64::from(number)).copied().unwrap_or(OTHERWISE);
                prop_assert_eq!(answer(&program, number, ARCHITECTURE), expected);
            }
        }
    }

    #[test]
    fn a_call_of_another_architecture_ends_the_process() {
        let program = filter(&BTreeMap::from([(1, 0)]), OTHERWISE).unwrap();
        assert_eq!(answer(&program, 1, ARCHITECTURE + 1), libc::SECCOMP_RET_KILL_PROCESS);
    }
}
