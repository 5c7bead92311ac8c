"""Runs whenever a text arrives below `in/`, and leaves beside it what is in it: `in/a.txt` becomes `out/a.txt.json`."""

import collections
import json
import urllib.parse

import boto3

s3 = boto3.client("s3")


def handler(event, context):
    # One record each time, says AWS, and that there might be more.
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        # Keys are encoded as in forms.
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
        words = collections.Counter(text.lower().split())
        result = key.replace("in/", "out/", 1) + ".json"
        s3.put_object(Bucket=bucket, Key=result, Body=json.dumps(words.most_common(10)), ContentType="application/json")
        print(f"{key}: {sum(words.values())} words, see {result}")
