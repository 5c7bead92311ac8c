"""Objects: put, read in whole and in part, described, copied, listed and deleted."""

import io
import urllib.request

import pytest
from botocore.exceptions import ClientError

KEY = "dir with spaces/é+&?#%.txt"


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    answer = refused.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def text(s3, bucket, key, **arguments):
    return s3.get_object(Bucket=bucket, Key=key, **arguments)["Body"].read()


def test_an_object_comes_back_as_it_was_put(s3, bucket):
    put = s3.put_object(
        Bucket=bucket,
        Key=KEY,
        Body=b"hello world",
        ContentType="text/plain",
        CacheControl="no-store",
        ContentDisposition="inline",
        Metadata={"color": "red"},
        Tagging="project=x%20y",
        StorageClass="STANDARD_IA",
    )
    assert put["ETag"] == '"5eb63bbbe01eeed093cb22bb8f5acdc3"'
    assert put["ServerSideEncryption"] == "AES256"
    assert put["ChecksumCRC32"] == "DUoRhQ==" and put["ChecksumType"] == "FULL_OBJECT"
    assert "VersionId" not in put
    got = s3.get_object(Bucket=bucket, Key=KEY, ChecksumMode="ENABLED")
    assert got["Body"].read() == b"hello world"
    head = s3.head_object(Bucket=bucket, Key=KEY, ChecksumMode="ENABLED")
    for answer in (got, head):
        assert answer["ContentLength"] == 11 and answer["ContentType"] == "text/plain"
        assert answer["CacheControl"] == "no-store" and answer["ContentDisposition"] == "inline"
        assert answer["Metadata"] == {"color": "red"} and answer["StorageClass"] == "STANDARD_IA"
        assert answer["ETag"] == put["ETag"] and answer["ChecksumCRC32"] == "DUoRhQ=="
        assert answer["AcceptRanges"] == "bytes" and answer["TagCount"] == 1
        assert "ContentEncoding" not in answer
    assert s3.get_object_tagging(Bucket=bucket, Key=KEY)["TagSet"] == [{"Key": "project", "Value": "x y"}]


def test_parts_of_an_object_are_read_by_range(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="key", Range="bytes=2-4")
    assert got["Body"].read() == b"234" and got["ContentRange"] == "bytes 2-4/10"
    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert text(s3, bucket, "key", Range="bytes=-3") == b"789"
    assert text(s3, bucket, "key", Range="bytes=8-99") == b"89"
    assert text(s3, bucket, "key", Range="bytes=0-1,3-4") == b"0123456789"
    assert refusal(s3.get_object, Bucket=bucket, Key="key", Range="bytes=10-") == ("InvalidRange", 416)
    assert s3.head_object(Bucket=bucket, Key="key", Range="bytes=0-0")["ContentLength"] == 1


def test_conditions_are_kept(s3, bucket):
    etag = s3.put_object(Bucket=bucket, Key="key", Body=b"one")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="key")["LastModified"]
    assert refusal(s3.get_object, Bucket=bucket, Key="key", IfNoneMatch=etag) == ("304", 304)
    assert refusal(s3.get_object, Bucket=bucket, Key="key", IfModifiedSince=modified) == ("304", 304)
    assert refusal(s3.get_object, Bucket=bucket, Key="key", IfMatch='"other"') == ("PreconditionFailed", 412)
    assert text(s3, bucket, "key", IfMatch=etag, IfUnmodifiedSince=modified) == b"one"
    assert refusal(s3.put_object, Bucket=bucket, Key="key", Body=b"x", IfNoneMatch="*") == ("PreconditionFailed", 412)
    assert refusal(s3.put_object, Bucket=bucket, Key="none", Body=b"x", IfMatch=etag) == ("NoSuchKey", 404)
    s3.put_object(Bucket=bucket, Key="key", Body=b"two", IfMatch=etag)
    assert refusal(s3.delete_object, Bucket=bucket, Key="key", IfMatch=etag) == ("PreconditionFailed", 412)
    assert text(s3, bucket, "key") == b"two"


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_a_checksum_is_compared_and_kept(s3, bucket, algorithm):
    put = s3.put_object(Bucket=bucket, Key="key", Body=b"123456789", ChecksumAlgorithm=algorithm)
    head = s3.head_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")
    assert put[f"Checksum{algorithm}"] == head[f"Checksum{algorithm}"]
    wrong = {"CRC32": "AAAAAA==", "SHA1": "A" * 27 + "=", "SHA256": "A" * 43 + "="}[algorithm]
    assert refusal(s3.put_object, Bucket=bucket, Key="key", Body=b"x", **{f"Checksum{algorithm}": wrong}) == ("BadDigest", 400)
    assert text(s3, bucket, "key") == b"123456789"


