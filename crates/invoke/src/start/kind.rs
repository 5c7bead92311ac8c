//! What can be made before its function is known.

use std::path::PathBuf;

use hob_runtimes::{Ahead, Method, RuntimeLaunch, RuntimeMount};
use hob_sandbox::{Mount, Program, ZygoteSpec};
use hob_types::MemoryMib;

/// Whatever is of one kind can become any function's that wants this kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    /// The runtime's, which every function that it runs has.
    mounts: Vec<RuntimeMount>,
    /// `None`: a sandbox in which nothing runs.
    runtime: Option<WaitingRuntime>,
}

/// A runtime that waits for its function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct WaitingRuntime {
    program: PathBuf,
    ahead: Ahead,
}

/// The ways to get what waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Making {
    /// A sandbox, and nothing in it.
    Sandbox,
    /// A sandbox, and a copy of a zygote in it.
    Fork,
    /// A sandbox, and a started program in it.
    Boot,
}

impl Kind {
    pub(super) fn sandbox(launch: &RuntimeLaunch) -> Self {
        Self { mounts: launch.mounts.clone(), runtime: None }
    }

    /// `None`: the function's configuration must be there when its runtime starts.
    pub(super) fn runtime(launch: &RuntimeLaunch) -> Option<Self> {
        let runtime = WaitingRuntime { program: launch.program.clone(), ahead: launch.ahead.clone()? };
        Some(Self { mounts: launch.mounts.clone(), runtime: Some(runtime) })
    }

    pub(super) fn making(&self) -> Making {
        match self.runtime.as_ref().map(|runtime| &runtime.ahead.method) {
            None => Making::Sandbox,
            Some(Method::Fork) => Making::Fork,
            Some(Method::Boot { .. }) => Making::Boot,
        }
    }

    pub(super) fn mounts(&self) -> Vec<Mount> {
        mounts(&self.mounts)
    }

    /// That the sandbox has until it becomes a function's.
    pub(super) fn memory(&self) -> MemoryMib {
        match self.runtime.as_ref().map(|runtime| &runtime.ahead.method) {
            Some(Method::Boot { memory }) => *memory,
            Some(Method::Fork) | None => MemoryMib::default(),
        }
    }

    /// Starts the runtime, which then waits for its function.
    pub(super) fn program(&self) -> Option<Program> {
        let WaitingRuntime { program, ahead } = self.runtime.as_ref()?;
        Some(Program {
            path: program.clone(),
            arguments: ahead.arguments.clone(),
            environment: ahead.environment.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            working_directory: PathBuf::from("/"),
        })
    }

    /// `None`: it has no copies.
    pub(super) fn zygote(&self) -> Option<ZygoteSpec> {
        let program = self.program().filter(|_| self.making() == Making::Fork)?;
        Some(ZygoteSpec { mounts: self.mounts(), program, from_first_copy: false })
    }

    /// What initialises one function, of which its environments then are copies. `None`: it cannot be copied.
    pub(super) fn snapshot(&self) -> Option<ZygoteSpec> {
        let mut spec = ZygoteSpec { from_first_copy: true, ..self.zygote()? };
        spec.program.environment.push(("HOB_SNAPSHOT".into(), "1".into()));
        Some(spec)
    }
}

pub(super) fn mounts(mounts: &[RuntimeMount]) -> Vec<Mount> {
    let mount = |mount: &RuntimeMount| Mount { sources: mount.sources.clone(), target: mount.target.clone() };
    mounts.iter().map(mount).collect()
}
