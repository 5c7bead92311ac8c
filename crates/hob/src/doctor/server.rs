//! What the server does that runs here, if one does.

use std::net::SocketAddr;

use super::finding::Finding;
use crate::client::Client;
use crate::client::statistics::{Kind, Statistics};
use crate::config::Config;
use crate::output;

/// Nothing where none answers: `port` says what is the matter.
pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let address = SocketAddr::new(config.host, config.port);
    let client = Client::of_server(address, config.keys.first());
    match client.statistics().await {
        Ok(statistics) => vec![environments(&statistics), ahead(&statistics.ahead)],
        Err(_) => Vec::new(),
    }
}

fn environments(statistics: &Statistics) -> Finding {
    let Statistics { environments, idle, running, throttles, evictions, .. } = statistics;
    let (claimed, limit) = (output::bytes(statistics.memory_claimed), output::bytes(statistics.memory_limit));
    let state =
        format!("{environments}, of which {idle} idle; {running} invocations; {claimed} of {limit} claimed");
    let finding = Finding::ok("environments", state);
    if *throttles == 0 && *evictions == 0 {
        return finding;
    }
    let mut functions: Vec<_> =
        statistics.functions.iter().filter(|function| function.throttles > 0).collect();
    functions.sort_by_key(|function| std::cmp::Reverse(function.throttles));
    let most = functions.first().map(|function| {
        let (name, count, waiting) = (&function.function_name, function.throttles, function.waiting);
        format!(", most of {name} ({count}, {waiting} wait now)")
    });
    finding.because(format!(
        "{throttles} invocations were throttled{}, and {evictions} idle environments ended for others",
        most.unwrap_or_default()
    ))
}

fn ahead(kinds: &[Kind]) -> Finding {
    let ready: usize = kinds.iter().map(|kind| kind.ready).sum();
    let memory: u64 = kinds.iter().map(|kind| kind.memory).sum();
    let shown: Vec<_> = kinds.iter().filter(|kind| kind.ready > 0).map(shown).collect();
    let finding = Finding::ok("made ahead", format!("{ready}, using {}", output::bytes(memory)));
    finding.because(Some(shown.join("; ")).filter(|shown| !shown.is_empty()))
}

/// As in `8 copies for python3.12`.
fn shown(kind: &Kind) -> String {
    let what = match kind.kind.as_str() {
        "Copy" => "copies of a zygote",
        "Boot" => "started runtimes",
        _ => "sandboxes",
    };
    format!("{} {what} for {}", kind.ready, kind.runtimes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::statistics::Function;

    #[test]
    fn a_busy_server_says_who_is_throttled() {
        let function =
            |name: &str, throttles| Function { function_name: name.to_owned(), waiting: 2, throttles };
        let statistics = Statistics {
            environments: 5,
            idle: 3,
            running: 2,
            throttles: 7,
            evictions: 1,
            memory_claimed: 640 << 20,
            memory_limit: 2 << 30,
            functions: vec![function("small", 1), function("greedy", 6)],
            ahead: Vec::new(),
        };
        let finding = environments(&statistics);
        assert_eq!(finding.state, "5, of which 3 idle; 2 invocations; 640.0 MB of 2.0 GB claimed");
        assert_eq!(
            finding.because.unwrap(),
            "7 invocations were throttled, most of greedy (6, 2 wait now), and 1 idle environments ended for others"
        );
    }

    #[test]
    fn what_waits_is_named() {
        let kind = |kind: &str, ready| Kind {
            kind: kind.to_owned(),
            runtimes: vec!["python3.12".to_owned()],
            ready,
            memory: 1 << 20,
        };
        let finding = ahead(&[kind("Copy", 8), kind("Sandbox", 0)]);
        assert_eq!(finding.state, "8, using 2.0 MB");
        assert_eq!(finding.because.unwrap(), "8 copies of a zygote for python3.12");
    }
}
