//! Bodies in frames within those of HTTP.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request};
use http_body_util::Full;

use super::cellar::{ask, ask_app, cellar, put};
use super::fixture::With;
use super::upfront::{TwoKeys, signed};
use crate::sigv4::{ChunkSigner, payload_hash};

const UNSIGNED: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const SIGNED_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";

fn framed(kind: &str, length: usize, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    put("/box/wine", body)
        .with("x-amz-content-sha256", kind)
        .with("x-amz-decoded-content-length", &length.to_string())
        .with("content-encoding", "gzip, aws-chunked")
}

#[tokio::test]
async fn the_handler_sees_the_data_the_headers_without_the_frames_and_the_trailers() {
    let body = "5\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AAA=\r\n\r\n";
    insta::assert_snapshot!(ask(framed(UNSIGNED, 6, body)).await, @r#"
    200 OK
    etag: "e"
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID
    x-seen: box/wine 6 of Some(6) ~! length=Some(6) encoding=Some("gzip") not-after=None trailers=["x-amz-checksum-crc32=AAA="]
    "#);
}

#[tokio::test]
async fn a_client_that_does_not_sign_says_it_in_the_encoding_only() {
    let mut request = framed(UNSIGNED, 2, "2\r\nhi\r\n0\r\n\r\n");
    request.headers_mut().remove("x-amz-content-sha256");
    let answer = ask(request).await;
    assert!(answer.contains("x-seen: box/wine 2 of Some(2) ~hi length=Some(2)"), "{answer}");
}

#[tokio::test]
async fn a_body_that_ends_too_early_or_is_longer_than_announced_is_incomplete() {
    insta::assert_snapshot!(ask(framed(UNSIGNED, 6, "6\r\nhel")).await, @r#"
    400 Bad Request
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>IncompleteBody</Code><Message>You did not provide the number of bytes specified by the Content-Length HTTP header</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    for (length, body) in [(3, "2\r\nhi\r\n0\r\n\r\n"), (1, "2\r\nhi\r\n0\r\n\r\n"), (2, "2\r\nhi\r\n")] {
        let answer = ask(framed(UNSIGNED, length, body)).await;
        assert!(answer.contains("<Code>IncompleteBody</Code>"), "{answer}");
    }
}

#[tokio::test]
async fn frames_that_are_broken_and_lengths_that_are_missing_are_refused() {
    insta::assert_snapshot!(ask(framed(UNSIGNED, 2, "hi")).await, @r#"
    400 Bad Request
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>IncompleteBody</Code><Message>You did not provide the number of bytes specified by the Content-Length HTTP header</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    insta::assert_snapshot!(ask(framed(UNSIGNED, 2, "zz\r\nhi")).await, @r#"
    400 Bad Request
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>InvalidRequest</Code><Message>The header of a chunk is broken.</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let mut request = framed(UNSIGNED, 2, "");
    request.headers_mut().remove("x-amz-decoded-content-length");
    insta::assert_snapshot!(ask(request).await, @r#"
    411 Length Required
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>MissingContentLength</Code><Message>You must provide the Content-Length HTTP header.</Message><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    insta::assert_snapshot!(ask(framed("STREAMING-NONSENSE", 2, "")).await, @r#"
    400 Bad Request
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>InvalidArgument</Code><Message>x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.</Message><ArgumentName>x-amz-content-sha256</ArgumentName><ArgumentValue>STREAMING-NONSENSE</ArgumentValue><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
}

/// Signs the headers and each of `chunks` as SDKs do.
fn signed_frames(kind: &str, chunks: &[&str], trailer: Option<&str>) -> Request<Full<Bytes>> {
    let length: usize = chunks.iter().map(|chunk| chunk.len()).sum();
    let (request, mut signer) = signed(framed(kind, length, ""));
    let mut body = String::new();
    for chunk in chunks.iter().chain([&""]) {
        let mut hash = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        hash.update(chunk.as_bytes());
        let signature = signer.chunk(hash);
        body += &format!("{:x};chunk-signature={signature}\r\n", chunk.len());
        if !chunk.is_empty() {
            body += &format!("{chunk}\r\n");
        }
    }
    if let Some(trailer) = trailer {
        let signature = signer.trailer(&format!("{trailer}\n"));
        body += &format!("{trailer}\r\nx-amz-trailer-signature:{signature}\r\n");
    }
    request.map(|_| Full::from(body + "\r\n"))
}

async fn verified(request: Request<Full<Bytes>>) -> String {
    ask_app(&cellar(Arc::new(TwoKeys), true), request).await
}

#[tokio::test]
async fn signed_chunks_are_verified_each_and_the_trailer_too() {
    let answer = verified(signed_frames(SIGNED, &["hello", " world"], None)).await;
    assert!(answer.contains("x-seen: box/wine 11 of Some(11)"), "{answer}");
    let trailer = Some("x-amz-checksum-crc32c:sOO8/Q==");
    let answer = verified(signed_frames(SIGNED_TRAILER, &["hello"], trailer)).await;
    assert!(answer.contains(r#"trailers=["x-amz-checksum-crc32c=sOO8/Q=="]"#), "{answer}");
}

#[tokio::test]
async fn a_chunk_that_was_changed_left_out_or_not_signed_is_refused() {
    let change = |from: &'static str, to: &'static str| {
        let request = signed_frames(SIGNED_TRAILER, &["hello", "world"], Some("x-amz-checksum-crc32c:a"));
        request.map(|body| {
            let text = String::from_utf8(whole(body).to_vec()).unwrap();
            assert!(text.contains(from));
            Full::from(text.replacen(from, to, 1))
        })
    };
    for (from, to) in [
        ("hello", "jello"),
        ("crc32c:a", "crc32c:b"),
        ("chunk-signature=", "chunk-signature=0"),
        (";chunk-signature=", ";nothing="),
        ("x-amz-trailer-signature:", "x-amz-other:"),
    ] {
        let answer = verified(change(from, to)).await;
        assert!(answer.contains("<Code>SignatureDoesNotMatch</Code>"), "{from}: {answer}");
    }
    // Without access control they are read and not looked at.
    assert!(ask(change("hello", "jello")).await.starts_with("200"));
}

fn whole(body: Full<Bytes>) -> Bytes {
    use http_body_util::BodyExt;
    let future = body.collect();
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(Ok(body)) => body.to_bytes(),
        _ => unreachable!("the body is there"),
    }
}

#[tokio::test]
async fn a_hash_that_was_signed_is_that_of_the_body() {
    let hash = payload_hash(b"wine");
    let (request, _): (_, ChunkSigner) = signed(put("/box/wine", "wine").with("x-amz-content-sha256", &hash));
    assert!(verified(request).await.starts_with("200"));
    let (request, _) = signed(put("/box/wine", "mine").with("x-amz-content-sha256", &hash));
    insta::assert_snapshot!(verified(request).await, @r#"
    400 Bad Request
    content-type: application/xml
    x-amz-id-2: HOST-ID
    x-amz-request-id: REQUEST-ID

    <?xml version="1.0" encoding="UTF-8"?>
    <Error><Code>XAmzContentSHA256Mismatch</Code><Message>The provided &apos;x-amz-content-sha256&apos; header does not match what was computed.</Message><ClientComputedContentSHA256>32c4feed996880bc92a062dc476f9b8cdb2596a989f2cc5246e9cef605bd5c78</ClientComputedContentSHA256><S3ComputedContentSHA256>3fd30542fe3f61b14bd4a4b2dc0b6fb30fa6f63ebce52dd1778aaa8c4dc02cff</S3ComputedContentSHA256><RequestId>REQUEST-ID</RequestId><HostId>HOST-ID</HostId></Error>
    "#);
    let (mut request, _) = signed(put("/box/wine", "").with("x-amz-content-sha256", &hash));
    request.headers_mut().insert("x-amz-content-sha256", HeaderValue::from_static("UNSIGNED-PAYLOAD"));
    assert!(verified(request).await.contains("<Code>SignatureDoesNotMatch</Code>"));
}
