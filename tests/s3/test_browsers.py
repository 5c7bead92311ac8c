"""What browsers do with a bucket: forms, presigned URLs, and requests from pages of elsewhere."""

import http.client
import urllib.parse

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from support.server import Server, running

CONFIGURATION = """
[[keys]]
access_key_id = "AKIAIOSFODNN7EXAMPLE"
secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
account = "123456789012"
"""
KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
PAGE = "https://page.example.com"


@pytest.fixture
def guarded(hob, directory):
    (directory / "hob.toml").write_text(CONFIGURATION)
    with running(Server(hob, directory, ("--auth", "--config", str(directory / "hob.toml")))) as server:
        yield server


@pytest.fixture
def s3(guarded):
    client = guarded.client("s3", **KEYS)
    client.create_bucket(Bucket="photos")
    return client


def send(url: str, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders())


def post(form: dict, file: bytes, **more: str):
    boundary = "----form"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in {**form["fields"], **more}.items()
    ]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="cat.jpg"\r\n\r\n'.encode())
    body = b"".join([*parts, file, f"\r\n--{boundary}--\r\n".encode()])
    return send(form["url"], "POST", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})


@pytest.mark.parametrize("version", ["s3", "s3v4"])
def test_a_form_uploads_within_its_policy(guarded, s3, version):
    signing = boto3.client(
        "s3", endpoint_url=guarded.endpoint, config=Config(signature_version=version), region_name="us-east-1", **KEYS
    )
    form = signing.generate_presigned_post("photos", "in/${filename}", Conditions=[["content-length-range", 1, 1 << 20]])
    status, _, headers = post(form, b"x" * (1 << 20))
    assert status == 204
    assert s3.head_object(Bucket="photos", Key="in/cat.jpg")["ETag"] == headers["etag"]
    assert "EntityTooLarge" in post(form, b"x" * (1 << 20) + b"x")[1]
    assert "EntityTooSmall" in post(form, b"")[1]
    assert "Extra input fields: x-amz-meta-a" in post(form, b"x", **{"x-amz-meta-a": "1"})[1]
    signature = "signature" if version == "s3" else "x-amz-signature"
    forged = {**form, "fields": {**form["fields"], signature: "0" * 64}}
    assert "SignatureDoesNotMatch" in post(forged, b"x")[1]
    status, body, _ = post({"url": form["url"], "fields": {"key": "a"}}, b"x")
    assert (status, "AccessDenied" in body) == (403, True)


def test_presigned_urls_put_and_get(s3):
    put = s3.generate_presigned_url("put_object", {"Bucket": "photos", "Key": "a b"})
    assert send(put, "PUT", b"content")[0] == 200
    get = s3.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "a b"})
    assert send(get)[:2] == (200, "content")
    assert send(get.replace("a%20b", "other"))[0] == 403


def test_pages_use_a_bucket_by_its_rules(s3):
    rule = {
        "AllowedOrigins": [PAGE], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"], "ExposeHeaders": ["ETag"],
    }  # fmt: skip
    s3.put_bucket_cors(Bucket="photos", CORSConfiguration={"CORSRules": [rule]})
    assert s3.get_bucket_cors(Bucket="photos")["CORSRules"] == [rule]
    s3.put_object(Bucket="photos", Key="a", Body=b"content")
    url = s3.generate_presigned_url("get_object", {"Bucket": "photos", "Key": "a"})
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    status, _, headers = send(url, "OPTIONS", headers=asked)
    assert (status, headers["access-control-allow-origin"]) == (200, PAGE)
    status, body, headers = send(url, headers={"Origin": PAGE})
    assert (status, body, headers["access-control-expose-headers"]) == (200, "content", "ETag")
    status, body, _ = send(url, "OPTIONS", headers={**asked, "Origin": "https://other.example.com"})
    assert (status, "CORSResponse: This CORS request is not allowed." in body) == (403, True)
    s3.delete_bucket_cors(Bucket="photos")
    with pytest.raises(ClientError, match="NoSuchCORSConfiguration"):
        s3.get_bucket_cors(Bucket="photos")
    assert "CORS is not enabled for this bucket" in send(url, "OPTIONS", headers=asked)[1]
