//! How each version is launched, known before it is needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hob_environment::{FunctionError, StartFailure};
use hob_runtimes::{RuntimeLaunch, RuntimeRequest};
use hob_types::RevisionId;
use tokio::sync::RwLock;
use tokio::time::Instant;

use super::failed;
use super::kind::Kind;
use crate::{FunctionVersion, RuntimeCatalogue};

/// What is known is good for this long without looking again: an interpreter may be replaced, or an SDK fetched.
const FRESH: Duration = Duration::from_secs(10);

/// How long the end waits for what is still being found: it may have started programs.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// Versions that are remembered. The rest costs a look at some files.
const REMEMBERED_MAX: usize = 2048;

/// How a version is launched, and of what kind it can take what was made ahead.
#[derive(Debug)]
pub(super) struct Launch {
    pub how: RuntimeLaunch,
    pub sandbox: Arc<Kind>,
    pub runtime: Option<Arc<Kind>>,
}

#[derive(Clone)]
pub(super) struct Launches {
    runtimes: Arc<dyn RuntimeCatalogue>,
    known: Arc<Mutex<HashMap<RevisionId, Known>>>,
    /// Shared by whatever is being found.
    looking: Arc<RwLock<()>>,
}

struct Known {
    launch: Arc<Launch>,
    at: Instant,
}

impl Launches {
    pub(super) fn new(runtimes: Arc<dyn RuntimeCatalogue>) -> Self {
        Self { runtimes, known: Arc::default(), looking: Arc::default() }
    }

    /// `None`: it has not been found yet.
    pub(super) fn known(&self, version: &FunctionVersion) -> Option<Arc<Launch>> {
        self.lock().get(&version.revision).map(|known| Arc::clone(&known.launch))
    }

    /// It should be looked at again, when there is time.
    pub(super) fn is_old(&self, version: &FunctionVersion) -> bool {
        self.lock().get(&version.revision).is_none_or(|known| known.at.elapsed() >= FRESH)
    }

    /// Finds it, whether it is known or not.
    pub(super) async fn find(&self, version: &Arc<FunctionVersion>) -> Result<Arc<Launch>, StartFailure> {
        let (runtimes, asked) = (Arc::clone(&self.runtimes), Arc::clone(version));
        let looking = Arc::clone(&self.looking).read_owned().await;
        let resolving = tokio::task::spawn_blocking(move || {
            let _looking = looking;
            resolve(&*runtimes, &asked)
        });
        let found = resolving.await.unwrap_or_else(|error| Err(failed(&error.to_string())));
        let mut known = self.lock();
        match found {
            Ok(launch) => {
                let launch = Arc::new(launch);
                make_room(&mut known);
                known.insert(version.revision, Known { launch: Arc::clone(&launch), at: Instant::now() });
                Ok(launch)
            }
            // Whoever installs what is missing need not start the server again.
            Err(failure) => {
                known.remove(&version.revision);
                Err(failure)
            }
        }
    }

    /// Waits until nothing is being found any more, but not for ever.
    pub(super) async fn close(&self) {
        let _ = tokio::time::timeout(LAST_LOOK, self.looking.write()).await;
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<RevisionId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the older half.
fn make_room(known: &mut HashMap<RevisionId, Known>) {
    if known.len() < REMEMBERED_MAX {
        return;
    }
    let mut ages: Vec<Instant> = known.values().map(|known| known.at).collect();
    let middle = ages.len() / 2;
    let (_, median, _) = ages.select_nth_unstable(middle);
    let median = *median;
    known.retain(|_, known| known.at > median);
}

fn resolve(runtimes: &dyn RuntimeCatalogue, version: &FunctionVersion) -> Result<Launch, StartFailure> {
    let Some(runtime) = &version.runtime else {
        return Err(failed("Functions from container images cannot be run yet."));
    };
    let request = RuntimeRequest {
        runtime,
        handler: &version.handler,
        code: &version.code,
        layers: &version.layers,
        environment: &version.environment,
        memory: version.memory,
    };
    match runtimes.resolve(&request) {
        Ok(how) => Ok(Launch {
            sandbox: Arc::new(Kind::sandbox(&how)),
            runtime: Kind::runtime(&how).map(Arc::new),
            how,
        }),
        Err(error) => {
            let (error_type, message) = (error.error_type, error.message);
            Err(StartFailure::Function(FunctionError::Runtime { error_type, message }))
        }
    }
}
