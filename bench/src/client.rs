//! A client that costs as little as possible: one kept-alive connection, one write and a few reads a call.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    pub function_error: bool,
    pub body: Vec<u8>,
}

impl Client {
    pub fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        Self::with_patience(address, Duration::from_secs(60))
    }

    /// Gives up when nothing comes for so long.
    pub fn with_patience(address: SocketAddr, patience: Duration) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(patience))?;
        Ok(Self { stream, received: Vec::with_capacity(64 << 10) })
    }

    pub fn call(&mut self, method: &str, path: &str, body: &[u8]) -> anyhow::Result<Answer> {
        let request = request(method, path, body);
        self.exchange(&request)
    }

    /// Invokes with a request made by [`invocation`] beforehand; returns how long the answer took.
    pub fn invoke(&mut self, request: &[u8]) -> anyhow::Result<Duration> {
        let start = Instant::now();
        let answer = self.exchange(request)?;
        let took = start.elapsed();
        if answer.status != 200 || answer.function_error {
            bail!("the function failed: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(took)
    }

    /// Sends an event with a request made by [`event_of`] beforehand.
    pub fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        let answer = self.exchange(request)?;
        if answer.status != 202 {
            bail!("an event was not accepted: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(())
    }

    /// Calls an operation of a JSON protocol.
    pub fn operate(&mut self, target: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.exchange(&operation(target, body))?;
        if answer.status != 200 {
            bail!("{target} answered {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or_default())
    }

    fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request)?;
        self.received.clear();
        let end = loop {
            self.read_some()?;
            if let Some(end) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break end;
            }
        };
        let head = String::from_utf8_lossy(&self.received[..end]).to_ascii_lowercase();
        let status = head.get(9..12).and_then(|digits| digits.parse().ok()).context("no status line")?;
        let length = value(&head, "content-length").map_or(Ok(0), str::parse::<usize>)?;
        while self.received.len() < end + 4 + length {
            self.read_some()?;
        }
        let body = self.received[end + 4..end + 4 + length].to_vec();
        Ok(Answer { status, function_error: value(&head, "x-amz-function-error").is_some(), body })
    }

    fn read_some(&mut self) -> anyhow::Result<()> {
        let mut part = [0; 64 << 10];
        match self.stream.read(&mut part)? {
            0 => bail!("the server closed the connection"),
            length => self.received.extend_from_slice(&part[..length]),
        }
        Ok(())
    }
}

fn value<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let line = head.lines().find_map(|line| line.split_once(':').filter(|(key, _)| *key == name));
    line.map(|(_, value)| value.trim())
}

/// An Invoke request, ready to be sent many times.
pub fn invocation(function: &str) -> Vec<u8> {
    invocation_of(function, br#"{"message":"hello world"}"#)
}

pub fn invocation_of(function: &str, event: &[u8]) -> Vec<u8> {
    request("POST", &format!("/2015-03-31/functions/{function}/invocations"), event)
}

/// As [`invocation_of`], for the function to run later.
pub fn event_of(function: &str, event: &[u8]) -> Vec<u8> {
    let path = format!("/2015-03-31/functions/{function}/invocations");
    request_with("POST", &path, "X-Amz-Invocation-Type: Event\r\n", event)
}

/// A request of a JSON protocol, ready to be sent many times: `target` is as in `AmazonSQS.SendMessage`.
pub fn operation(target: &str, body: &Value) -> Vec<u8> {
    let headers = format!("X-Amz-Target: {target}\r\n");
    request_with("POST", "/", &headers, body.to_string().as_bytes())
}

fn request(method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    request_with(method, path, "", body)
}

/// `headers`: whole lines.
fn request_with(method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}Content-Length: \
         {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
