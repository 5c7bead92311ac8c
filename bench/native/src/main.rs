//! The smallest custom runtime: answers every event with itself, over one kept-alive connection.

use std::io::{Read, Write};
use std::net::TcpStream;

fn main() -> std::io::Result<()> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("Lambda sets it");
    let mut peer = TcpStream::connect(&address)?;
    peer.set_nodelay(true)?;
    loop {
        peer.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: runtime\r\n\r\n")?;
        let (head, event) = receive(&mut peer)?;
        let id = header(&head, "lambda-runtime-aws-request-id").expect("every event has one").to_owned();
        let mut answer = format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nHost: runtime\r\nContent-Length: {}\r\n\r\n",
            event.len()
        )
        .into_bytes();
        answer.extend_from_slice(&event);
        peer.write_all(&answer)?;
        receive(&mut peer)?;
    }
}

/// The head of an answer, and its body of Content-Length bytes.
fn receive(peer: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut received = Vec::new();
    let mut part = [0; 16384];
    loop {
        let length = peer.read(&mut part)?;
        if length == 0 {
            std::process::exit(0);
        }
        received.extend_from_slice(&part[..length]);
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&received[..end]).to_ascii_lowercase();
            let length = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
            let mut body = received.split_off(end + 4);
            let have = body.len();
            body.resize(length, 0);
            peer.read_exact(&mut body[have.min(length)..])?;
            return Ok((head, body));
        }
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.split_once(':').filter(|(key, _)| *key == name)).map(|(_, value)| value.trim())
}
