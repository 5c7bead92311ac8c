//! S3 over HTTP, every answer on disk: small objects by eight callers, large ones by one.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::client::Client;
use crate::report::Report;
use crate::{Arguments, Server};

const CALLERS: usize = 8;
const SMALL: usize = 1 << 10;
const LARGE: usize = 64 << 20;

pub fn measure(arguments: &Arguments, report: &mut Report) -> anyhow::Result<()> {
    let directory = tempfile::tempdir()?;
    let server = Server::kept(&arguments.hob, directory.path())?;
    Caller::connect(server.address)?.call("PUT", "", b"")?;
    let (small, large) = if arguments.quick { (50, 2) } else { (1000, 8) };
    for method in ["PUT", "GET"] {
        let rate = together(server.address, CALLERS, small, method, SMALL)?;
        report.number(&format!("objects of 1 KB, {method}, {CALLERS} callers"), "", rate, "/s");
    }
    for method in ["PUT", "GET"] {
        let rate = together(server.address, 1, large, method, LARGE)?;
        let megabytes = rate * (LARGE >> 20) as f64;
        report.number(&format!("objects of 64 MB, {method}, 1 caller"), "", megabytes, "MB/s");
    }
    Ok(())
}

/// Objects a second of all callers, each with so many of its own.
fn together(
    address: SocketAddr,
    callers: usize,
    objects: usize,
    method: &str,
    size: usize,
) -> anyhow::Result<f64> {
    let body = if method == "PUT" { vec![b'x'; size] } else { Vec::new() };
    let start = Instant::now();
    let one = |number: usize| {
        let mut caller = Caller::connect(address)?;
        for object in 0..objects {
            let answered = caller.call(method, &format!("/{size}-{number}-{object}"), &body)?;
            if method == "GET" && answered != size {
                bail!("an object of {size} bytes came back with {answered}");
            }
        }
        anyhow::Ok(())
    };
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..callers).map(|number| scope.spawn(move || one(number))).collect();
        callers.into_iter().try_for_each(|caller| caller.join().ok().context("a caller panicked")?)
    })?;
    Ok((callers * objects) as f64 / start.elapsed().as_secs_f64())
}

struct Caller(Client);

impl Caller {
    fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        Client::connect(address).map(Self)
    }

    /// Returns how many bytes came back.
    fn call(&mut self, method: &str, key: &str, body: &[u8]) -> anyhow::Result<usize> {
        let answer = self.0.call(method, &format!("/measured-bucket{key}"), body)?;
        if answer.status != 200 {
            bail!("{method} {key} failed: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(answer.body.len())
    }
}
