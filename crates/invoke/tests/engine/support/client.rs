use std::collections::HashMap;
use std::io::PipeWriter;
use std::net::SocketAddr;

use hob_sandbox::Exit;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::sandbox::write;

/// A runtime's side of the Runtime API, over one kept connection.
pub struct RuntimeClient {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
    stdout: PipeWriter,
    stderr: PipeWriter,
}

/// One answer of the Runtime API.
pub struct Event {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Event {
    pub fn id(&self) -> &str {
        &self.headers["lambda-runtime-aws-request-id"]
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl RuntimeClient {
    pub fn new(address: SocketAddr, stdout: PipeWriter, stderr: PipeWriter) -> Self {
        Self { address, connection: None, stdout, stderr }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn print(&self, text: &str) {
        write(&self.stdout, text);
    }

    pub fn print_error(&self, text: &str) {
        write(&self.stderr, text);
    }

    /// The variables of the function that it becomes.
    pub async fn assignment(&mut self) -> Vec<(String, String)> {
        let event = self.send_raw(b"GET /hob/assignment HTTP/1.1\r\nHost: h\r\n\r\n").await;
        let variables: HashMap<String, String> = serde_json::from_slice(&event.body).unwrap();
        let mut variables: Vec<_> = variables.into_iter().collect();
        variables.sort();
        variables
    }

    pub async fn next(&mut self) -> Event {
        self.send("GET", "/runtime/invocation/next", "", b"").await
    }

    pub async fn respond(&mut self, id: &str, body: &[u8]) -> Event {
        self.send("POST", &format!("/runtime/invocation/{id}/response"), "", body).await
    }

    pub async fn fail(&mut self, id: &str, body: &str) -> Event {
        self.send("POST", &format!("/runtime/invocation/{id}/error"), "", body.as_bytes()).await
    }

    pub async fn fail_init(&mut self, error_type: &str, body: &str) -> Event {
        let header = format!("Lambda-Runtime-Function-Error-Type: {error_type}\r\n");
        self.send("POST", "/runtime/init/error", &header, body.as_bytes()).await
    }

    /// May be copied from now on, and does nothing any more itself.
    pub async fn pause(mut self) -> Exit {
        let connection = self.connection.as_mut().unwrap();
        connection.write_all(b"GET /2018-06-01/runtime/restore/next HTTP/1.1\r\n\r\n").await.unwrap();
        std::future::pending().await
    }

    pub async fn fail_restore(&mut self, error_type: &str, body: &str) -> Event {
        let header = format!("Lambda-Runtime-Function-Error-Type: {error_type}\r\n");
        self.send("POST", "/runtime/restore/error", &header, body.as_bytes()).await
    }

    /// Answers every invocation with its own payload, for ever.
    pub async fn echo(mut self) -> Exit {
        loop {
            let event = self.next().await;
            self.respond(event.id(), &event.body).await;
        }
    }

    pub async fn send(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) -> Event {
        let length = body.len();
        let head =
            format!("{method} /2018-06-01{path} HTTP/1.1\r\n{headers}Content-Length: {length}\r\n\r\n");
        self.send_raw(&[head.as_bytes(), body].concat()).await
    }

    pub async fn send_raw(&mut self, request: &[u8]) -> Event {
        if self.connection.is_none() {
            self.connection = Some(BufReader::new(TcpStream::connect(self.address).await.unwrap()));
        }
        let connection = self.connection.as_mut().unwrap();
        connection.write_all(request).await.unwrap();
        read(connection).await
    }
}

async fn read(connection: &mut BufReader<TcpStream>) -> Event {
    let mut line = String::new();
    connection.read_line(&mut line).await.unwrap();
    let status = line.split(' ').nth(1).expect("a status line").parse().unwrap();
    let mut headers = HashMap::new();
    loop {
        line.clear();
        connection.read_line(&mut line).await.unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers["content-length"].parse().unwrap()];
    connection.read_exact(&mut body).await.unwrap();
    Event { status, headers, body }
}
