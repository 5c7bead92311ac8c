"""Calls AWS's API from within a function: `AWS_ENDPOINT_URL` leads to Hob itself."""

import boto3

# Made once for each environment, used by all its invocations.
sts = boto3.client("sts")
logs = boto3.client("logs")


def handler(event, context):
    streams = logs.describe_log_streams(logGroupName=context.log_group_name)["logStreams"]
    return {
        "account": sts.get_caller_identity()["Account"],
        "environments so far": len(streams),
    }
