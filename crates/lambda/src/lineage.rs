//! How often functions have run in one chain of events. The trace header carries it from a function to the next, through
//! whatever service passes the header on: `Lineage=a87bd80c:1|68fd508a:5`, each function's hash with how often it ran
//! before. Sources: X-Ray guide, "Tracing header"; Lambda guide, "Recursive loop detection".

use aws_lc_rs::digest::{SHA256, digest};
use hob_types::FunctionArn;

/// How often one function runs in a chain of events before that counts as a loop.
pub(crate) const RUNS_MAX: u32 = 16;
/// Functions that a header counts. With one more, the one that was counted first is forgotten.
const FUNCTIONS_MAX: usize = 16;

/// A trace header with one more run counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) header: String,
    /// How often the function has run in this chain before.
    pub(crate) runs_before: u32,
}

impl Counted {
    /// So often that this run is part of a loop.
    pub(crate) fn is_loop(&self) -> bool {
        self.runs_before >= RUNS_MAX
    }
}

/// Counts a run of `function` for what came with `header`.
pub(crate) fn count_run(header: Option<&str>, function: &FunctionArn) -> Counted {
    let fields = || header.unwrap_or_default().split(';').map(str::trim).filter(|field| !field.is_empty());
    let name = hash(function);
    let mut runs = fields().find_map(|field| field.strip_prefix("Lineage=")).map(parse).unwrap_or_default();
    let runs_before = match runs.iter_mut().find(|(function, _)| *function == name) {
        Some((_, last)) => {
            *last = last.saturating_add(1);
            *last
        }
        None => {
            if runs.len() == FUNCTIONS_MAX {
                runs.remove(0);
            }
            runs.push((&name, 0));
            0
        }
    };
    let lineage: Vec<String> = runs.iter().map(|(function, runs)| format!("{function}:{runs}")).collect();
    let lineage = format!("Lineage={}", lineage.join("|"));
    let others = fields().filter(|field| !field.starts_with("Lineage="));
    Counted { header: others.chain([lineage.as_str()]).collect::<Vec<_>>().join(";"), runs_before }
}

/// What is no count of ours is left out.
fn parse(lineage: &str) -> Vec<(&str, u32)> {
    let entries = lineage.split('|').filter_map(|entry| entry.split_once(':'));
    let is_hash = |text: &str| text.len() == 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let counts = entries.filter(|(function, _)| is_hash(function));
    counts.filter_map(|(function, runs)| Some((function, runs.parse().ok()?))).take(FUNCTIONS_MAX).collect()
}

fn hash(function: &FunctionArn) -> String {
    let digest = digest(&SHA256, function.to_string().as_bytes());
    digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::arn;

    const ROOT: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

    #[test]
    fn each_function_is_counted_for_itself() {
        let (one, other) = (hash(&arn("one")), hash(&arn("other")));
        let first = count_run(Some(ROOT), &arn("one"));
        assert_eq!(first.header, format!("{ROOT};Lineage={one}:0"));
        let second = count_run(Some(&first.header), &arn("other"));
        assert_eq!(second.header, format!("{ROOT};Lineage={one}:0|{other}:0"));
        let third = count_run(Some(&second.header), &arn("one"));
        assert_eq!(third, Counted { header: format!("{ROOT};Lineage={one}:1|{other}:0"), runs_before: 1 });
    }

    #[test]
    fn what_comes_without_a_header_is_the_beginning_of_a_chain() {
        let counted = count_run(None, &arn("fn"));
        assert_eq!(counted, Counted { header: format!("Lineage={}:0", hash(&arn("fn"))), runs_before: 0 });
    }

    #[test]
    fn the_seventeenth_run_is_part_of_a_loop() {
        let mut header = ROOT.to_owned();
        for _ in 0..RUNS_MAX {
            let counted = count_run(Some(&header), &arn("fn"));
            assert!(!counted.is_loop());
            header = counted.header;
        }
        assert!(count_run(Some(&header), &arn("fn")).is_loop());
    }

    #[test]
    fn a_header_does_not_grow_for_ever() {
        let mut header = ROOT.to_owned();
        for number in 0..100 {
            header = count_run(Some(&header), &arn(&format!("fn{number}"))).header;
        }
        assert_eq!(header.matches('|').count(), FUNCTIONS_MAX - 1);
        assert!(header.ends_with(&format!("|{}:0", hash(&arn("fn99")))));
    }

    proptest! {
        #[test]
        fn any_header_is_counted(header in "((Root|Lineage|Parent)=[0-9a-f:|]{0,40};?){0,4}|.{0,60}") {
            let counted = count_run(Some(&header), &arn("fn"));
            let again = count_run(Some(&counted.header), &arn("fn"));
            prop_assert_eq!(again.runs_before, counted.runs_before.saturating_add(1));
        }
    }
}
