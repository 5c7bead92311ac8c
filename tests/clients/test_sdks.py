"""AWS's SDKs inside functions: a file arrives in a bucket, the function reads it and sends its lines to a queue."""

import json
import shutil

import pytest

from support.functions import create, invoke, package
from support.queues import create as create_queue
from support.queues import receive

pytestmark = pytest.mark.needs_internet

PYTHON = """
import os, urllib.parse
import boto3

s3, sqs = boto3.client("s3"), boto3.client("sqs")

def handler(event, context):
    url = sqs.get_queue_url(QueueName="lines")["QueueUrl"]
    for record in event.get("Records", []):
        bucket, key = record["s3"]["bucket"]["name"], urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        for line in s3.get_object(Bucket=bucket, Key=key)["Body"].iter_lines():
            sqs.send_message(QueueUrl=url, MessageBody=line.decode())
        s3.upload_file(__file__, bucket, "out/" + key)
    return url
"""

# As AWS's examples have it: the body is a stream, and so is what is put.
NODEJS = """
import { createInterface } from "node:readline";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

const s3 = new S3Client({}), sqs = new SQSClient({});

export const handler = async (event) => {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "lines" }));
  for (const record of event.Records ?? []) {
    const Bucket = record.s3.bucket.name;
    const Key = decodeURIComponent(record.s3.object.key.replace(/\\+/g, " "));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    for await (const MessageBody of createInterface({ input: Body })) {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
    const source = "/var/task/index.mjs";
    const ContentLength = (await stat(source)).size;
    await s3.send(new PutObjectCommand({ Bucket, Key: "out/" + Key, Body: createReadStream(source), ContentLength }));
  }
  return QueueUrl;
};
"""

FUNCTIONS = {
    "python3.12": ("app.handler", {"app.py": PYTHON}),
    "nodejs20.x": ("index.handler", {"index.mjs": NODEJS}),
}


@pytest.mark.parametrize("runtime", FUNCTIONS)
def test_a_function_reads_what_arrived_and_sends_it_on(server_with_sdk, runtime):
    if runtime.startswith("nodejs") and shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    aws, s3, sqs = (server_with_sdk.client(service) for service in ("lambda", "s3", "sqs"))
    url, _ = create_queue(sqs, "lines")
    handler, files = FUNCTIONS[runtime]
    zipped = package(files)
    arn = create(aws, "fn", zipped, runtime=runtime, handler=handler, Timeout=180, MemorySize=1769)["FunctionArn"]
    skip_without_sdk(invoke(aws, "fn", {}))
    s3.create_bucket(Bucket="texts")
    aws.add_permission(
        FunctionName="fn", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    told = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    told["Filter"] = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}}
    s3.put_bucket_notification_configuration(
        Bucket="texts", NotificationConfiguration={"LambdaFunctionConfigurations": [told]}
    )
    lines = [f"line {number}" for number in range(5)]
    s3.put_object(Bucket="texts", Key="in/a b@ü.txt", Body="\n".join(lines).encode())
    assert sorted(message["Body"] for message in receive(sqs, url, 5)) == lines
    s3.get_waiter("object_exists").wait(Bucket="texts", Key="out/in/a b@ü.txt")
    copy = s3.get_object(Bucket="texts", Key="out/in/a b@ü.txt")["Body"].read()
    assert copy.decode() in files.values()


def skip_without_sdk(answer) -> None:
    lacking = ("Cannot find module", "Cannot find package", "Unable to import module")
    if answer.error and any(text in json.dumps(answer.json) for text in lacking):
        pytest.skip("the SDK pack could not be installed: no registry answers")
    assert answer.error is None, answer.json