def test_given_checksums_of_the_newer_kinds_are_compared_too(s3, bucket):
    s3.put_object(Bucket=bucket, Key="c", Body=b"123456789", ChecksumCRC32C="4waSgw==")
    s3.put_object(Bucket=bucket, Key="nvme", Body=b"123456789", ChecksumCRC64NVME="rosUhgp5mIg=")
    wrong = refusal(s3.put_object, Bucket=bucket, Key="c", Body=b"x", ChecksumCRC64NVME="rosUhgp5mIg=")
    assert wrong == ("BadDigest", 400)
    md5 = refusal(s3.put_object, Bucket=bucket, Key="c", Body=b"x", ContentMD5="A" * 22 + "==")
    assert md5 == ("BadDigest", 400)


def test_an_object_is_copied_with_what_is_said_of_it(s3, bucket):
    s3.put_object(Bucket=bucket, Key=KEY, Body=b"text", Metadata={"a": "1"}, ContentType="text/plain", Tagging="t=1")
    source = {"Bucket": bucket, "Key": KEY}
    copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)["CopyObjectResult"]
    head = s3.head_object(Bucket=bucket, Key="copy")
    assert head["ETag"] == copied["ETag"] and head["Metadata"] == {"a": "1"} and head["ContentType"] == "text/plain"
    assert head["TagCount"] == 1
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source, MetadataDirective="REPLACE", Metadata={"b": "2"}, TaggingDirective="REPLACE")
    head = s3.head_object(Bucket=bucket, Key="copy")
    assert head["Metadata"] == {"b": "2"} and head["ContentType"] == "binary/octet-stream" and "TagCount" not in head
    s3.delete_object(Bucket=bucket, Key=KEY)
    assert text(s3, bucket, "copy") == b"text"
    assert refusal(s3.copy_object, Bucket=bucket, Key="copy", CopySource=f"{bucket}/copy") == ("InvalidRequest", 400)
    assert refusal(s3.copy_object, Bucket=bucket, Key="x", CopySource=f"{bucket}/none") == ("NoSuchKey", 404)
    refused = refusal(s3.copy_object, Bucket=bucket, Key="x", CopySource=f"{bucket}/copy", CopySourceIfNoneMatch=head["ETag"])
    assert refused == ("PreconditionFailed", 412)


def test_versions_are_kept_and_found_again(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"before")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="key", Body=b"one")["VersionId"]
    second = s3.put_object(Bucket=bucket, Key="key", Body=b"two")["VersionId"]
    assert [text(s3, bucket, "key", VersionId=version) for version in (first, second, "null")] == [b"one", b"two", b"before"]
    deleted = s3.delete_object(Bucket=bucket, Key="key")
    assert deleted["DeleteMarker"] is True
    assert refusal(s3.get_object, Bucket=bucket, Key="key") == ("NoSuchKey", 404)
    marker = deleted["VersionId"]
    assert refusal(s3.get_object, Bucket=bucket, Key="key", VersionId=marker) == ("MethodNotAllowed", 405)
    listed = s3.list_object_versions(Bucket=bucket)
    assert [version["VersionId"] for version in listed["Versions"]] == [second, first, "null"]
    assert [(entry["VersionId"], entry["IsLatest"]) for entry in listed["DeleteMarkers"]] == [(marker, True)]
    s3.delete_object(Bucket=bucket, Key="key", VersionId=marker)
    assert text(s3, bucket, "key") == b"two"
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    s3.put_object(Bucket=bucket, Key="key", Body=b"instead of before")
    assert text(s3, bucket, "key", VersionId="null") == b"instead of before"
    assert text(s3, bucket, "key", VersionId=first) == b"one"


