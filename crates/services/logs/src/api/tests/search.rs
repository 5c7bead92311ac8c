use super::*;
use crate::api::shapes::*;

fn filter_request() -> FilterLogEventsRequest {
    FilterLogEventsRequest { log_group_name: text("g"), ..Default::default() }
}

async fn find(client: &Client, request: FilterLogEventsRequest) -> (Vec<String>, Option<String>) {
    let answer = client.call(FilterLogEvents, request).await.unwrap();
    assert_eq!(answer.searched_log_streams, Some(Vec::new()));
    let messages = answer.events.unwrap().into_iter().map(|event| event.message.unwrap());
    (messages.collect(), answer.next_token)
}

/// Group `g` with streams `a1`, `a2` and `b`.
async fn client_with_events() -> Client {
    let client = client();
    client.create_group("g").await;
    for name in ["a1", "a2", "b"] {
        client.create_stream("g", name).await;
    }
    client.put("g", "a1", &[(50, "START 1"), (20, "END 1")]).await;
    client.put("g", "a2", &[(40, "START 2"), (30, "[ERROR] failed")]).await;
    client.put("g", "b", &[(35, r#"{"level": "ERROR", "code": 7}"#)]).await;
    client
}

#[tokio::test]
async fn events_of_all_streams_come_in_order_of_time() {
    let client = client_with_events().await;
    let (messages, token) = find(&client, filter_request()).await;
    assert_eq!(
        messages,
        ["START 1", "START 2", r#"{"level": "ERROR", "code": 7}"#, "[ERROR] failed", "END 1"]
    );
    assert_eq!(token, None);
    let latest_first =
        FilterLogEventsRequest { start_from_head: Some(false), limit: Some(2), ..filter_request() };
    let (messages, token) = find(&client, latest_first.clone()).await;
    assert_eq!(messages, ["END 1", "[ERROR] failed"]);
    let (messages, _) = find(&client, FilterLogEventsRequest { next_token: token, ..latest_first }).await;
    assert_eq!(messages, [r#"{"level": "ERROR", "code": 7}"#, "START 2"]);
}

#[tokio::test]
async fn each_event_tells_its_stream_and_has_an_id() {
    let client = client_with_events().await;
    let events = client.call(FilterLogEvents, filter_request()).await.unwrap().events.unwrap();
    assert_eq!(events[1].log_stream_name, text("a2"));
    assert_eq!((events[1].timestamp, events[1].ingestion_time), (Some(NOW - 40), Some(NOW)));
    assert_eq!(events[1].event_id.as_ref().unwrap().len(), 56);
    assert!(events.is_sorted_by_key(|event| event.event_id.clone()));
}

#[tokio::test]
async fn a_pattern_selects() {
    let client = client_with_events().await;
    let matching = async |pattern: &str| {
        find(&client, FilterLogEventsRequest { filter_pattern: text(pattern), ..filter_request() }).await.0
    };
    assert_eq!(matching("ERROR failed").await, ["[ERROR] failed"]);
    assert_eq!(matching("?START ?END").await, ["START 1", "START 2", "END 1"]);
    assert_eq!(matching("{ $.code > 5 }").await, [r#"{"level": "ERROR", "code": 7}"#]);
    assert_eq!(matching("[kind, number = 1]").await, ["START 1", "END 1"]);
    let bad = FilterLogEventsRequest { filter_pattern: text("a:b"), ..filter_request() };
    let expected = invalid("Invalid character(s) in term ':'");
    assert_eq!(client.refused(FilterLogEvents, bad).await, expected);
}

#[tokio::test]
async fn streams_are_selected_by_name_or_prefix() {
    let client = client_with_events().await;
    let by_name =
        FilterLogEventsRequest { log_stream_names: Some(vec!["b".into(), "a1".into()]), ..filter_request() };
    assert_eq!(find(&client, by_name.clone()).await.0.len(), 3);
    let by_prefix = FilterLogEventsRequest { log_stream_name_prefix: text("a"), ..filter_request() };
    assert_eq!(find(&client, by_prefix).await.0.len(), 4);
    let absent = FilterLogEventsRequest { log_stream_names: Some(vec!["no".into()]), ..filter_request() };
    assert_eq!(client.refused(FilterLogEvents, absent).await, not_found("stream"));
    let both = FilterLogEventsRequest { log_stream_name_prefix: text("a"), ..by_name };
    assert_eq!(client.refused(FilterLogEvents, both).await.0, "InvalidParameterException");
}

#[tokio::test]
async fn a_range_of_time_includes_its_end() {
    let client = client_with_events().await;
    let range =
        FilterLogEventsRequest { start_time: Some(NOW - 40), end_time: Some(NOW - 30), ..filter_request() };
    assert_eq!(find(&client, range).await.0.len(), 3);
}

#[tokio::test]
async fn pages_together_hold_every_match_once() {
    let client = client();
    client.create_group("g").await;
    client.create_stream("g", "s").await;
    let lines: Vec<String> = (0..5000).map(|number| format!("line {number}")).collect();
    let events: Vec<(i64, &str)> = lines.iter().map(|line| (100, line.as_str())).collect();
    client.put("g", "s", &events).await;
    let request = |token| FilterLogEventsRequest {
        filter_pattern: text(r#""0""#),
        limit: Some(100),
        next_token: token,
        ..filter_request()
    };
    let (mut found, mut token) = find(&client, request(None)).await;
    while token.is_some() {
        let (more, next) = find(&client, request(token)).await;
        found.extend(more);
        token = next;
    }
    let expected: Vec<_> = lines.into_iter().filter(|line| line.contains('0')).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_token_of_another_search_is_refused() {
    let client = client_with_events().await;
    let request = FilterLogEventsRequest { limit: Some(1), ..filter_request() };
    let (_, token) = find(&client, request.clone()).await;
    let other = FilterLogEventsRequest { log_stream_name_prefix: text("a"), next_token: token, ..request };
    let expected = invalid("The specified nextToken is invalid.");
    assert_eq!(client.refused(FilterLogEvents, other).await, expected);
}

#[tokio::test]
async fn a_group_must_exist() {
    assert_eq!(client().refused(FilterLogEvents, filter_request()).await, not_found("group"));
}
