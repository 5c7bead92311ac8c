"""Objects that come in parts."""

import base64
import hashlib
import os

import pytest
from botocore.exceptions import ClientError

MIB = 1 << 20


def refusal(call, **arguments):
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    answer = refused.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


class Upload:
    def __init__(self, s3, bucket, key="key", **arguments):
        self.s3 = s3
        answer = s3.create_multipart_upload(Bucket=bucket, Key=key, **arguments)
        self.names = {"Bucket": bucket, "Key": key, "UploadId": answer["UploadId"]}
        self.parts = []

    def put(self, number, body, **arguments):
        answer = self.s3.upload_part(**self.names, PartNumber=number, Body=body, **arguments)
        self.parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        return answer

    def complete(self, parts=None, **arguments):
        chosen = {"Parts": self.parts if parts is None else parts}
        return self.s3.complete_multipart_upload(**self.names, MultipartUpload=chosen, **arguments)


def test_parts_become_an_object(s3, bucket):
    first, last = os.urandom(5 * MIB), b"the end"
    upload = Upload(s3, bucket, Metadata={"a": "1"}, ContentType="text/plain")
    upload.put(1, first)
    upload.put(7, last)
    listed = s3.list_parts(**upload.names)
    assert [(part["PartNumber"], part["Size"]) for part in listed["Parts"]] == [(1, 5 * MIB), (7, 7)]
    assert [found["Key"] for found in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]] == ["key"]
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    done = upload.complete()
    md5s = hashlib.md5(first).digest() + hashlib.md5(last).digest()
    assert done["ETag"] == f'"{hashlib.md5(md5s).hexdigest()}-2"'
    got = s3.get_object(Bucket=bucket, Key="key")
    assert got["Body"].read() == first + last
    assert got["Metadata"] == {"a": "1"} and got["ContentType"] == "text/plain"
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    attributes = s3.get_object_attributes(Bucket=bucket, Key="key", ObjectAttributes=["ObjectParts", "ObjectSize"])
    assert attributes["ObjectSize"] == 5 * MIB + 7 and attributes["ObjectParts"]["TotalPartsCount"] == 2


def test_checksums_of_parts_make_that_of_the_object(s3, bucket):
    upload = Upload(s3, bucket, ChecksumAlgorithm="SHA256")
    upload.put(1, b"a" * 5 * MIB, ChecksumAlgorithm="SHA256")
    upload.put(2, b"b", ChecksumAlgorithm="SHA256")
    digests = hashlib.sha256(b"a" * 5 * MIB).digest() + hashlib.sha256(b"b").digest()
    done = upload.complete()
    assert done["ChecksumType"] == "COMPOSITE" and done["ChecksumSHA256"].endswith("-2")
    assert done["ChecksumSHA256"][:-2] == base64.b64encode(hashlib.sha256(digests).digest()).decode()


def test_a_part_is_copied_from_an_object(s3, bucket):
    source = os.urandom(6 * MIB)
    s3.put_object(Bucket=bucket, Key="source", Body=source)
    upload = Upload(s3, bucket)
    for number, bytes_ in ((1, f"bytes=0-{5 * MIB - 1}"), (2, f"bytes={5 * MIB}-{6 * MIB - 1}")):
        copied = s3.upload_part_copy(**upload.names, PartNumber=number, CopySource=f"{bucket}/source", CopySourceRange=bytes_)
        upload.parts.append({"PartNumber": number, "ETag": copied["CopyPartResult"]["ETag"]})
    upload.complete()
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == source
    behind = refusal(s3.upload_part_copy, Bucket=bucket, Key="key", UploadId="none", PartNumber=1, CopySource=f"{bucket}/source")
    assert behind == ("NoSuchUpload", 404)


def test_what_is_completed_must_be_what_was_uploaded(s3, bucket):
    upload = Upload(s3, bucket)
    upload.put(1, b"too small")
    upload.put(2, b"the last")
    one, two = upload.parts
    assert refusal(upload.complete) == ("EntityTooSmall", 400)
    assert refusal(upload.complete, parts=[two, one]) == ("InvalidPartOrder", 400)
    assert refusal(upload.complete, parts=[{**one, "ETag": two["ETag"]}]) == ("InvalidPart", 400)
    assert refusal(upload.complete, parts=[{**one, "PartNumber": 3}]) == ("InvalidPart", 400)
    assert refusal(upload.complete, parts=[]) == ("MalformedXML", 400)
    assert refusal(upload.complete, parts=[two], MpuObjectSize=1) == ("InvalidRequest", 400)
    s3.put_object(Bucket=bucket, Key="key", Body=b"x")
    assert refusal(upload.complete, parts=[two], IfNoneMatch="*") == ("PreconditionFailed", 412)
    upload.complete(parts=[two])
    assert s3.get_object(Bucket=bucket, Key="key")["Body"].read() == b"the last"
    assert refusal(upload.complete) == ("NoSuchUpload", 404)


def test_an_aborted_upload_is_gone(s3, bucket):
    upload = Upload(s3, bucket)
    upload.put(1, b"x")
    s3.abort_multipart_upload(**upload.names)
    assert refusal(s3.list_parts, **upload.names) == ("NoSuchUpload", 404)
    assert refusal(s3.upload_part, **upload.names, PartNumber=1, Body=b"x") == ("NoSuchUpload", 404)
    assert refusal(s3.abort_multipart_upload, **upload.names) == ("NoSuchUpload", 404)
    other = Upload(s3, bucket)
    assert refusal(s3.upload_part, **other.names, PartNumber=10_001, Body=b"x") == ("InvalidArgument", 400)