def test_lists_have_pages_and_common_prefixes(s3, bucket):
    keys = ["a", "dir/1", "dir/2", "dir/sub/3", "dir0", "é/1", "space in it"]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    for operation in ("list_objects", "list_objects_v2"):
        paginator = s3.get_paginator(operation)
        pages = list(paginator.paginate(Bucket=bucket, PaginationConfig={"PageSize": 2}))
        assert [entry["Key"] for page in pages for entry in page["Contents"]] == sorted(keys, key=str.encode)
        pages = list(paginator.paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}))
        assert [entry["Prefix"] for page in pages for entry in page.get("CommonPrefixes", [])] == ["dir/", "é/"]
        assert [entry["Key"] for page in pages for entry in page.get("Contents", [])] == ["a", "dir0", "space in it"]
    inside = s3.list_objects_v2(Bucket=bucket, Prefix="dir/", Delimiter="/", StartAfter="dir/1")
    assert [entry["Key"] for entry in inside["Contents"]] == ["dir/2"] and inside["KeyCount"] == 2
    assert refusal(s3.list_objects_v2, Bucket=bucket, ContinuationToken="!") == ("InvalidArgument", 400)


def test_many_are_deleted_at_once(s3, bucket):
    for number in range(3):
        s3.put_object(Bucket=bucket, Key=str(number), Body=b"x")
    objects = [{"Key": "0"}, {"Key": "none"}]
    deleted = s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
    assert [entry["Key"] for entry in deleted["Deleted"]] == ["0", "none"]
    assert "Deleted" not in s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "1"}], "Quiet": True})
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["2"]


def test_a_presigned_url_reads_and_writes(s3, bucket):
    parameters = {"Bucket": bucket, "Key": KEY}
    put = urllib.request.Request(s3.generate_presigned_url("put_object", Params=parameters), data=b"text", method="PUT")
    assert urllib.request.urlopen(put).status == 200
    wanted = {**parameters, "ResponseContentType": "text/html", "ResponseContentDisposition": "attachment"}
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params=wanted)) as answer:
        assert answer.read() == b"text"
        assert answer.headers["content-type"] == "text/html" and answer.headers["content-disposition"] == "attachment"


def test_tags_and_permissions_are_kept(s3, bucket):
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    s3.put_object_tagging(Bucket=bucket, Key="key", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"] == [{"Key": "a", "Value": "1"}]
    s3.delete_object_tagging(Bucket=bucket, Key="key")
    assert s3.get_object_tagging(Bucket=bucket, Key="key")["TagSet"] == []
    acl = s3.get_object_acl(Bucket=bucket, Key="key")
    assert [(grant["Permission"], grant["Grantee"]["ID"]) for grant in acl["Grants"]] == [("FULL_CONTROL", acl["Owner"]["ID"])]
    assert refusal(s3.put_object_acl, Bucket=bucket, Key="key", ACL="public-read") == ("AccessControlListNotSupported", 400)


def test_what_is_not_served_is_refused(s3, bucket):
    for asked in (
        {"ServerSideEncryption": "aws:kms"},
        {"ObjectLockLegalHoldStatus": "ON"},
        {"WebsiteRedirectLocation": "/elsewhere"},
        {"IfNoneMatch": '"etag"'},
    ):
        assert refusal(s3.put_object, Bucket=bucket, Key="key", Body=b"x", **asked) == ("NotImplemented", 501), asked
    assert refusal(s3.put_object, Bucket=bucket, Key="k" * 1025, Body=b"x") == ("KeyTooLongError", 400)
    assert refusal(s3.put_object, Bucket=bucket, Key="k", Body=b"x", Metadata={"a": "x" * 2048}) == ("MetadataTooLarge", 400)


def test_the_managed_transfer_splits_what_is_large(s3, bucket):
    content = bytes(range(256)) * (80 << 10)
    s3.upload_fileobj(io.BytesIO(content), bucket, "large")
    head = s3.head_object(Bucket=bucket, Key="large", PartNumber=2)
    assert head["PartsCount"] == 3 and head["ContentRange"] == "bytes 8388608-16777215/20971520"
    back = io.BytesIO()
    s3.download_fileobj(bucket, "large", back)
    assert back.getvalue() == content
    copied = s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/large")["CopyObjectResult"]
    assert "-" not in copied["ETag"]
    assert text(s3, bucket, "copy", Range="bytes=8388600-8388615") == content[8388600:8388616]
