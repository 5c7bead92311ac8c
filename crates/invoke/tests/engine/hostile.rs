//! Code inside an environment that does its worst: the server and the other functions go on unharmed.

use hob_sandbox::Exit;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Harness, program, soon};

/// What `requests` are answered with by the Runtime API, each on a connection of its own, while an invocation runs.
async fn answers(requests: &'static [&'static str]) -> String {
    let harness = Harness::new(program(move |mut client| async move {
        let event = client.next().await;
        let mut answers = Vec::new();
        for request in requests {
            let mut stream = TcpStream::connect(client.address()).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answers.push(answer.lines().next().unwrap_or("closed").to_owned());
        }
        client.respond(event.id(), answers.join("\n").as_bytes()).await;
        client.echo().await
    }));
    soon(harness.answer("1")).await
}

#[tokio::test]
async fn what_is_not_http_closes_its_connection_and_nothing_else() {
    let found = answers(&[
        "\r\n\r\n",
        "GET / HTTP/1.1\r\nname : value\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET /2018-06-01/ping HTTP/1.1",
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nContent-Length: 1000\r\n\r\nshort",
        "PUT /2022-07-01/telemetry HTTP/1.1\r\n\r\n",
        "GET /2018-06-01/ping HTTP/1.1\r\n\r\n",
    ])
    .await;
    insta::assert_snapshot!(found, @r#"
    HTTP/1.1 400 Bad Request
    HTTP/1.1 400 Bad Request
    HTTP/1.1 400 Bad Request
    closed
    HTTP/1.1 403 Forbidden
    HTTP/1.1 404 Not Found
    HTTP/1.1 200 OK
    "#);
}

#[tokio::test]
async fn a_response_that_is_cut_off_is_the_functions_error() {
    let harness = Harness::new(program(|mut client| async move {
        let event = client.next().await;
        let mut stream = TcpStream::connect(client.address()).await.unwrap();
        let path = format!("/2018-06-01/runtime/invocation/{}/response", event.id());
        let request = format!("POST {path} HTTP/1.1\r\nContent-Length: 1000\r\n\r\n{{\"half\":");
        stream.write_all(request.as_bytes()).await.unwrap();
        drop(stream);
        client.echo().await
    }));
    insta::assert_snapshot!(soon(harness.answer("1")).await, @r#"
    !{"errorType":"Runtime.TruncatedResponse","errorMessage":"RequestId: <id> Error: Response was truncated"}
    "#);
    assert_eq!(soon(harness.answer("2")).await, "2");
}

#[tokio::test]
async fn pipelined_and_byte_by_byte_requests_are_understood() {
    let harness = Harness::new(program(|mut client| async move {
        let event = client.next().await;
        let mut stream = TcpStream::connect(client.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let body = "pipelined";
        let respond = format!(
            "GET /2018-06-01/ping HTTP/1.1\r\n\r\nPOST /2018-06-01/runtime/invocation/{}/response HTTP/1.1\r\n\
             Expect: 100-continue\r\nContent-Length: {}\r\n\r\n{body}",
            event.id(),
            body.len()
        );
        for byte in respond.as_bytes() {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        client.echo().await
    }));
    assert_eq!(soon(harness.answer("1")).await, "pipelined");
}

#[tokio::test]
async fn connections_that_do_nothing_hold_up_nobody() {
    let harness = Harness::new(program(|mut client| async move {
        let mut idle = Vec::new();
        loop {
            let event = client.next().await;
            for _ in 0..30 {
                idle.push(TcpStream::connect(client.address()).await.unwrap());
                tokio::task::yield_now().await;
            }
            client.respond(event.id(), &event.body).await;
        }
    }));
    for i in 0..3 {
        assert_eq!(soon(harness.answer(&i.to_string())).await, i.to_string());
    }
}

#[tokio::test]
async fn a_runtime_that_reconnects_while_it_waits_loses_no_invocation() {
    let harness = Harness::new(program(|mut client| async move {
        let mut stream = TcpStream::connect(client.address()).await.unwrap();
        stream.write_all(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n\r\n").await.unwrap();
        tokio::task::yield_now().await;
        drop(stream);
        let event = client.next().await;
        client.respond(event.id(), &event.body).await;
        client.echo().await
    }));
    assert_eq!(soon(harness.answer("1")).await, "1");
}

#[tokio::test]
async fn a_flood_of_output_is_bounded_and_says_so() {
    const LINE: &str = "0123456789012345678901234567890123456789012345678901234567890\n";
    let harness = Harness::new(program(|mut client| async move {
        loop {
            let event = client.next().await;
            // In pieces that fit into the pipe, whose writing end here blocks.
            for _ in 0..500 {
                client.print(&LINE.repeat(500));
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
            }
            client.respond(event.id(), b"done").await;
        }
    }));
    assert_eq!(soon(harness.answer("1")).await, "done");
    let logs = harness.logs().await;
    assert!(logs.len() < 8 << 20, "{} bytes were logged", logs.len());
    let dropped = logs.lines().find(|line| line.starts_with("[hob]")).unwrap();
    assert!(dropped.contains("were dropped"), "{dropped}");
    assert!(logs.trim_end().lines().last().unwrap().starts_with("REPORT"));
}

#[tokio::test]
async fn a_program_that_ends_after_its_answer_has_answered() {
    let harness = Harness::new(program(|mut client| async move {
        let event = client.next().await;
        client.respond(event.id(), &event.body).await;
        Exit::Status(1)
    }));
    for i in 0..3 {
        assert_eq!(soon(harness.answer(&i.to_string())).await, i.to_string());
    }
    harness.settle().await;
    assert_eq!(harness.engine.statistics().environments, 1);
}
