use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame};

use super::fixture::{app, endpoint, peer, post, render, send, settings};
use crate::NoKeys;

#[tokio::test]
async fn a_body_at_its_limit_is_served_and_a_larger_one_refused_by_the_operations_name() {
    assert!(send(post("/things/chair/runs", vec![b'x'; 20])).await.starts_with("200 OK"));
    insta::assert_snapshot!(send(post("/things/chair/runs", vec![b'x'; 21])).await, @r#"
    413 Payload Too Large
    content-type: application/json
    x-amzn-errortype: RequestEntityTooLargeException
    x-amzn-requestid: REQUEST-ID

    {"message":"Request must be smaller than 20 bytes for the RunThings operation"}
    "#);
}

/// Sends its pieces, and then nothing more without ever ending.
struct Stalling(Vec<&'static str>);

impl Body for Stalling {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        match self.0.pop() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(Bytes::from(piece))))),
            None => Poll::Pending,
        }
    }
}

async fn send_stalling(pieces: Vec<&'static str>) -> String {
    let app = app(settings(Arc::new(NoKeys), false));
    let request = Request::post("/things/chair/runs").body(Stalling(pieces)).unwrap();
    render(app.handle(&endpoint(), peer(), request).await).await
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stops_coming_is_given_up() {
    let answer = send_stalling(vec!["half"]).await;
    assert!(answer.starts_with("408 Request Timeout"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_body_of_unknown_length_is_refused_as_soon_as_it_is_too_large() {
    let answer = send_stalling(vec!["eleven more", "ten bytes."]).await;
    assert!(answer.contains("RequestEntityTooLargeException"), "{answer}");
}
