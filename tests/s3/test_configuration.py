"""What a bucket is set to beside its objects, as Terraform and others read all of it."""

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def s3(server):
    client = server.client("s3")
    client.create_bucket(Bucket="photos")
    return client


def code(call, **arguments) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_what_a_new_bucket_says_of_itself(s3):
    def get(name):
        return getattr(s3, f"get_{name}")(Bucket="photos")

    rule = get("bucket_encryption")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert get("bucket_ownership_controls")["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert set(get("public_access_block")["PublicAccessBlockConfiguration"].values()) == {True}
    assert get("bucket_request_payment")["Payer"] == "BucketOwner"
    assert "Status" not in get("bucket_accelerate_configuration")
    assert "LoggingEnabled" not in get("bucket_logging")
    acl = get("bucket_acl")
    assert [(grant["Grantee"]["Type"], grant["Permission"]) for grant in acl["Grants"]] == [("CanonicalUser", "FULL_CONTROL")]
    assert acl["Grants"][0]["Grantee"]["ID"] == acl["Owner"]["ID"]


@pytest.mark.parametrize(
    "operation, expected",
    [
        ("get_bucket_policy", "NoSuchBucketPolicy"),
        ("get_bucket_policy_status", "NoSuchBucketPolicy"),
        ("get_bucket_cors", "NoSuchCORSConfiguration"),
        ("get_bucket_tagging", "NoSuchTagSet"),
        ("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration"),
        ("get_bucket_replication", "ReplicationConfigurationNotFoundError"),
        ("get_bucket_website", "NoSuchWebsiteConfiguration"),
        ("get_object_lock_configuration", "ObjectLockConfigurationNotFoundError"),
    ],
)
def test_what_a_new_bucket_has_not(s3, operation, expected):
    assert code(getattr(s3, operation), Bucket="photos") == (expected, 404)
    assert code(getattr(s3, operation), Bucket="no-such-bucket") == ("NoSuchBucket", 404)


def test_tags_are_put_and_deleted(s3):
    tags = [{"Key": "team", "Value": "a"}, {"Key": "unit", "Value": ""}]
    answer = s3.put_bucket_tagging(Bucket="photos", Tagging={"TagSet": tags})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert s3.get_bucket_tagging(Bucket="photos")["TagSet"] == tags
    s3.delete_bucket_tagging(Bucket="photos")
    assert code(s3.get_bucket_tagging, Bucket="photos")[0] == "NoSuchTagSet"
    twice = {"TagSet": [tags[0], tags[0]]}
    assert code(s3.put_bucket_tagging, Bucket="photos", Tagging=twice) == ("InvalidTag", 400)


def policy(principal) -> str:
    statement = {
        "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*",
    }  # fmt: skip
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_policy_is_kept_as_it_is(s3):
    text = policy({"AWS": "arn:aws:iam::000000000000:root"})
    s3.put_bucket_policy(Bucket="photos", Policy=text)
    assert s3.get_bucket_policy(Bucket="photos")["Policy"] == text
    assert s3.get_bucket_policy_status(Bucket="photos")["PolicyStatus"] == {"IsPublic": False}
    s3.delete_bucket_policy(Bucket="photos")
    assert code(s3.get_bucket_policy, Bucket="photos")[0] == "NoSuchBucketPolicy"
    assert code(s3.put_bucket_policy, Bucket="photos", Policy="no JSON") == ("MalformedPolicy", 400)


def test_public_is_only_what_the_public_access_block_allows(s3):
    assert code(s3.put_bucket_policy, Bucket="photos", Policy=policy("*")) == ("AccessDenied", 403)
    s3.delete_public_access_block(Bucket="photos")
    assert code(s3.get_public_access_block, Bucket="photos") == ("NoSuchPublicAccessBlockConfiguration", 404)
    s3.put_bucket_policy(Bucket="photos", Policy=policy("*"))
    assert s3.get_bucket_policy_status(Bucket="photos")["PolicyStatus"] == {"IsPublic": True}


def test_lists_count_only_where_the_owner_does_not_own_everything(s3):
    assert code(s3.put_bucket_acl, Bucket="photos", ACL="private") == ("AccessControlListNotSupported", 400)
    s3.put_bucket_ownership_controls(Bucket="photos", OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    assert code(s3.put_bucket_acl, Bucket="photos", ACL="public-read") == ("AccessDenied", 403)
    s3.delete_public_access_block(Bucket="photos")
    s3.put_bucket_acl(Bucket="photos", ACL="public-read")
    grants = s3.get_bucket_acl(Bucket="photos")["Grants"]
    assert grants[1]["Grantee"]["URI"] == "http://acs.amazonaws.com/groups/global/AllUsers"
    acl = s3.get_bucket_acl(Bucket="photos")
    s3.put_bucket_acl(Bucket="photos", AccessControlPolicy={"Owner": acl["Owner"], "Grants": acl["Grants"][:1]})
    assert s3.get_bucket_acl(Bucket="photos")["Grants"] == acl["Grants"][:1]


def test_encryption_is_aes256_or_refused(s3):
    def rule(algorithm):
        default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}, "BucketKeyEnabled": True}
        return {"Rules": [default]}

    s3.put_bucket_encryption(Bucket="photos", ServerSideEncryptionConfiguration=rule("AES256"))
    [kept] = s3.get_bucket_encryption(Bucket="photos")["ServerSideEncryptionConfiguration"]["Rules"]
    assert kept["BucketKeyEnabled"] is True
    refused = code(s3.put_bucket_encryption, Bucket="photos", ServerSideEncryptionConfiguration=rule("aws:kms"))
    assert refused == ("NotImplemented", 501)
    s3.delete_bucket_encryption(Bucket="photos")
