//! What server, launcher and the inits of the sandboxes say to each other.

use std::path::PathBuf;

use super::codec::{Field, structs};
use crate::cgroup::Layout;
use crate::{Program, SandboxSpec};

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

    /// Server to the init of a sandbox.
    ToInit {
        /// With the descriptors that become standard output and standard error.
        0 => Start(Program),
        1 => Kill,
        2 => Terminate,
    }

    /// From the init of a sandbox to the server; in place of `Ready`, `Failed` may come from the launcher.
    FromInit {
        /// With the descriptors of the Runtime API's and the AWS endpoint's listeners.
        0 => Ready,
        /// The sandbox could not be made.
        1 => Failed(Failure),
        /// With a descriptor of the process.
        2 => Started,
        /// The program could not be executed; the kernel's error number.
        3 => NotStarted(i32),
        /// The program has ended; its wait status.
        4 => Ended(i32),
        /// Likewise, because the init found that it used too much memory.
        5 => EndedForMemory,
        /// The highest use of memory so far, in bytes, where the init measures it.
        6 => MemoryPeak(u64),
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

impl Failure {
    pub(crate) fn to_error(&self) -> std::io::Error {
        std::io::Error::other(format!("{}: {}", self.doing, std::io::Error::from_raw_os_error(self.error)))
    }
}
