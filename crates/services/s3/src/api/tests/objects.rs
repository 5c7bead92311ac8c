use super::Server;

const DESCRIBED: [(&str, &str); 5] = [
    ("content-type", "text/plain"),
    ("cache-control", "no-store"),
    ("x-amz-meta-color", "red"),
    ("x-amz-tagging", "a=1&b=2"),
    ("x-amz-storage-class", "STANDARD_IA"),
];

async fn with_object() -> Server {
    let server = Server::with_bucket().await;
    server.send("PUT", "/bucket/key", &DESCRIBED, "hello world").await;
    server
}

#[tokio::test]
async fn an_object_is_put_and_read() {
    let server = Server::with_bucket().await;
    insta::assert_snapshot!(server.send("PUT", "/bucket/key", &DESCRIBED, "hello world").await, @r#"
        200 OK
        x-amz-request-id: <id>
        etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"
        x-amz-checksum-crc64nvme: jSnVw/bqjr4=
        x-amz-checksum-type: FULL_OBJECT
        x-amz-server-side-encryption: AES256
    "#);
    insta::assert_snapshot!(server.get("/bucket/key").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: text/plain
        accept-ranges: bytes
        last-modified: Fri, 02 Jan 2026 03:04:05 GMT
        content-length: 11
        etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"
        cache-control: no-store
        x-amz-server-side-encryption: AES256
        x-amz-meta-color: red
        x-amz-storage-class: STANDARD_IA
        x-amz-tagging-count: 2
        hello world
    "#);
    let checked = [("x-amz-checksum-mode", "ENABLED")];
    insta::assert_snapshot!(server.send("HEAD", "/bucket/key", &checked, "").await, @r#"
        200 OK
        x-amz-request-id: <id>
        accept-ranges: bytes
        last-modified: Fri, 02 Jan 2026 03:04:05 GMT
        content-length: 11
        x-amz-checksum-crc64nvme: jSnVw/bqjr4=
        x-amz-checksum-type: FULL_OBJECT
        etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"
        cache-control: no-store
        content-type: text/plain
        x-amz-server-side-encryption: AES256
        x-amz-meta-color: red
        x-amz-storage-class: STANDARD_IA
        x-amz-tagging-count: 2
    "#);
}

#[tokio::test]
async fn a_range_is_read() {
    let server = with_object().await;
    insta::assert_snapshot!(server.send("GET", "/bucket/key", &[("range", "bytes=6-")], "").await, @r#"
        206 Partial Content
        x-amz-request-id: <id>
        content-type: text/plain
        accept-ranges: bytes
        last-modified: Fri, 02 Jan 2026 03:04:05 GMT
        content-length: 5
        etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"
        cache-control: no-store
        content-range: bytes 6-10/11
        x-amz-server-side-encryption: AES256
        x-amz-meta-color: red
        x-amz-storage-class: STANDARD_IA
        x-amz-tagging-count: 2
        world
    "#);
    insta::assert_snapshot!(server.send("GET", "/bucket/key", &[("range", "bytes=11-")], "").await, @r#"
        416 Range Not Satisfiable
        x-amz-request-id: <id>
        content-range: bytes */11
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidRange</Code>
        <Message>The requested range is not satisfiable</Message>
        <RangeRequested>bytes=11-</RangeRequested>
        <ActualObjectSize>11</ActualObjectSize>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(server.get("/bucket/key?partNumber=1").await, @r#"
        206 Partial Content
        x-amz-request-id: <id>
        content-type: text/plain
        accept-ranges: bytes
        last-modified: Fri, 02 Jan 2026 03:04:05 GMT
        content-length: 11
        etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"
        cache-control: no-store
        content-range: bytes 0-10/11
        x-amz-server-side-encryption: AES256
        x-amz-meta-color: red
        x-amz-storage-class: STANDARD_IA
        x-amz-tagging-count: 2
        hello world
    "#);
    insta::assert_snapshot!(server.get("/bucket/key?partNumber=2").await, @r#"
        416 Range Not Satisfiable
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidPartNumber</Code>
        <Message>The requested partnumber is not satisfiable</Message>
        <PartNumberRequested>2</PartNumberRequested>
        <ActualPartCount>1</ActualPartCount>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn what_the_caller_has_is_not_sent_again() {
    let server = with_object().await;
    let same = [("if-none-match", "\"5eb63bbbe01eeed093cb22bb8f5acdc3\"")];
    insta::assert_snapshot!(server.send("GET", "/bucket/key", &same, "").await, @r#"
        304 Not Modified
        x-amz-request-id: <id>
        etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"
        last-modified: Fri, 02 Jan 2026 03:04:05 GMT
    "#);
    insta::assert_snapshot!(server.send("GET", "/bucket/key", &[("if-match", "\"x\"")], "").await, @r#"
        412 Precondition Failed
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>PreconditionFailed</Code>
        <Message>At least one of the pre-conditions you specified did not hold</Message>
        <Condition>If-Match</Condition>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(server.send("PUT", "/bucket/key", &[("if-none-match", "*")], "x").await, @r#"
        412 Precondition Failed
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>PreconditionFailed</Code>
        <Message>At least one of the pre-conditions you specified did not hold</Message>
        <Condition>If-None-Match</Condition>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = Server::with_bucket().await;
    insta::assert_snapshot!(server.get("/bucket/none").await, @r#"
        404 Not Found
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>NoSuchKey</Code>
        <Message>The specified key does not exist.</Message>
        <Key>none</Key>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(server.get("/nowhere/none").await, @r#"
        404 Not Found
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>NoSuchBucket</Code>
        <Message>The specified bucket does not exist</Message>
        <BucketName>nowhere</BucketName>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn a_content_that_is_another_is_refused() {
    let server = Server::with_bucket().await;
    let put =
        async |header: &str, value: &str| server.send("PUT", "/bucket/key", &[(header, value)], "x").await;
    insta::assert_snapshot!(put("content-md5", "AAAAAAAAAAAAAAAAAAAAAA==").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>BadDigest</Code>
        <Message>The Content-MD5 you specified did not match what we received.</Message>
        <ExpectedDigest>AAAAAAAAAAAAAAAAAAAAAA==</ExpectedDigest>
        <CalculatedDigest>ndTkYSaMgDT1yFZOFVxnpg==</CalculatedDigest>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(put("content-md5", "no digest").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidDigest</Code>
        <Message>The Content-MD5 you specified was invalid.</Message>
        <Content-MD5>no digest</Content-MD5>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(put("x-amz-checksum-crc32", "AAAAAA==").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>BadDigest</Code>
        <Message>The CRC32 you specified did not match the calculated checksum.</Message>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(put("x-amz-checksum-sha256", "AAAAAA==").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidRequest</Code>
        <Message>Value for x-amz-checksum-sha256 header is invalid.</Message>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(put("x-amz-sdk-checksum-algorithm", "CRC32").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidRequest</Code>
        <Message>x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.</Message>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn an_object_is_copied() {
    let server = with_object().await;
    let source = [("x-amz-copy-source", "/bucket/key")];
    insta::assert_snapshot!(server.send("PUT", "/bucket/copy", &source, "").await, @r#"
        200 OK
        x-amz-request-id: <id>
        x-amz-server-side-encryption: AES256
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <CopyObjectResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <ETag>&quot;5eb63bbbe01eeed093cb22bb8f5acdc3&quot;</ETag>
        <LastModified>2026-01-02T03:04:05.678Z</LastModified>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <ChecksumCRC64NVME>jSnVw/bqjr4=</ChecksumCRC64NVME>
        </CopyObjectResult>
    "#);
    insta::assert_snapshot!(server.get("/bucket/copy").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: text/plain
        accept-ranges: bytes
        last-modified: Fri, 02 Jan 2026 03:04:05 GMT
        content-length: 11
        etag: "5eb63bbbe01eeed093cb22bb8f5acdc3"
        cache-control: no-store
        x-amz-server-side-encryption: AES256
        x-amz-meta-color: red
        x-amz-tagging-count: 2
        hello world
    "#);
    // As Terraform's provider writes it: the whole of it encoded.
    let encoded = [("x-amz-copy-source", "bucket%2Fkey")];
    assert!(server.send("PUT", "/bucket/copy", &encoded, "").await.head.starts_with("200"));
    insta::assert_snapshot!(server.send("PUT", "/bucket/key", &source, "").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidRequest</Code>
        <Message>This copy request is illegal because it is trying to copy an object to itself without changing the object&apos;s metadata, storage class, website redirect location or encryption attributes.</Message>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn an_object_has_tags() {
    let server = with_object().await;
    insta::assert_snapshot!(server.get("/bucket/key?tagging").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <TagSet>
        <Tag>
        <Key>a</Key>
        <Value>1</Value>
        </Tag>
        <Tag>
        <Key>b</Key>
        <Value>2</Value>
        </Tag>
        </TagSet>
        </Tagging>
    "#);
    let twice = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></TagSet></Tagging>";
    insta::assert_snapshot!(server.put("/bucket/key?tagging", twice).await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidTag</Code>
        <Message>Cannot provide multiple Tags with the same key</Message>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(server.delete("/bucket/key?tagging").await, @r#"
        204 No Content
        x-amz-request-id: <id>
    "#);
    insta::assert_snapshot!(server.get("/bucket/key?tagging").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <TagSet>
        </TagSet>
        </Tagging>
    "#);
}

#[tokio::test]
async fn an_object_is_its_owners() {
    let server = with_object().await;
    insta::assert_snapshot!(server.get("/bucket/key?acl").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        <AccessControlList>
        <Grant>
        <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Grantee>
        <Permission>FULL_CONTROL</Permission>
        </Grant>
        </AccessControlList>
        </AccessControlPolicy>
    "#);
    let acl = [("x-amz-acl", "public-read")];
    insta::assert_snapshot!(server.send("PUT", "/bucket/key?acl", &acl, "").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>AccessControlListNotSupported</Code>
        <Message>The bucket does not allow ACLs</Message>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn an_object_has_attributes() {
    let server = with_object().await;
    let wanted = [("x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize")];
    insta::assert_snapshot!(server.send("GET", "/bucket/key?attributes", &wanted, "").await, @r#"
        200 OK
        x-amz-request-id: <id>
        last-modified: Fri, 02 Jan 2026 03:04:05 GMT
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <GetObjectAttributesResponse xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <ETag>5eb63bbbe01eeed093cb22bb8f5acdc3</ETag>
        <Checksum>
        <ChecksumCRC64NVME>jSnVw/bqjr4=</ChecksumCRC64NVME>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        </Checksum>
        <StorageClass>STANDARD_IA</StorageClass>
        <ObjectSize>11</ObjectSize>
        </GetObjectAttributesResponse>
    "#);
}

#[tokio::test]
async fn many_are_deleted_at_once() {
    let server = with_object().await;
    let body = "<Delete><Object><Key>key</Key></Object><Object><Key>none</Key></Object></Delete>";
    insta::assert_snapshot!(server.send("POST", "/bucket?delete", &[], body).await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Deleted>
        <Key>key</Key>
        </Deleted>
        <Deleted>
        <Key>none</Key>
        </Deleted>
        </DeleteResult>
    "#);
    insta::assert_snapshot!(server.delete("/bucket/none").await, @r#"
        204 No Content
        x-amz-request-id: <id>
    "#);
}

#[tokio::test]
async fn what_is_not_served_is_refused() {
    let server = Server::with_bucket().await;
    for (header, value) in [
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ("x-amz-object-lock-legal-hold", "ON"),
        ("x-amz-website-redirect-location", "/"),
        ("x-amz-checksum-sha512", "AAAA"),
        ("if-none-match", "\"etag\""),
    ] {
        let answer = server.send("PUT", "/bucket/key", &[(header, value)], "x").await;
        assert_eq!(answer.refusal(), "501 Not Implemented: NotImplemented", "{header}");
    }
}
