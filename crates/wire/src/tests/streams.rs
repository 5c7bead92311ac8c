//! Bodies that are never held as a whole, on a connection.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::cellar::{cellar, cork};
use super::server::{Server, read_until};
use crate::{ByteStream, NoKeys, StreamError};

async fn server() -> Server {
    Server::of(cellar(Arc::new(NoKeys), false)).await
}

fn head(method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: cellar.localhost\r\n{more}\r\n")
}

fn put(key: &str, length: usize, more: &str) -> String {
    head("PUT", &format!("/box/{key}"), &format!("Content-Length: {length}\r\n{more}"))
}

/// That the connection is good for another request.
async fn assert_usable(stream: &mut TcpStream) {
    stream.write_all(head("GET", "/box/who", "").as_bytes()).await.unwrap();
    assert!(read_until(stream, ":root").await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_body_reaches_its_handler_piece_by_piece() {
    const LENGTH: usize = 8 << 20;
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(put("large", LENGTH, "").as_bytes()).await.unwrap();
    let piece = vec![b'w'; 1 << 16];
    for _ in 0..LENGTH >> 16 {
        stream.write_all(&piece).await.unwrap();
    }
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert!(answer.contains(&format!("x-seen: box/large {LENGTH} of Some({LENGTH})")), "{answer}");
    assert_usable(&mut stream).await;
}

#[tokio::test]
async fn what_a_handler_does_not_read_is_read_for_it() {
    let server = server().await;
    for key in ["half", "refused"] {
        let mut stream = server.connect().await;
        let request = put(key, 3 << 20, "") + &"w".repeat(3 << 20);
        stream.write_all(request.as_bytes()).await.unwrap();
        let end = if key == "half" { "bytes" } else { "</Error>" };
        read_until(&mut stream, end).await;
        assert_usable(&mut stream).await;
    }
}

#[tokio::test]
async fn a_client_is_told_to_continue_when_its_body_is_wanted_and_not_before() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(put("wine", 4, "Expect: 100-continue\r\n").as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 100 Continue"));
    stream.write_all(b"wine").await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert!(answer.contains("box/wine 4 of Some(4) ~wine"), "{answer}");

    let mut stream = server.connect().await;
    stream.write_all(put("refused", 4, "Expect: 100-continue\r\n").as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "</Error>").await;
    assert!(answer.starts_with("HTTP/1.1 404 Not Found"), "{answer}");
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_its_body_has_not_sent_it() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all((put("wine", 10, "") + "wine").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stops_sending_is_given_up() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all((put("wine", 10, "") + "wine").as_bytes()).await.unwrap();
    // The paused clock moves on by itself as soon as nothing else happens.
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains("</Error>") {
        assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
    }
    assert!(String::from_utf8_lossy(&answer).contains("<Code>RequestTimeout</Code>"));
}

#[tokio::test]
async fn an_answer_is_sent_piece_by_piece_and_the_connection_stays() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(head("GET", "/box/3000000", "").as_bytes()).await.unwrap();
    let mut headers = Vec::new();
    while !headers.ends_with(b"\r\n\r\n") {
        headers.push(stream.read_u8().await.unwrap());
    }
    let headers = String::from_utf8(headers).unwrap();
    assert!(headers.contains("content-length: 3000000\r\n"), "{headers}");
    let mut body = vec![0; 3_000_000];
    stream.read_exact(&mut body).await.unwrap();
    assert!(body.iter().all(|byte| *byte == b'x'));
    assert_usable(&mut stream).await;
}

#[tokio::test]
async fn a_head_says_how_long_the_body_would_be_and_has_none() {
    let server = server().await;
    let mut stream = server.connect().await;
    stream.write_all(head("HEAD", "/box/large", "").as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert!(answer.contains("content-length: 5000000000\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"));
    stream.write_all(head("HEAD", "/box/missing", "").as_bytes()).await.unwrap();
    assert!(read_until(&mut stream, "\r\n\r\n").await.starts_with("HTTP/1.1 404 Not Found"));
    assert_usable(&mut stream).await;
}

#[tokio::test]
async fn a_stream_is_read_once_by_whichever_handle() {
    let stream = cork(2500);
    let other = stream.clone();
    assert_eq!((stream.remaining(), &stream), (Some(2500), &other));
    assert_eq!(stream.next().await.unwrap().unwrap().len(), 1000);
    assert_eq!(other.collect(1500).await.unwrap().len(), 1500);
    assert_eq!(stream.next().await, Ok(None));
    assert_eq!(stream, ByteStream::default());
    assert_eq!(cork(2500).collect(2499).await, Err(StreamError::TooLarge));
}

#[tokio::test]
async fn a_source_that_is_shorter_than_it_was_is_an_error() {
    let stream = ByteStream::unfold(3, Some("ab"), async |text: Option<&'static str>| {
        Ok(text.map(|text| (text.into(), None)))
    });
    assert_eq!(stream.next().await.unwrap().unwrap(), "ab");
    assert!(matches!(stream.next().await, Err(StreamError::Source(_))));
}
