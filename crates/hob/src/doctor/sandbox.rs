//! Isolation: a whole trial sandbox is made, because only that tells.

use std::path::Path;
use std::sync::Arc;

use hob_sandbox::{Options, Privileges, Report, Subject, Tier};

use super::finding::{Finding, Grade};
use crate::config::Isolation;
use crate::system::SystemRandom;

/// How this server's sandboxes are opened.
pub fn options(data_directory: &Path, isolation: Isolation) -> Options {
    let runtime_directory = std::env::var_os("XDG_RUNTIME_DIR").map(Into::into);
    Options {
        tier: match isolation {
            Isolation::Auto => None,
            Isolation::Namespaces => Some(Tier::Namespaces),
            Isolation::Landlock => Some(Tier::Landlock),
        },
        // By this name it is the program that runs now, even if the file has been replaced since.
        launcher: vec!["/proc/self/exe".into(), crate::LAUNCHER.into()],
        runtime_directory: hob_sandbox::runtime_directory(runtime_directory),
        state_directory: data_directory.join("sandbox"),
        random: Arc::new(SystemRandom),
    }
}

/// What the trial needs is kept in a directory that goes with it: an examination leaves nothing behind.
pub async fn examine(isolation: Isolation) -> Vec<Finding> {
    let directory = match tempfile::tempdir() {
        Ok(directory) => directory,
        Err(error) => return vec![unavailable(&error)],
    };
    match hob_sandbox::open(options(directory.path(), isolation)).await {
        Ok((_, report)) => report.findings.iter().map(translate).collect(),
        Err(error) => vec![unavailable(&error)],
    }
}

fn unavailable(error: &dyn std::error::Error) -> Finding {
    Finding::new("isolation", Grade::Fail, "none: functions cannot run here")
        .because(crate::failure::chain(error))
}

fn translate(finding: &hob_sandbox::Finding) -> Finding {
    let grade = match finding.grade {
        hob_sandbox::Grade::Full => Grade::Ok,
        hob_sandbox::Grade::Reduced => Grade::Warn,
        hob_sandbox::Grade::Missing => Grade::Fail,
    };
    Finding::new(subject(finding.subject), grade, &finding.state)
        .because(finding.reason.clone())
        .advise(finding.fix.clone())
}

fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Isolation => "isolation",
        Subject::Cgroups => "cgroups",
        Subject::Memory => "memory",
        Subject::Cpu => "cpu",
        Subject::Processes => "processes",
        Subject::Freezing => "freezing",
        Subject::Tmp => "/tmp",
        Subject::Files => "files",
        Subject::Network => "network",
        Subject::Signals => "signals",
        Subject::Seccomp => "seccomp",
    }
}

/// In a few words, for the first screen of `hob up`.
pub fn summary(report: &Report) -> String {
    let tier = match report.tier {
        Some(Tier::Namespaces) => "namespaces",
        Some(Tier::Landlock) => "landlock",
        None => return "none: functions cannot run; `hob doctor` says what is missing".to_owned(),
    };
    let rights = match report.privileges {
        Privileges::Root => "as root",
        Privileges::User => "as an ordinary user",
    };
    let weak: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.grade != hob_sandbox::Grade::Full)
        .map(|finding| subject(finding.subject))
        .collect();
    match weak.as_slice() {
        [] => format!("{tier}, {rights}; limits as on AWS"),
        weak => format!("{tier}, {rights}; reduced: {} (see `hob doctor`)", weak.join(", ")),
    }
}
