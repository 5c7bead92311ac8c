use std::time::Duration;

use super::*;
use crate::api::shapes::*;

const DAY: i64 = 24 * 60 * 60 * 1000;

fn get_request() -> GetLogEventsRequest {
    GetLogEventsRequest { log_group_name: text("g"), log_stream_name: text("s"), ..Default::default() }
}

struct Got {
    messages: Vec<String>,
    forward: Option<String>,
    backward: Option<String>,
}

async fn get(client: &Client, request: GetLogEventsRequest) -> Got {
    let answer = client.call(GetLogEvents, request).await.unwrap();
    let messages = answer.events.unwrap().into_iter().map(|event| event.message.unwrap());
    Got {
        messages: messages.collect(),
        forward: answer.next_forward_token,
        backward: answer.next_backward_token,
    }
}

/// With stream `s` of group `g`, which holds `1` to `5`.
async fn client_with_events() -> Client {
    let client = client();
    client.create_group("g").await;
    client.create_stream("g", "s").await;
    client.put("g", "s", &[(50, "1"), (40, "2"), (40, "3"), (30, "4"), (20, "5")]).await;
    client
}

#[tokio::test]
async fn events_must_be_in_order_and_have_a_stream() {
    let client = client();
    let put = |events: &[(i64, &str)]| put_request("g", "s", events);
    assert_eq!(client.refused(PutLogEvents, put(&[(1, "x")])).await, not_found("group"));
    client.create_group("g").await;
    assert_eq!(client.refused(PutLogEvents, put(&[(1, "x")])).await, not_found("stream"));
    let expected = invalid("Log events in a single PutLogEvents request must be in chronological order.");
    assert_eq!(client.refused(PutLogEvents, put(&[(1, "x"), (2, "y")])).await, expected);
    let large = "x".repeat(1 << 20);
    let expected = invalid("Upload too large: 1048602 bytes exceeds limit of 1048576");
    assert_eq!(client.refused(PutLogEvents, put(&[(1, &large)])).await, expected);
}

#[tokio::test]
async fn events_of_other_times_are_left_out_and_counted() {
    let client = client_with_events().await;
    let answer = client.put("g", "s", &[(15 * DAY, "old"), (14 * DAY + 1, "old")]).await;
    assert_eq!(answer.rejected_log_events_info.unwrap().too_old_log_event_end_index, Some(2));
    let answer = client.put("g", "s", &[(10, "6"), (-DAY / 2, "future")]).await;
    assert_eq!(answer.rejected_log_events_info.unwrap().too_new_log_event_start_index, Some(1));
    assert_eq!(answer.next_sequence_token.unwrap().len(), 56);
    assert_eq!(get(&client, get_request()).await.messages, ["1", "2", "3", "4", "5", "6"]);
}

#[tokio::test]
async fn a_page_holds_the_latest_events_unless_asked_from_the_head() {
    let client = client_with_events().await;
    let request =
        |from_head| GetLogEventsRequest { limit: Some(2), start_from_head: from_head, ..get_request() };
    assert_eq!(get(&client, request(None)).await.messages, ["4", "5"]);
    assert_eq!(get(&client, request(Some(true))).await.messages, ["1", "2"]);
}

#[tokio::test]
async fn tokens_lead_forward_and_back_and_stay_the_same_at_the_end() {
    let client = client_with_events().await;
    let go = async |token: Option<String>| {
        let start_from_head = Some(true);
        get(
            &client,
            GetLogEventsRequest { limit: Some(2), next_token: token, start_from_head, ..get_request() },
        )
        .await
    };
    let first = go(None).await;
    let second = go(first.forward).await;
    assert_eq!(second.messages, ["3", "4"]);
    assert_eq!(go(second.backward).await.messages, ["1", "2"]);
    let third = go(second.forward).await;
    assert_eq!(third.messages, ["5"]);
    let end = go(third.forward.clone()).await;
    assert!(end.messages.is_empty());
    assert_eq!(end.forward, third.forward);
    assert_eq!(go(end.backward).await.messages, ["4", "5"]);
    client.put("g", "s", &[(10, "6")]).await;
    assert_eq!(go(end.forward).await.messages, ["6"]);
}

#[tokio::test]
async fn an_empty_stream_can_be_followed() {
    let client = client();
    client.create_group("g").await;
    client.create_stream("g", "s").await;
    let nothing = get(&client, get_request()).await;
    assert!(nothing.messages.is_empty());
    client.put("g", "s", &[(10, "first")]).await;
    let follow = GetLogEventsRequest { next_token: nothing.forward, ..get_request() };
    assert_eq!(get(&client, follow).await.messages, ["first"]);
}

#[tokio::test]
async fn a_token_that_was_not_given_out_for_the_stream_is_refused() {
    let client = client_with_events().await;
    client.create_stream("g", "other").await;
    let good = get(&client, get_request()).await.forward.unwrap();
    assert_eq!(good.len(), 58);
    let expected = invalid("The specified nextToken is invalid.");
    for bad in ["x", "f/1", &good[2..], &good.replace("f/", "g/"), &good.replace('7', "8")] {
        let request = GetLogEventsRequest { next_token: text(bad), ..get_request() };
        assert_eq!(client.refused(GetLogEvents, request).await, expected, "{bad}");
    }
    let other =
        GetLogEventsRequest { log_stream_name: text("other"), next_token: Some(good), ..get_request() };
    assert_eq!(client.refused(GetLogEvents, other).await, expected);
}

#[tokio::test]
async fn a_range_of_time_excludes_its_end() {
    let client = client_with_events().await;
    let request =
        GetLogEventsRequest { start_time: Some(NOW - 40), end_time: Some(NOW - 20), ..get_request() };
    assert_eq!(get(&client, request).await.messages, ["2", "3", "4"]);
}

#[tokio::test]
async fn a_page_has_at_most_1_mib() {
    let client = client();
    client.create_group("g").await;
    client.create_stream("g", "s").await;
    let large = "x".repeat(600_000);
    for age in [3, 2, 1] {
        client.put("g", "s", &[(age, &large)]).await;
    }
    assert_eq!(get(&client, get_request()).await.messages.len(), 2);
}

#[tokio::test]
async fn what_has_expired_is_not_shown() {
    let client = client_with_events().await;
    let policy = PutRetentionPolicyRequest { log_group_name: text("g"), retention_in_days: Some(1) };
    client.call(PutRetentionPolicy, policy).await.unwrap();
    client.clock.advance(Duration::from_millis(24 * 60 * 60 * 1000 - 30));
    assert_eq!(get(&client, get_request()).await.messages, ["4", "5"]);
}
