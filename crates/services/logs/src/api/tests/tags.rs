use std::collections::BTreeMap;

use super::*;
use crate::api::shapes::*;

const ARN: &str = "arn:aws:logs:us-east-1:000000000000:log-group:g";

fn tags(tags: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
    Some(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
}

fn creation() -> CreateLogGroupRequest {
    CreateLogGroupRequest { log_group_name: text("g"), ..Default::default() }
}

fn tagging(added: &[(&str, &str)]) -> TagResourceRequest {
    TagResourceRequest { resource_arn: text(ARN), tags: tags(added) }
}

fn listing(arn: &str) -> ListTagsForResourceRequest {
    ListTagsForResourceRequest { resource_arn: text(arn) }
}

async fn listed(client: &Client) -> Option<BTreeMap<String, String>> {
    client.call(ListTagsForResource, listing(ARN)).await.unwrap().tags
}

#[tokio::test]
async fn a_group_keeps_the_tags_that_it_is_given() {
    let client = client();
    let tagged = CreateLogGroupRequest { tags: tags(&[("team", "a")]), ..creation() };
    client.call(CreateLogGroup, tagged).await.unwrap();
    client.call(TagResource, tagging(&[("team", "b"), ("stage", "test")])).await.unwrap();
    assert_eq!(listed(&client).await, tags(&[("stage", "test"), ("team", "b")]));
    let request = UntagResourceRequest { resource_arn: text(ARN), tag_keys: Some(vec!["team".to_owned()]) };
    client.call(UntagResource, request).await.unwrap();
    assert_eq!(listed(&client).await, tags(&[("stage", "test")]));
}

#[tokio::test]
async fn a_group_without_tags_has_an_empty_map_of_them() {
    let client = client();
    client.create_group("g").await;
    assert_eq!(listed(&client).await, tags(&[]));
}

#[tokio::test]
async fn tags_are_of_a_group_by_its_arn() {
    let client = client();
    client.create_group("g").await;
    for other in ["g", "arn:aws:logs:us-east-1:111111111111:log-group:g", &ARN.replace(":g", ":h")] {
        assert_eq!(client.refused(ListTagsForResource, listing(other)).await, not_found("group"));
    }
    assert!(client.call(ListTagsForResource, listing(&format!("{ARN}:*"))).await.is_ok());
}

#[tokio::test]
async fn a_group_has_fifty_tags_at_most() {
    let client = client();
    client.create_group("g").await;
    let keys: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    let fifty: Vec<_> = keys.iter().map(|key| (key.as_str(), "")).collect();
    client.call(TagResource, tagging(&fifty)).await.unwrap();
    let expected = ("TooManyTagsException", "A log group can have 50 tags at most.".to_owned());
    assert_eq!(client.refused(TagResource, tagging(&[("one more", "")])).await, expected);
    let expected = invalid("Tag keys starting with aws: are reserved for AWS.");
    assert_eq!(client.refused(TagResource, tagging(&[("aws:x", "")])).await, expected);
}

#[tokio::test]
async fn what_hob_does_not_honour_is_refused() {
    let client = client();
    let class = |class: &str| CreateLogGroupRequest { log_group_class: text(class), ..creation() };
    let protected = |is| CreateLogGroupRequest { deletion_protection_enabled: Some(is), ..class("STANDARD") };
    let encrypted = CreateLogGroupRequest { kms_key_id: text("arn:aws:kms:…"), ..creation() };
    for (request, what) in [
        (encrypted, "kmsKeyId"),
        (class("INFREQUENT_ACCESS"), "logGroupClass other than STANDARD"),
        (protected(true), "deletionProtectionEnabled"),
    ] {
        let expected = invalid(&format!("{what} is not served by Hob yet."));
        assert_eq!(client.refused(CreateLogGroup, request).await, expected);
    }
    client.call(CreateLogGroup, protected(false)).await.unwrap();
}
