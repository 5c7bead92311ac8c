//! The one listener of the server.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

use crate::config::Config;
use crate::failure::{Failure, Outcome};

/// Binds without SO_REUSEPORT: two servers must never silently share a port.
pub(super) fn bind(config: &Config) -> Outcome<TcpListener> {
    let address = SocketAddr::new(config.host, config.port);
    let listener = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener.map_err(|error| {
        let failure = Failure::new(format!("cannot listen on {address}"));
        match error.kind() {
            ErrorKind::AddrInUse => failure
                .because("another program listens there, perhaps another `hob up`")
                .advise("end that program, or take another port: `hob up --port 0` finds a free one"),
            ErrorKind::PermissionDenied => failure
                .because("ports below 1024 are for programs with the right CAP_NET_BIND_SERVICE")
                .advise("another port, such as `hob up --port 4566`"),
            ErrorKind::AddrNotAvailable => failure
                .because("this machine does not have that address")
                .advise("`--host 127.0.0.1`, or one of the addresses that `ip address` shows"),
            _ => failure.because(error),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_port_is_a_clear_error() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let failure = bind(&Config::changed(|config| config.port = port)).unwrap_err();
        let text = anstream::adapter::strip_str(&failure.render()).to_string();
        assert_eq!(
            text,
            format!(
                "error: cannot listen on 127.0.0.1:{port}\n\
                 because: another program listens there, perhaps another `hob up`\n\
                 try: end that program, or take another port: `hob up --port 0` finds a free one\n"
            )
        );
    }

    #[test]
    fn port_0_takes_a_free_one() {
        let listener = bind(&Config::changed(|config| config.port = 0)).unwrap();
        assert_ne!(listener.local_addr().unwrap().port(), 0);
    }
}
