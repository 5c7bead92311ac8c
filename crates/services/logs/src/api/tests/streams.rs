use super::*;
use crate::api::shapes::*;

fn list_request() -> DescribeLogStreamsRequest {
    DescribeLogStreamsRequest { log_group_name: text("g"), ..Default::default() }
}

async fn names(client: &Client, request: DescribeLogStreamsRequest) -> (Vec<String>, Option<String>) {
    let answer = client.call(DescribeLogStreams, request).await.unwrap();
    let names = answer.log_streams.unwrap().into_iter().map(|stream| stream.log_stream_name.unwrap());
    (names.collect(), answer.next_token)
}

#[tokio::test]
async fn a_stream_is_described_with_its_times() {
    let client = client();
    client.create_group("g").await;
    client.create_stream("g", "2026/01/02/[$LATEST]0").await;
    client.put("g", "2026/01/02/[$LATEST]0", &[(10, "a"), (5, "b")]).await;
    let answer = client.call(DescribeLogStreams, list_request()).await.unwrap();
    let expected = LogStream {
        log_stream_name: text("2026/01/02/[$LATEST]0"),
        creation_time: Some(NOW),
        first_event_timestamp: Some(NOW - 10),
        last_event_timestamp: Some(NOW - 5),
        last_ingestion_time: Some(NOW),
        upload_sequence_token: text("49000000000000000000000000000000000000000001767323045678"),
        arn: text("arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:2026/01/02/[$LATEST]0"),
        stored_bytes: Some(0),
    };
    assert_eq!(answer.log_streams.unwrap(), [expected]);
}

#[tokio::test]
async fn a_stream_is_created_once_in_an_existing_group() {
    let client = client();
    let create = || CreateLogStreamRequest { log_group_name: text("g"), log_stream_name: text("s") };
    assert_eq!(client.refused(CreateLogStream, create()).await, not_found("group"));
    client.create_group("g").await;
    client.call(CreateLogStream, create()).await.unwrap();
    let expected = ("ResourceAlreadyExistsException", "The specified log stream already exists".to_owned());
    assert_eq!(client.refused(CreateLogStream, create()).await, expected);
}

#[tokio::test]
async fn streams_are_listed_in_pages_in_either_order() {
    let client = client();
    client.create_group("g").await;
    for (name, age) in [("a", 1), ("b", 3), ("c", 2)] {
        client.create_stream("g", name).await;
        client.put("g", name, &[(age, "x")]).await;
    }
    let by_time = |token| DescribeLogStreamsRequest {
        order_by: text("LastEventTime"),
        descending: Some(true),
        limit: Some(2),
        next_token: token,
        ..list_request()
    };
    let (first, token) = names(&client, by_time(None)).await;
    assert_eq!(first, ["a", "c"]);
    assert_eq!(names(&client, by_time(token)).await, (vec!["b".to_owned()], None));
    let by_name = DescribeLogStreamsRequest { log_stream_name_prefix: text("b"), ..list_request() };
    assert_eq!(names(&client, by_name).await.0, ["b"]);
    let both = DescribeLogStreamsRequest { log_stream_name_prefix: text("b"), ..by_time(None) };
    let expected = invalid("Cannot order by LastEventTime with a logStreamNamePrefix.");
    assert_eq!(client.refused(DescribeLogStreams, both).await, expected);
}

#[tokio::test]
async fn a_group_is_named_or_identified() {
    let client = client();
    assert_eq!(client.refused(DescribeLogStreams, list_request()).await, not_found("group"));
    client.create_group("g").await;
    client.create_stream("g", "s").await;
    let identified = |identifier: &str| DescribeLogStreamsRequest {
        log_group_name: None,
        log_group_identifier: text(identifier),
        ..Default::default()
    };
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:g";
    for identifier in ["g", arn, &format!("{arn}:*")] {
        assert_eq!(names(&client, identified(identifier)).await.0, ["s"], "{identifier}");
    }
    let foreign = identified("arn:aws:logs:us-east-1:111111111111:log-group:g");
    assert_eq!(client.refused(DescribeLogStreams, foreign).await, not_found("group"));
    let both = DescribeLogStreamsRequest { log_group_identifier: text("g"), ..list_request() };
    assert_eq!(client.refused(DescribeLogStreams, both).await.0, "InvalidParameterException");
}

#[tokio::test]
async fn a_deleted_stream_is_gone() {
    let client = client();
    let delete = || DeleteLogStreamRequest { log_group_name: text("g"), log_stream_name: text("s") };
    assert_eq!(client.refused(DeleteLogStream, delete()).await, not_found("group"));
    client.create_group("g").await;
    client.create_stream("g", "s").await;
    client.call(DeleteLogStream, delete()).await.unwrap();
    assert_eq!(client.refused(DeleteLogStream, delete()).await, not_found("stream"));
}
