//! What an execution environment can reach, in a made-up Internet. Needs root, `ip` and `nft`; without them the
//! tests pass and say that they did not run.
#![expect(unsafe_code, reason = "namespaces have no safe wrapper")]
#![expect(clippy::unwrap_used, reason = "what fails around a test shall stop it")]

mod made_up_internet;
mod reach;
mod support;
mod traces;
mod without_root;
