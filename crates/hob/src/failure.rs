//! What the user sees when something goes wrong: what happened, why, and what to do.

use std::error::Error;
use std::fmt::{self, Display, Write as _};

use anstyle::{AnsiColor, Style};

/// An error at the edge of the program, where nobody matches on it any more.
#[derive(Debug)]
pub struct Failure {
    what: String,
    because: Option<String>,
    advice: Option<String>,
}

pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), because: None, advice: None }
    }

    #[must_use]
    pub fn because(mut self, reason: impl Display) -> Self {
        self.because = Some(reason.to_string());
        self
    }

    /// What the user can do about it.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    fn parts(&self) -> impl Iterator<Item = (&'static str, AnsiColor, &str)> {
        let because = self.because.as_deref().map(|text| ("because", AnsiColor::Yellow, text));
        let advice = self.advice.as_deref().map(|text| ("try", AnsiColor::Cyan, text));
        [Some(("error", AnsiColor::Red, self.what.as_str())), because, advice].into_iter().flatten()
    }

    /// One line per part, in colour; the caller's stream takes the colour away where it is not wanted.
    pub fn render(&self) -> String {
        let mut text = String::new();
        for (label, color, part) in self.parts() {
            let style = Style::new().bold().fg_color(Some(color.into()));
            let indented = part.replace('\n', &format!("\n{:width$}", "", width = label.len() + 2));
            let _ = writeln!(text, "{style}{label}:{style:#} {indented}");
        }
        text
    }

    /// The same for programs, as `--output json` asks.
    pub fn to_json(&self) -> serde_json::Value {
        self.parts()
            .map(|(label, _, part)| (label.to_owned(), part.into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        self.because.as_ref().map_or(Ok(()), |because| write!(f, ": {because}"))
    }
}

/// An error and everything that caused it, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Many errors already print their cause; once is enough.
        if !text.contains(&cause_text) {
            let _ = write!(text, ": {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// Says what was being done when a library's error came up.
pub trait OrFail<T> {
    fn or_fail(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T, E: Error> OrFail<T> for Result<T, E> {
    fn or_fail(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|error| Failure::new(what()).because(chain(&error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_why_and_what_to_do() {
        let failure = Failure::new("cannot listen on 127.0.0.1:4566")
            .because("the port is in use")
            .advise("another port: `hob up --port 0`");
        assert_eq!(
            anstream::adapter::strip_str(&failure.render()).to_string(),
            "error: cannot listen on 127.0.0.1:4566\n\
             because: the port is in use\n\
             try: another port: `hob up --port 0`\n"
        );
        assert_eq!(
            failure.to_json().to_string(),
            r#"{"error":"cannot listen on 127.0.0.1:4566","because":"the port is in use","try":"another port: `hob up --port 0`"}"#
        );
    }

    #[test]
    fn further_lines_stand_below_the_first() {
        let text = Failure::new("a\nb").render();
        assert_eq!(anstream::adapter::strip_str(&text).to_string(), "error: a\n       b\n");
    }

    #[test]
    fn a_cause_that_is_already_told_is_not_repeated() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer: {0}")]
        struct Outer(#[source] std::io::Error);
        assert_eq!(chain(&Outer(std::io::Error::other("inner"))), "outer: inner");
    }
}
