//! What server, launcher and the inits of the sandboxes say to each other.

use std::ffi::OsString;
use std::path::PathBuf;

use hob_types::MemoryMib;

use super::codec::{Field, structs};
use crate::cgroup::Layout;
use crate::{Mount, Program, SandboxSpec};

/// An enum as its number followed by its content.
macro_rules! messages {
    ($($(#[$doc:meta])+ $name:ident { $($(#[$inner:meta])* $number:literal => $variant:ident $(($content:ty))?),+ $(,)? })+) => {$(
        $(#[$doc])+
        #[derive(Debug)]
        pub(crate) enum $name {
            $($(#[$inner])* $variant $(($content))?),+
        }

        impl Field for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $(messages!(@pattern content $variant $(($content))?) => {
                        Field::put(&($number as u8), out);
                        $(<$content as Field>::put(content, out);)?
                    })+
                }
            }

            fn take(input: &mut &[u8]) -> Option<Self> {
                match u8::take(input)? {
                    $($number => Some(Self::$variant $((<$content as Field>::take(input)?))?),)+
                    _ => None,
                }
            }
        }
    )+};
    (@pattern $content:ident $variant:ident ($type:ty)) => { Self::$variant($content) };
    (@pattern $content:ident $variant:ident) => { Self::$variant };
}

messages! {
    /// Server to launcher.
    ToLauncher {
        /// The first message.
        0 => Configure(Configuration),
        /// With the descriptor of the socket on which the sandbox's init is to speak with the server. Closing
        /// the other end of it ends the sandbox.
        1 => Create(SandboxSpec),
        /// With the descriptor of a socket on which the launcher answers with an [`Attached`].
        2 => Attach(SlotMounts),
        /// With the descriptor of a socket for [`ToZygote`] and [`FromZygote`]. Closing it ends the zygote.
        3 => Zygote(ZygoteOrder),
    }

    /// Launcher to server.
    FromLauncher {
        /// With the sockets of the name service, if there is a network: the server answers on them.
        0 => Configured(Abilities),
        /// The launcher cannot work, and ends.
        1 => Unable(Failure),
        /// Nothing of this sandbox is left.
        2 => Removed(SandboxName),
    }

    /// Server to launcher, on a zygote's own channel.
    ToZygote {
        /// Puts a copy into this sandbox, whose channel gets the answer, the same as for a program. With the descriptors
        /// that become standard output and standard error.
        0 => Fork(SandboxName),
    }

    /// Launcher to server, likewise.
    FromZygote {
        /// It can make copies.
        0 => Ready,
        /// It cannot be had.
        1 => Failed(Failure),
    }

    /// Launcher to the zygote's process, which is written in another language: `runtimes/python/hob_runtime/zygote.py`.
    ZygoteTask {
        /// The first message.
        0 => Prepare(CopyLimits),
        /// With descriptors: standard output, standard error, the namespace of processes, where to join the control
        /// groups, the other namespaces.
        1 => Fork(CopyPlace),
    }

    /// From the zygote's process, and from its copies until they are what they shall be.
    ZygoteReport {
        0 => Ready,
        /// The text is for people.
        1 => Unable(String),
        /// The fork for the task of this number is this process. With its descriptor.
        2 => Forked((u32, u32)),
        /// The fork for the task of this number has left all rights behind.
        3 => Entered(u32),
        /// The task of this number failed with this error of the kernel.
        4 => Refused((u32, i32)),
        /// The process of this number has ended with this wait status.
        5 => Ended((u32, i32)),
    }

    /// Server to the init of a sandbox.
    ToInit {
        /// With the descriptors that become standard output and standard error.
        0 => Start(Program),
        1 => Kill,
        2 => Terminate,
        /// The memory that the programs may use from now on.
        3 => LimitMemory(MemoryMib),
        /// A copy of a zygote runs in the place of a program. With its descriptor.
        4 => Adopt,
        /// That copy has ended.
        5 => Release,
    }

    /// From the init of a sandbox to the server; in place of `Ready`, `Failed` may come from the launcher.
    FromInit {
        /// With the descriptors of the Runtime API's and the AWS endpoint's listeners.
        0 => Ready(Furnished),
        /// The sandbox could not be made.
        1 => Failed(Failure),
        /// With a descriptor of the process.
        2 => Started,
        /// The program could not be executed; the kernel's error number.
        3 => NotStarted(i32),
        /// The program has ended; its wait status.
        4 => Ended(i32),
        /// The init found that the program uses too much memory, and kills it.
        5 => TooMuchMemory,
        /// The highest use of memory so far, in bytes, where the init measures it.
        6 => MemoryPeak(u64),
        /// What a copy of a zygote left running has been killed.
        7 => Released,
    }
}

/// How this launcher is to work.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// Names the server in everything that could outlive it.
    pub(crate) instance: String,
    /// A directory of this instance, empty; what is mounted over it is visible to the launcher only.
    pub(crate) stage: PathBuf,
    /// Where images of `/tmp` grow.
    pub(crate) images: PathBuf,
    pub(crate) cgroups: Layout,
}

