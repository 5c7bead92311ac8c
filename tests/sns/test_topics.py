"""Topics and subscriptions over boto3 and the AWS CLI."""

import json

import pytest
from botocore.exceptions import ClientError


def test_the_life_of_a_topic(sns):
    topic = sns.create_topic(Name="orders", Tags=[{"Key": "team", "Value": "shop"}])["TopicArn"]
    assert topic == "arn:aws:sns:us-east-1:000000000000:orders"
    assert sns.create_topic(Name="orders")["TopicArn"] == topic
    sns.set_topic_attributes(TopicArn=topic, AttributeName="DisplayName", AttributeValue="Orders")
    attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    assert attributes["DisplayName"] == "Orders"
    assert json.loads(attributes["Policy"])["Id"] == "__default_policy_ID"
    assert json.loads(attributes["EffectiveDeliveryPolicy"])["http"]["defaultHealthyRetryPolicy"]["numRetries"] == 3
    sns.tag_resource(ResourceArn=topic, Tags=[{"Key": "cost", "Value": "1"}])
    sns.untag_resource(ResourceArn=topic, TagKeys=["team"])
    assert sns.list_tags_for_resource(ResourceArn=topic)["Tags"] == [{"Key": "cost", "Value": "1"}]
    sns.delete_topic(TopicArn=topic)
    assert sns.list_topics()["Topics"] == []
    with pytest.raises(sns.exceptions.NotFoundException):
        sns.get_topic_attributes(TopicArn=topic)


def test_lists_are_paged(sns):
    topics = [sns.create_topic(Name=f"t{number:03}")["TopicArn"] for number in range(150)]
    pages = sns.get_paginator("list_topics").paginate()
    assert [topic["TopicArn"] for page in pages for topic in page["Topics"]] == topics


def test_errors_have_their_codes(sns):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    with pytest.raises(sns.exceptions.InvalidParameterException) as refused:
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    assert "Hob does not deliver by email" in str(refused.value)
    with pytest.raises(sns.exceptions.InvalidParameterValueException):
        attributes = {"a": {"DataType": "String", "StringValue": ""}}
        sns.publish(TopicArn=topic, Message="m", MessageAttributes=attributes)
    with pytest.raises(sns.exceptions.TooManyEntriesInBatchRequestException):
        entries = [{"Id": str(number), "Message": "m"} for number in range(11)]
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    with pytest.raises(ClientError) as refused:
        sns.publish(TopicArn=topic, Message="x" * 262145)
    assert refused.value.response["Error"] == {
        "Type": "Sender",
        "Code": "InvalidParameter",
        "Message": "Invalid parameter: Message too long",
    }


def test_topics_of_accounts_and_regions_are_apart(server, sns):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    assert server.client("sns", region_name="eu-west-1").list_topics()["Topics"] == []
    other = server.client("sns", aws_access_key_id="111111111111")
    assert other.list_topics()["Topics"] == []
    with pytest.raises(other.exceptions.AuthorizationErrorException):
        other.publish(TopicArn=topic, Message="m")


def test_the_aws_cli_publishes(aws_cli):
    topic = json.loads(aws_cli("sns", "create-topic", "--name", "orders"))["TopicArn"]
    published = aws_cli("sns", "publish", "--topic-arn", topic, "--message", "Hello", "--subject", "Greeting")
    assert json.loads(published)["MessageId"]
    assert json.loads(aws_cli("sns", "list-topics"))["Topics"] == [{"TopicArn": topic}]
