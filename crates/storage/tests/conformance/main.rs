//! What every implementation of the stores promises: the same tests run against each.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

/// Runs each test on a new store of every kind.
macro_rules! suite {
    ($($test:ident),+ $(,)?) => {
        mod in_memory {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test(&hob_storage::Storage::in_memory().unwrap()).await;
                }
            )+
        }

        mod on_disk {
            $(
                #[tokio::test]
                async fn $test() {
                    let directory = tempfile::tempdir().unwrap();
                    super::$test(&crate::sample::open(directory.path())).await;
                }
            )+
        }
    };
}

mod code;
mod data_directory;
mod events;
mod functions;
mod groups;
mod leases;
mod model;
mod objects;
mod pending_events;
mod resources;
mod sample;
mod streams;
mod topics;
mod usage;