/// What the launcher found that it can do.
#[derive(Clone, Debug)]
pub(crate) struct Abilities {
    /// Sandboxes live in user namespaces of their own, because the server is not root.
    pub(crate) rootless: bool,
    /// Why `/tmp` is memory instead of an image on disk.
    pub(crate) no_images: Option<String>,
    /// How functions reach other networks.
    pub(crate) uplink: Option<String>,
    /// Why they do not.
    pub(crate) no_uplink: Option<String>,
}

/// What a sandbox shows in its slots.
#[derive(Debug)]
pub(crate) struct SlotMounts {
    pub(crate) sandbox: SandboxName,
    pub(crate) mounts: Vec<Mount>,
}

/// How that went.
pub(crate) type Attached = Result<(), Failure>;

/// A zygote to start.
#[derive(Debug)]
pub(crate) struct ZygoteOrder {
    /// What it sees is what a sandbox of this kind sees.
    pub(crate) surroundings: SandboxSpec,
    pub(crate) program: Program,
    pub(crate) from_first_copy: bool,
}

/// What copies of a zygote leave behind, the same for all.
#[derive(Debug)]
pub(crate) struct CopyLimits {
    /// Resources' numbers (`RLIMIT_…`) and the most that these may be.
    pub(crate) resources: Vec<(u32, u64)>,
    /// Whom to become. `None`: the namespace of users makes it the function's user.
    pub(crate) user_and_group: Option<(u32, u32)>,
    /// Of system calls: arrays of the kernel's `struct sock_filter`.
    pub(crate) filters: Vec<OsString>,
}

/// Where a copy of a zygote belongs.
#[derive(Debug)]
pub(crate) struct CopyPlace {
    /// The answers have it.
    pub(crate) task: u32,
    /// How many there are to join.
    pub(crate) control_groups: u32,
    /// For each descriptor of namespaces: which to take from it (`CLONE_NEW…`).
    pub(crate) namespaces: Vec<u32>,
}

/// What the server must know of a sandbox that is ready.
#[derive(Clone, Debug)]
pub(crate) struct Furnished {
    /// Its content counts as the sandbox's memory.
    pub(crate) tmp_is_memory: bool,
    /// The number of the sandbox's first process, as that sees itself.
    pub(crate) init: u32,
}

/// What went wrong, where a text is all that can be passed on.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) doing: String,
    /// The kernel's error number.
    pub(crate) error: i32,
}

/// The name under which a sandbox's cgroups lie.
pub(crate) type SandboxName = String;

structs! {
    Configuration { instance, stage, images, cgroups }
    Abilities { rootless, no_images, uplink, no_uplink }
    Failure { doing, error }
    SlotMounts { sandbox, mounts }
    Furnished { tmp_is_memory, init }
    ZygoteOrder { surroundings, program, from_first_copy }
    CopyLimits { resources, user_and_group, filters }
    CopyPlace { task, control_groups, namespaces }
}

/// The whole message, ready to be sent.
pub(crate) fn encode(message: &impl Field) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    message.put(&mut out);
    out
}

/// The message, if it is one and nothing follows it.
pub(crate) fn decode<M: Field>(mut bytes: &[u8]) -> Option<M> {
    let message = M::take(&mut bytes)?;
    bytes.is_empty().then_some(message)
}

impl FromInit {
    /// What became of the order to start a program.
    pub(crate) fn of_start<T>(started: &std::io::Result<T>) -> Self {
        match started {
            Ok(_) => Self::Started,
            Err(error) => Self::NotStarted(error.raw_os_error().unwrap_or(libc::EINVAL)),
        }
    }
}

impl Failure {
    pub(crate) fn to_error(&self) -> std::io::Error {
        std::io::Error::other(format!("{}: {}", self.doing, std::io::Error::from_raw_os_error(self.error)))
    }
}
