"""From topics to endpoints of HTTP."""

import json
import subprocess
import urllib.error
import urllib.request

import pytest

from support.queues import create, receive, redrive


def policy(**retries: int) -> str:
    return json.dumps({"healthyRetryPolicy": {"minDelayTarget": 1, "maxDelayTarget": 1, **retries}})


def test_an_endpoint_confirms_and_gets_messages(sns, endpoint):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    arn = endpoint.confirm(sns, topic)
    attributes = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (attributes["PendingConfirmation"], attributes["ConfirmationWasAuthenticated"]) == ("false", "false")
    published = sns.publish(TopicArn=topic, Message="Hello", Subject="Greeting")
    headers, body = endpoint.next()
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["x-amz-sns-message-id"] == published["MessageId"]
    assert headers["x-amz-sns-topic-arn"] == topic
    assert headers["x-amz-sns-subscription-arn"] == arn
    assert headers["content-type"] == "text/plain; charset=UTF-8"
    assert headers["user-agent"] == "Amazon Simple Notification Service Agent"
    assert json.loads(body)["Message"] == "Hello"
    sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="RawMessageDelivery", AttributeValue="true")
    sns.publish(TopicArn=topic, Message="raw")
    headers, body = endpoint.next()
    assert (headers["x-amz-sns-rawdelivery"], body) == ("true", b"raw")


def test_the_token_confirms_over_the_api(sns, endpoint):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    subscribed = sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=endpoint.url)
    assert subscribed["SubscriptionArn"] == "pending confirmation"
    token = endpoint.next_document()["Token"]
    confirmed = sns.confirm_subscription(TopicArn=topic, Token=token, AuthenticateOnUnsubscribe="true")
    sns.publish(TopicArn=topic, Message="Hello")
    unsubscribe = endpoint.next_document()["UnsubscribeURL"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(unsubscribe)
    assert refused.value.code == 403
    sns.unsubscribe(SubscriptionArn=confirmed["SubscriptionArn"])
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_who_leaves_by_the_url_may_come_back(sns, endpoint):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    endpoint.confirm(sns, topic)
    sns.publish(TopicArn=topic, Message="Hello")
    urllib.request.urlopen(endpoint.next_document()["UnsubscribeURL"]).close()
    farewell = endpoint.next_document()
    assert farewell["Type"] == "UnsubscribeConfirmation"
    sns.publish(TopicArn=topic, Message="for nobody")
    urllib.request.urlopen(farewell["SubscribeURL"]).close()
    sns.publish(TopicArn=topic, Message="again")
    assert endpoint.next_document()["Message"] == "again"


def test_a_message_is_tried_again_and_then_goes_to_the_dead_letter_queue(sns, sqs, endpoint):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    dead, dead_arn = create(sqs, "dead")
    attributes = {"DeliveryPolicy": policy(numRetries=2, numNoDelayRetries=1), "RedrivePolicy": redrive(dead_arn)}
    endpoint.confirm(sns, topic, **attributes)
    endpoint.answers = [500, 429]
    sns.publish(TopicArn=topic, Message="third time lucky")
    assert [endpoint.next_document()["Message"] for _ in range(3)] == ["third time lucky"] * 3
    endpoint.answers = [503, 503, 503]
    sns.publish(TopicArn=topic, Message="never")
    assert json.loads(receive(sqs, dead, 1)[0]["Body"])["Message"] == "never"
    assert [endpoint.next_document()["Message"] for _ in range(3)] == ["never"] * 3
    endpoint.answers = [404]
    sns.publish(TopicArn=topic, Message="at once")
    assert json.loads(receive(sqs, dead, 1)[0]["Body"])["Message"] == "at once"


def test_a_signature_is_that_of_the_certificate(sns, endpoint, tmp_path):
    topic = sns.create_topic(Name="orders")["TopicArn"]
    endpoint.confirm(sns, topic)
    sns.publish(TopicArn=topic, Message="Hello", Subject="Greeting")
    message = endpoint.next_document()
    with urllib.request.urlopen(message["SigningCertURL"]) as answer:
        (tmp_path / "certificate.pem").write_bytes(answer.read())
    names = ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"]
    (tmp_path / "signed").write_text("".join(f"{name}\n{message[name]}\n" for name in names))
    script = (
        "openssl x509 -in certificate.pem -noout -pubkey > key.pem && "
        f"echo '{message['Signature']}' | base64 -d > signature && "
        "openssl dgst -sha256 -verify key.pem -signature signature signed"
    )
    verified = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert verified.stdout == "Verified OK\n", verified.stderr
