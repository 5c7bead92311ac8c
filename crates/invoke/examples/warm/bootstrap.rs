//! The smallest runtime: answers every invocation with its own payload.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

pub fn run() -> ! {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("the Runtime API's address");
    let stream = TcpStream::connect(address).expect("a connection to the Runtime API");
    stream.set_nodelay(true).expect("a TCP option");
    let mut reader = BufReader::new(stream);
    let mut request = Vec::new();
    loop {
        reader
            .get_mut()
            .write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n")
            .expect("next");
        let (id, body) = read(&mut reader);
        request.clear();
        let length = body.len();
        write!(
            request,
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nContent-Length: {length}\r\n\r\n"
        )
        .expect("memory");
        request.extend_from_slice(&body);
        reader.get_mut().write_all(&request).expect("response");
        read(&mut reader);
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> (String, Vec<u8>) {
    let (mut id, mut length, mut line) = (String::new(), 0, String::new());
    loop {
        line.clear();
        reader.read_line(&mut line).expect("a header field");
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().expect("a length"),
            Some(("Lambda-Runtime-Aws-Request-Id", value)) => value.clone_into(&mut id),
            None if line == "\r\n" => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    (id, body)
}
