use super::*;
use crate::api::shapes::*;

fn list_request() -> DescribeLogGroupsRequest {
    DescribeLogGroupsRequest::default()
}

async fn names(client: &Client, request: DescribeLogGroupsRequest) -> (Vec<String>, Option<String>) {
    let answer = client.call(DescribeLogGroups, request).await.unwrap();
    let names = answer.log_groups.unwrap().into_iter().map(|group| group.log_group_name.unwrap());
    (names.collect(), answer.next_token)
}

#[tokio::test]
async fn a_group_is_described_with_both_of_its_arns() {
    let client = client();
    client.create_group("/aws/lambda/hello").await;
    let answer = client.call(DescribeLogGroups, list_request()).await.unwrap();
    insta::assert_debug_snapshot!(answer.log_groups.unwrap(), @r#"
    [
        LogGroup {
            log_group_name: Some(
                "/aws/lambda/hello",
            ),
            creation_time: Some(
                1767323045678,
            ),
            retention_in_days: None,
            metric_filter_count: Some(
                0,
            ),
            arn: Some(
                "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/hello:*",
            ),
            stored_bytes: Some(
                0,
            ),
            kms_key_id: None,
            data_protection_status: None,
            inherited_properties: None,
            log_group_class: Some(
                "STANDARD",
            ),
            log_group_arn: Some(
                "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/hello",
            ),
            deletion_protection_enabled: None,
            bearer_token_authentication_enabled: None,
            retention_policy_name: None,
        },
    ]
    "#);
}

#[tokio::test]
async fn a_group_is_created_once() {
    let client = client();
    client.create_group("g").await;
    let again = CreateLogGroupRequest { log_group_name: text("g"), ..Default::default() };
    let expected = ("ResourceAlreadyExistsException", "The specified log group already exists".to_owned());
    assert_eq!(client.refused(CreateLogGroup, again).await, expected);
    let reserved = CreateLogGroupRequest { log_group_name: text("AWS/x"), ..Default::default() };
    let expected = invalid("Log groups starting with AWS/ are reserved for AWS.");
    assert_eq!(client.refused(CreateLogGroup, reserved).await, expected);
}

#[tokio::test]
async fn groups_are_listed_in_pages() {
    let client = client();
    for name in ["c", "a", "b"] {
        client.create_group(name).await;
    }
    let request = || DescribeLogGroupsRequest { limit: Some(2), ..list_request() };
    let (first, token) = names(&client, request()).await;
    assert_eq!(first, ["a", "b"]);
    assert!(token.is_some());
    let (second, end) =
        names(&client, DescribeLogGroupsRequest { next_token: token.clone(), ..request() }).await;
    assert_eq!((second, end), (vec!["c".to_owned()], None));
    let other = DescribeLogGroupsRequest { next_token: token, log_group_name_prefix: text("a"), ..request() };
    let expected = invalid("The specified nextToken is invalid.");
    assert_eq!(client.refused(DescribeLogGroups, other).await, expected);
}

#[tokio::test]
async fn groups_are_found_by_prefix_or_part_or_identifier() {
    let client = client();
    for name in ["/aws/lambda/a", "/aws/lambda/b", "other"] {
        client.create_group(name).await;
    }
    let prefix = DescribeLogGroupsRequest { log_group_name_prefix: text("/aws/"), ..list_request() };
    assert_eq!(names(&client, prefix.clone()).await.0, ["/aws/lambda/a", "/aws/lambda/b"]);
    let part = DescribeLogGroupsRequest { log_group_name_pattern: text("a/b"), ..list_request() };
    assert_eq!(names(&client, part).await.0, ["/aws/lambda/b"]);
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/a:*".to_owned();
    let identifiers = Some(vec![arn, "other".to_owned(), "absent".to_owned()]);
    let identified = DescribeLogGroupsRequest { log_group_identifiers: identifiers, ..list_request() };
    assert_eq!(names(&client, identified).await.0, ["/aws/lambda/a", "other"]);
    let both = DescribeLogGroupsRequest { log_group_name_pattern: text("x"), ..prefix };
    let expected =
        invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
    assert_eq!(client.refused(DescribeLogGroups, both).await, expected);
}

#[tokio::test]
async fn a_deleted_group_is_gone() {
    let client = client();
    client.create_group("g").await;
    let delete = || DeleteLogGroupRequest { log_group_name: text("g") };
    client.call(DeleteLogGroup, delete()).await.unwrap();
    assert_eq!(client.refused(DeleteLogGroup, delete()).await, not_found("group"));
}

#[tokio::test]
async fn a_retention_is_one_of_a_list() {
    let client = client();
    let put = |days| PutRetentionPolicyRequest { log_group_name: text("g"), retention_in_days: Some(days) };
    assert_eq!(client.refused(PutRetentionPolicy, put(7)).await, not_found("group"));
    client.create_group("g").await;
    client.call(PutRetentionPolicy, put(7)).await.unwrap();
    let retention = async || {
        let answer = client.call(DescribeLogGroups, list_request()).await.unwrap();
        answer.log_groups.unwrap()[0].retention_in_days
    };
    assert_eq!(retention().await, Some(7));
    let (code, message) = client.refused(PutRetentionPolicy, put(2)).await;
    assert_eq!(code, "InvalidParameterException");
    assert!(message.starts_with("1 validation error detected: Value '2' at 'retentionInDays' failed"));
    client
        .call(DeleteRetentionPolicy, DeleteRetentionPolicyRequest { log_group_name: text("g") })
        .await
        .unwrap();
    assert_eq!(retention().await, None);
}
