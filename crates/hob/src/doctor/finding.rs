use std::fmt::Write as _;

use serde::Serialize;

use crate::output::{BAD, BOLD, CAUTION, DIM, GOOD, styled};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    Ok,
    /// It works, with a limit.
    Warn,
    /// It does not work.
    Fail,
}

/// What was found on one subject, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub subject: String,
    pub grade: Grade,
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    #[serde(rename = "try", skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    pub fn new(subject: impl Into<String>, grade: Grade, state: impl Into<String>) -> Self {
        Self { subject: subject.into(), grade, state: state.into(), because: None, advice: None }
    }

    pub fn ok(subject: impl Into<String>, state: impl Into<String>) -> Self {
        Self::new(subject, Grade::Ok, state)
    }

    #[must_use]
    pub fn because(self, reason: impl Into<Option<String>>) -> Self {
        Self { because: reason.into(), ..self }
    }

    #[must_use]
    pub fn advise(self, advice: impl Into<Option<String>>) -> Self {
        Self { advice: advice.into(), ..self }
    }

    /// One line, and one more for the reason and for the advice.
    pub fn render(&self) -> String {
        let (mark, style) = match self.grade {
            Grade::Ok => ("ok  ", GOOD),
            Grade::Warn => ("warn", CAUTION),
            Grade::Fail => ("fail", BAD),
        };
        let subject = format!("{:11}", self.subject);
        let mut text = format!("{}  {} {}", styled(style, mark), styled(BOLD, subject), self.state);
        for (label, part) in [("because", &self.because), ("try", &self.advice)] {
            if let Some(part) = part {
                let part = part.replace('\n', &format!("\n{:width$}", "", width = 20 + label.len()));
                let _ = write!(text, "\n{:18}{} {part}", "", styled(DIM, format!("{label}:")));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_why_and_what_to_do() {
        let finding = Finding::new("cpu", Grade::Warn, "not limited")
            .because("no cgroup is delegated".to_owned())
            .advise("systemctl edit user@.service".to_owned());
        let text = anstream::adapter::strip_str(&finding.render()).to_string();
        assert_eq!(
            text,
            "warn  cpu         not limited\n                  because: no cgroup is delegated\n                  \
             try: systemctl edit user@.service"
        );
    }
}
