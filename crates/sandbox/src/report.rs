//! What isolation was found on this machine, and what would make it stronger. `hob doctor` prints it.

use serde::Serialize;

/// How functions are kept apart from the host and from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Kernel namespaces, a root file system of their own, and a seccomp allow-list.
    Namespaces,
    /// Landlock, a seccomp allow-list and supervision: for where nothing else is to be had.
    Landlock,
}

/// Whose rights the sandboxes are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Privileges {
    Root,
    /// An ordinary user, with unprivileged user namespaces.
    User,
}

/// The whole result of the search for isolation.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// `None`: no tier works here, and every invocation fails with the reason that the findings name.
    pub tier: Option<Tier>,
    pub privileges: Privileges,
    /// One per subject, in the order in which a reader would ask.
    pub findings: Vec<Finding>,
}

/// What was found on one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub subject: Subject,
    pub grade: Grade,
    /// What is in effect, in a few words.
    pub state: String,
    /// Why it is not stronger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the user can do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    Isolation,
    Cgroups,
    Memory,
    Cpu,
    Processes,
    Freezing,
    Tmp,
    Files,
    Network,
    Signals,
    Seccomp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// As on AWS.
    Full,
    /// It works, with a limit that the reason names.
    Reduced,
    /// It does not work.
    Missing,
}

impl Finding {
    pub(crate) fn full(subject: Subject, state: impl Into<String>) -> Self {
        Self { subject, grade: Grade::Full, state: state.into(), reason: None, fix: None }
    }

    pub(crate) fn reduced(subject: Subject, state: impl Into<String>, reason: &str, fix: &str) -> Self {
        Self::full(subject, state).because(Grade::Reduced, reason, fix)
    }

    pub(crate) fn missing(subject: Subject, state: impl Into<String>, reason: &str, fix: &str) -> Self {
        Self::full(subject, state).because(Grade::Missing, reason, fix)
    }

    fn because(self, grade: Grade, reason: &str, fix: &str) -> Self {
        Self { grade, reason: Some(reason.to_owned()), fix: Some(fix.to_owned()), ..self }
    }
}
