//! Which operations the tests have had which answers from: `cargo xtask compatibility` writes it into
//! docs/compatibility.md.

use std::io::Write as _;
use std::sync::LazyLock;

use serde_json::Value;

/// A file to which lines such as `GetAlias ResourceNotFoundException` are appended; a success is `GetAlias -`.
const VARIABLE: &str = "HOB_RECORD_ANSWERS";

struct Route {
    operation: String,
    method: String,
    segments: Vec<String>,
    query: Option<String>,
}

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let model: Value = serde_json::from_str(include_str!("../../../model.json")).unwrap();
    let mut routes: Vec<_> = model["operations"].as_object().unwrap().iter().map(route).collect();
    // Those that ask for more are found first.
    routes.sort_by_key(|route| route.query.is_none());
    routes
});

fn route((name, operation): (&String, &Value)) -> Route {
    let uri = operation["http"]["requestUri"].as_str().unwrap();
    let (path, query) = uri.split_once('?').map_or((uri, None), |(path, query)| (path, Some(query)));
    Route {
        operation: name.clone(),
        method: operation["http"]["method"].as_str().unwrap().to_owned(),
        segments: path.trim_end_matches('/').split('/').map(str::to_owned).collect(),
        query: query.map(str::to_owned),
    }
}

impl Route {
    fn matches(&self, method: &str, path: &str, query: &str) -> bool {
        let given: Vec<_> = path.trim_end_matches('/').split('/').collect();
        let same = |(pattern, part): (&String, &&str)| pattern.starts_with('{') || pattern == part;
        self.method == method
            && given.len() == self.segments.len()
            && self.segments.iter().zip(&given).all(same)
            && self.query.as_deref().is_none_or(|wanted| query.split('&').any(|pair| pair == wanted))
    }
}

pub(super) fn record(method: &str, path_and_query: &str, head: &str) {
    let Some(file) = std::env::var_os(VARIABLE) else { return };
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let Some(route) = ROUTES.iter().find(|route| route.matches(method, path, query)) else { return };
    let code = head.lines().find_map(|line| line.strip_prefix("x-amzn-errortype: ")).unwrap_or("-");
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(file).unwrap();
    // In one write, since tests run side by side.
    file.write_all(format!("{} {code}\n", route.operation).as_bytes()).unwrap();
}
