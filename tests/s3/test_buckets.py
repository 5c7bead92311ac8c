"""Buckets: made, found, listed and deleted, by the rules of S3."""

import boto3
import pytest
from botocore.exceptions import ClientError


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    answer = refused.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_a_bucket_is_made_and_found_and_deleted(s3):
    assert s3.create_bucket(Bucket="first")["Location"] == "/first"
    assert s3.head_bucket(Bucket="first")["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket="first")["LocationConstraint"] is None
    assert [found["Name"] for found in s3.list_buckets()["Buckets"]] == ["first"]
    s3.delete_bucket(Bucket="first")
    assert refusal(s3.head_bucket, Bucket="first") == ("404", 404)
    assert refusal(s3.list_objects_v2, Bucket="first") == ("NoSuchBucket", 404)


def test_who_has_a_name_keeps_it(server, s3):
    abroad = server.client("s3", region_name="eu-central-1")
    constraint = {"LocationConstraint": "eu-central-1"}
    s3.create_bucket(Bucket="mine")
    s3.create_bucket(Bucket="mine")
    abroad.create_bucket(Bucket="abroad", CreateBucketConfiguration=constraint)
    again = refusal(abroad.create_bucket, Bucket="abroad", CreateBucketConfiguration=constraint)
    assert again == ("BucketAlreadyOwnedByYou", 409)
    stranger = server.client("s3", aws_access_key_id="111111111111")
    assert refusal(stranger.create_bucket, Bucket="mine") == ("BucketAlreadyExists", 409)
    assert refusal(stranger.list_objects_v2, Bucket="mine") == ("AccessDenied", 403)
    assert stranger.list_buckets()["Buckets"] == []


def test_a_bucket_is_made_where_it_was_asked_for(server, s3):
    s3.create_bucket(Bucket="abroad", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert s3.get_bucket_location(Bucket="abroad")["LocationConstraint"] == "eu-west-1"
    abroad = server.client("s3", region_name="eu-central-1")
    assert refusal(abroad.create_bucket, Bucket="nowhere") == ("IllegalLocationConstraintException", 400)
    assert refusal(s3.create_bucket, Bucket="Not_A_Name")[0] == "InvalidBucketName"


def test_buckets_are_listed_in_pages(s3):
    for name in ["logs-a", "logs-b", "logs-c", "other"]:
        s3.create_bucket(Bucket=name)
    pages = list(s3.get_paginator("list_buckets").paginate(Prefix="logs-", PaginationConfig={"PageSize": 2}))
    assert [[found["Name"] for found in page["Buckets"]] for page in pages] == [["logs-a", "logs-b"], ["logs-c"]]


def test_a_bucket_that_holds_something_stays(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"text")
    assert refusal(s3.delete_bucket, Bucket=bucket) == ("BucketNotEmpty", 409)
    s3.delete_object(Bucket=bucket, Key="key")
    s3.delete_bucket(Bucket=bucket)


def test_an_owner_that_was_not_expected_is_told(s3, bucket):
    assert refusal(s3.get_bucket_versioning, Bucket=bucket, ExpectedBucketOwner="111111111111") == ("AccessDenied", 403)
    s3.get_bucket_versioning(Bucket=bucket, ExpectedBucketOwner="000000000000")


def test_the_resource_interface_empties_a_bucket(server, s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    resource = boto3.resource("s3", endpoint_url=server.endpoint, region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
    found = resource.Bucket(bucket)
    for number in range(5):
        found.put_object(Key="same", Body=b"%d" % number)
    found.Object("same").delete()
    assert [summary.key for summary in found.objects.all()] == []
    assert len(list(found.object_versions.all())) == 6
    found.object_versions.delete()
    found.delete()
    assert list(resource.buckets.all()) == []
