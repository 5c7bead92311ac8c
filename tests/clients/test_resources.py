"""boto3's resources, as its user guide uses them."""

import io
import json

import pytest
from botocore.exceptions import ClientError


def test_queues(server):
    sqs = server.resource("sqs")
    dead = sqs.create_queue(QueueName="dead")
    redrive = json.dumps({"deadLetterTargetArn": dead.attributes["QueueArn"], "maxReceiveCount": "1"})
    queue = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "0", "RedrivePolicy": redrive})
    assert [found.url for found in sqs.queues.all()] == [dead.url, queue.url]
    assert [found.url for found in sqs.queues.filter(QueueNamePrefix="ord")] == [queue.url]
    assert [source.url for source in dead.dead_letter_source_queues.all()] == [queue.url]
    assert sqs.get_queue_by_name(QueueName="orders") == queue

    author = {"Author": {"StringValue": "Ada", "DataType": "String"}}
    sent = queue.send_message(MessageBody="first", MessageAttributes=author)
    answer = queue.send_messages(Entries=[{"Id": "a", "MessageBody": "second"}, {"Id": "b", "MessageBody": ""}])
    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
    assert [(entry["Id"], entry["SenderFault"]) for entry in answer["Failed"]] == [("b", True)]
    received = []
    while len(received) < 2:
        wanted = {"MessageAttributeNames": ["Author"], "WaitTimeSeconds": 20, "VisibilityTimeout": 60}
        received += queue.receive_messages(**wanted)
    by_body = {message.body: message for message in received}
    assert by_body["first"].message_id == sent["MessageId"]
    assert by_body["first"].message_attributes == author
    assert by_body["second"].message_attributes is None
    by_body["first"].delete()
    by_body["second"].change_visibility(VisibilityTimeout=0)
    assert queue.receive_messages(WaitTimeSeconds=0) == []
    (letter,) = dead.receive_messages(WaitTimeSeconds=10)
    assert letter.body == "second"

    queue.set_attributes(Attributes={"DelaySeconds": "5"})
    queue.reload()
    assert queue.attributes["DelaySeconds"] == "5"
    queue.purge()
    queue.delete()
    with pytest.raises(sqs.meta.client.exceptions.QueueDoesNotExist):
        sqs.get_queue_by_name(QueueName="orders")


def test_topics(server):
    sns, queue = server.resource("sns"), server.resource("sqs").create_queue(QueueName="subscriber")
    topic = sns.create_topic(Name="news")
    subscription = topic.subscribe(
        Protocol="sqs", Endpoint=queue.attributes["QueueArn"], ReturnSubscriptionArn=True,
        Attributes={"RawMessageDelivery": "true"},
    )  # fmt: skip
    subscription.set_attributes(AttributeName="FilterPolicy", AttributeValue=json.dumps({"kind": ["weather"]}))
    subscription.reload()
    assert json.loads(subscription.attributes["FilterPolicy"]) == {"kind": ["weather"]}
    for kind in ("sports", "weather"):
        topic.publish(Message=kind, MessageAttributes={"kind": {"DataType": "String", "StringValue": kind}})
    (message,) = queue.receive_messages(WaitTimeSeconds=10)
    assert message.body == "weather"
    assert list(sns.topics.all()) == [topic]
    assert [found.arn for found in topic.subscriptions.all()] == [subscription.arn]
    topic.set_attributes(AttributeName="DisplayName", AttributeValue="News")
    topic.reload()
    assert topic.attributes["DisplayName"] == "News"
    subscription.delete()
    topic.delete()
    assert list(sns.topics.all()) == []


def test_buckets_and_objects(server, tmp_path):
    s3 = server.resource("s3")
    bucket = s3.create_bucket(Bucket="photos")
    bucket.wait_until_exists()
    assert list(s3.buckets.all()) == [bucket]
    (tmp_path / "large").write_bytes(bytes(12 << 20))
    bucket.upload_file(str(tmp_path / "large"), "in/large", ExtraArgs={"Metadata": {"by": "Ada"}})
    large = bucket.Object("in/large")
    assert (large.content_length, large.metadata, large.e_tag[-3:]) == (12 << 20, {"by": "Ada"}, '-2"')
    s3.Object("photos", "in/small").put(Body=b"small", ContentType="text/plain")
    bucket.upload_fileobj(io.BytesIO(b"stream"), "out/stream")
    assert [found.key for found in bucket.objects.all()] == ["in/large", "in/small", "out/stream"]
    assert [found.size for found in bucket.objects.filter(Prefix="in/").limit(1)] == [12 << 20]
    bucket.download_file("in/large", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == bytes(12 << 20)
    s3.Object("photos", "copy").copy_from(CopySource={"Bucket": "photos", "Key": "in/small"})
    bucket.copy({"Bucket": "photos", "Key": "in/large"}, "large copy")
    assert s3.Object("photos", "copy").get()["Body"].read() == b"small"
    with pytest.raises(ClientError) as caught:
        s3.Object("photos", "nothing").load()
    assert caught.value.response["Error"]["Code"] == "404"
    with pytest.raises(ClientError) as caught:
        bucket.delete()
    assert caught.value.response["Error"]["Code"] == "BucketNotEmpty"
    bucket.objects.delete()
    bucket.delete()
    bucket.wait_until_not_exists()


def test_versions(server):
    s3 = server.resource("s3")
    bucket = s3.create_bucket(Bucket="drafts")
    bucket.Versioning().enable()
    assert bucket.Versioning().status == "Enabled"
    first = bucket.put_object(Key="text", Body=b"first")
    assert first.version_id
    bucket.put_object(Key="text", Body=b"second")
    s3.Object("drafts", "text").delete()
    kept = list(bucket.object_versions.filter(Prefix="text"))
    assert [(version.is_latest, version.size) for version in kept] == [(False, 6), (False, 5), (True, None)]
    assert s3.ObjectVersion("drafts", "text", first.version_id).get()["Body"].read() == b"first"
    bucket.object_versions.delete()
    bucket.delete()


def test_what_is_set_of_a_bucket(server):
    bucket = server.resource("s3").create_bucket(Bucket="photos")
    rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
    bucket.Cors().put(CORSConfiguration={"CORSRules": [rule]})
    assert bucket.Cors().cors_rules == [rule]
    bucket.Tagging().put(Tagging={"TagSet": [{"Key": "team", "Value": "a"}]})
    assert bucket.Tagging().tag_set == [{"Key": "team", "Value": "a"}]
    resource, principal = "arn:aws:s3:::photos/*", {"AWS": "000000000000"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": resource}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    bucket.Policy().put(Policy=json.dumps(policy))
    assert json.loads(bucket.Policy().policy) == policy
    assert bucket.Acl().grants[0]["Permission"] == "FULL_CONTROL"
    queue = server.resource("sqs").create_queue(QueueName="told")
    told = {"Id": "a", "QueueArn": queue.attributes["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
    bucket.Notification().put(NotificationConfiguration={"QueueConfigurations": [told]})
    assert bucket.Notification().queue_configurations == [told]
