//! A few mounted images of `/tmp`, made before they are needed.
//!
//! Making one takes some milliseconds of waiting for the disk, so a process beside the launcher does it: a fork of
//! it, which shares its namespaces and its death.

use std::collections::HashMap;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use hob_types::EphemeralStorageMib;
use rustix::process::{Signal, set_parent_process_death_signal};

use super::super::channel;
use super::super::message::Failure;
use super::super::problem::{Doing, Result};
use super::image::Template;
use crate::sys::{self, Forked};

/// How many images of the usual size are ready at rest. Each takes about 200 kB of disk and 100 kB of memory.
const READY: usize = 4;

/// What the maker says to an order; with the descriptor of the mount.
type Answer = std::result::Result<EphemeralStorageMib, Failure>;

pub(super) struct Images {
    maker: OwnedFd,
    /// Ordered and not arrived.
    awaited: usize,
    ready: HashMap<EphemeralStorageMib, Vec<OwnedFd>>,
    /// Why there are none; then `/tmp` is memory.
    pub(super) obstacle: Option<String>,
}

impl Images {
    /// The directory is made if need be, for the server's user only.
    pub(super) fn start(directory: &Path, rootless: bool) -> Result<Self> {
        let (ours, theirs) = channel::pair().doing("making a channel")?;
        let mut images = Self { maker: ours, awaited: 0, ready: HashMap::new(), obstacle: None };
        if rootless {
            images.obstacle = Some("only root can mount a file system from a file".to_owned());
            return Ok(images);
        }
        if let Forked::Child = sys::fork().doing("starting the maker of images")? {
            make_images(theirs, directory)
        }
        (0..READY).for_each(|_| images.order(EphemeralStorageMib::default()));
        Ok(images)
    }

    /// Returns when it is known whether there can be images.
    pub(super) fn await_first(&mut self) {
        if self.awaited > 0 {
            self.receive();
        }
    }

    /// Waits for an image to be made if none is ready. `None` if there can be none.
    pub(super) fn take(&mut self, size: EphemeralStorageMib) -> Option<OwnedFd> {
        self.order(size);
        loop {
            if let Some(image) = self.ready.get_mut(&size).and_then(Vec::pop) {
                return Some(image);
            }
            if self.awaited == 0 || self.obstacle.is_some() {
                return None;
            }
            self.receive();
        }
    }

    fn order(&mut self, size: EphemeralStorageMib) {
        if self.obstacle.is_none() && channel::send(&self.maker, &size, &[]).is_ok() {
            self.awaited += 1;
        }
    }

    fn receive(&mut self) {
        self.awaited -= 1;
        match channel::receive::<Answer>(&self.maker) {
            Ok(Some((Ok(size), mut descriptors))) => {
                self.ready.entry(size).or_default().extend(descriptors.pop())
            }
            Ok(Some((Err(failure), _))) => self.obstacle = Some(failure.to_error().to_string()),
            Ok(None) | Err(_) => self.obstacle = Some("the maker of images has ended".to_owned()),
        }
    }
}

/// The maker's whole life.
fn make_images(orders: OwnedFd, directory: &Path) -> ! {
    let mut keep = [std::os::fd::AsRawFd::as_raw_fd(&orders)];
    let prepared = set_parent_process_death_signal(Some(Signal::KILL)).map_err(std::io::Error::from);
    let prepared =
        prepared.and_then(|()| sys::close_all_but(&mut keep)).and_then(|()| make_private(directory));
    if prepared.is_ok() {
        let mut maker = Maker { directory: directory.to_owned(), templates: HashMap::new() };
        while let Ok(Some((size, _))) = channel::receive(&orders) {
            let sent = match maker.make(size) {
                Ok(image) => channel::send(&orders, &Answer::Ok(size), &[image.as_fd()]),
                Err(problem) => channel::send(&orders, &Answer::Err(problem.into()), &[]),
            };
            if sent.is_err() {
                break;
            }
        }
    }
    sys::exit_now(0)
}

fn make_private(directory: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

struct Maker {
    directory: PathBuf,
    templates: HashMap<EphemeralStorageMib, Template>,
}

impl Maker {
    fn make(&mut self, size: EphemeralStorageMib) -> Result<OwnedFd> {
        if !self.templates.contains_key(&size) {
            self.templates.insert(size, Template::open(&self.directory, size)?);
        }
        self.templates[&size].mount(&self.directory)
    }
}
