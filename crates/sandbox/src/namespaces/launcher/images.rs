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
use super::reserve::Reserve;
use crate::sys::{self, Forked};

/// How many images of the usual size are ready at rest, and after bursts. Each takes about 200 kB of disk and 100 kB of
/// memory.
const READY: Reserve = Reserve::new(4, 32);

/// What the maker says to an order; with the descriptor of the mount.
type Answer = std::result::Result<EphemeralStorageMib, Failure>;

pub(super) struct Images {
    maker: OwnedFd,
    stocks: HashMap<EphemeralStorageMib, Stock>,
    reserve: Reserve,
    /// Why there are none; then `/tmp` is memory.
    pub(super) obstacle: Option<String>,
}

/// The images of one size.
#[derive(Default)]
struct Stock {
    ready: Vec<OwnedFd>,
    /// Ordered and not arrived.
    awaited: usize,
}

impl Images {
    /// The directory is made if need be, for the server's user only.
    pub(super) fn start(directory: &Path, rootless: bool) -> Result<Self> {
        let (ours, theirs) = channel::pair().doing("making a channel")?;
        let mut images = Self { maker: ours, stocks: HashMap::new(), reserve: READY, obstacle: None };
        if rootless {
            images.obstacle = Some("only root can mount a file system from a file".to_owned());
            return Ok(images);
        }
        if let Forked::Child = sys::fork().doing("starting the maker of images")? {
            make_images(theirs, directory)
        }
        images.keep(EphemeralStorageMib::default(), images.reserve.target());
        Ok(images)
    }

    /// Returns when it is known whether there can be images.
    pub(super) fn await_first(&mut self) {
        if self.stocks.values().any(|stock| stock.awaited > 0) {
            self.receive();
        }
    }

    /// To be called some time before [`take`](Self::take), so that what is missing is made meanwhile.
    pub(super) fn order(&mut self, size: EphemeralStorageMib) {
        let reserve = if size == EphemeralStorageMib::default() { self.reserve.target() } else { 0 };
        self.keep(size, reserve + 1);
    }

    /// Waits for an image to be made if none is ready. `None` if there can be none.
    pub(super) fn take(&mut self, size: EphemeralStorageMib) -> Option<OwnedFd> {
        loop {
            let stock = self.stocks.entry(size).or_default();
            if let Some(image) = stock.ready.pop() {
                return Some(image);
            }
            if stock.awaited == 0 || self.obstacle.is_some() {
                return None;
            }
            self.reserve.was_short();
            self.receive();
        }
    }

    /// Whether it keeps more than at rest.
    pub(super) fn is_raised(&self) -> bool {
        self.reserve.is_raised()
    }

    /// For when none has been wanted for a while. Those that are ready are used before another is made: unmounting one
    /// takes as long as making it.
    pub(super) fn rest(&mut self) {
        self.reserve.rest();
    }

    /// Orders what is missing for so many to be ready.
    fn keep(&mut self, size: EphemeralStorageMib, wanted: usize) {
        let stock = self.stocks.entry(size).or_default();
        while stock.ready.len() + stock.awaited < wanted
            && self.obstacle.is_none()
            && channel::send(&self.maker, &size, &[]).is_ok()
        {
            stock.awaited += 1;
        }
    }

    fn receive(&mut self) {
        match channel::receive::<Answer>(&self.maker) {
            Ok(Some((Ok(size), mut descriptors))) => {
                let stock = self.stocks.entry(size).or_default();
                stock.awaited = stock.awaited.saturating_sub(1);
                stock.ready.extend(descriptors.pop());
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
