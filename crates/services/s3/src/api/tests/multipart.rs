use super::{Answer, Server};

async fn begun(server: &Server) -> String {
    server.send("POST", "/bucket/key?uploads", &[], "").await.element("UploadId")
}

async fn put_part(server: &Server, id: &str, number: u32, text: &str) -> Answer {
    server.put(&format!("/bucket/key?partNumber={number}&uploadId={id}"), text).await
}

fn completion(parts: &[(u32, &str)]) -> String {
    let part = |(number, etag): &(u32, &str)| {
        format!("<Part><PartNumber>{number}</PartNumber><ETag>\"{etag}\"</ETag></Part>")
    };
    let parts: String = parts.iter().map(part).collect();
    format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
}

const MD5_OF_X: &str = "9dd4e461268c8034f5c8564e155c67a6";

#[tokio::test]
async fn an_upload_from_its_beginning_to_its_end() {
    let server = Server::with_bucket().await;
    insta::assert_snapshot!(server.send("POST", "/bucket/key?uploads", &[], "").await, @r#"
        200 OK
        x-amz-request-id: <id>
        x-amz-server-side-encryption: AES256
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Bucket>bucket</Bucket>
        <Key>key</Key>
        <UploadId>ubUB0dhUu3GAAhWQ_wtNw6U8Ntds7Jng</UploadId>
        </InitiateMultipartUploadResult>
    "#);
    let id = begun(&server).await;
    insta::assert_snapshot!(put_part(&server, &id, 2, "x").await, @r#"
        200 OK
        x-amz-request-id: <id>
        x-amz-server-side-encryption: AES256
        etag: "9dd4e461268c8034f5c8564e155c67a6"
        x-amz-checksum-crc64nvme: Lb1nAmRU5LE=
    "#);
    insta::assert_snapshot!(server.get(&format!("/bucket/key?uploadId={id}")).await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Bucket>bucket</Bucket>
        <Key>key</Key>
        <UploadId>lmdhdI5cQ8thT1YBd9x1Z_6LzxRN1Pya</UploadId>
        <PartNumberMarker>0</PartNumberMarker>
        <NextPartNumberMarker>2</NextPartNumberMarker>
        <MaxParts>1000</MaxParts>
        <IsTruncated>false</IsTruncated>
        <Part>
        <PartNumber>2</PartNumber>
        <LastModified>2026-01-02T03:04:06.678Z</LastModified>
        <ETag>&quot;9dd4e461268c8034f5c8564e155c67a6&quot;</ETag>
        <Size>1</Size>
        </Part>
        <Initiator>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Initiator>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        <StorageClass>STANDARD</StorageClass>
        </ListPartsResult>
    "#);
    let path = format!("/bucket/key?uploadId={id}");
    let body = completion(&[(2, MD5_OF_X)]);
    insta::assert_snapshot!(server.send("POST", &path, &[], &body).await, @r#"
        200 OK
        x-amz-request-id: <id>
        x-amz-server-side-encryption: AES256
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <CompleteMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Location>http://127.0.0.1:4566/bucket/key</Location>
        <Bucket>bucket</Bucket>
        <Key>key</Key>
        <ETag>&quot;9affad555af89da9b0bfcd5e45bc93da-1&quot;</ETag>
        <ChecksumCRC64NVME>Lb1nAmRU5LE=</ChecksumCRC64NVME>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        </CompleteMultipartUploadResult>
    "#);
    insta::assert_snapshot!(server.send("POST", &path, &[], &body).await, @r#"
        404 Not Found
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>NoSuchUpload</Code>
        <Message>The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.</Message>
        <UploadId>lmdhdI5cQ8thT1YBd9x1Z_6LzxRN1Pya</UploadId>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(server.get("/bucket?uploads").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Bucket>bucket</Bucket>
        <KeyMarker>
        </KeyMarker>
        <UploadIdMarker>
        </UploadIdMarker>
        <Prefix>
        </Prefix>
        <MaxUploads>1000</MaxUploads>
        <IsTruncated>false</IsTruncated>
        <Upload>
        <UploadId>ubUB0dhUu3GAAhWQ_wtNw6U8Ntds7Jng</UploadId>
        <Key>key</Key>
        <Initiated>2026-01-02T03:04:05.678Z</Initiated>
        <StorageClass>STANDARD</StorageClass>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        <Initiator>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Initiator>
        </Upload>
        </ListMultipartUploadsResult>
    "#);
    insta::assert_snapshot!(server.send("HEAD", "/bucket/key?partNumber=2", &[], "").await, @r#"
        206 Partial Content
        x-amz-request-id: <id>
        accept-ranges: bytes
        last-modified: Fri, 02 Jan 2026 03:04:06 GMT
        content-length: 1
        etag: "9affad555af89da9b0bfcd5e45bc93da-1"
        content-type: binary/octet-stream
        content-range: bytes 0-0/1
        x-amz-server-side-encryption: AES256
        x-amz-mp-parts-count: 1
    "#);
}

#[tokio::test]
async fn parts_that_are_not_as_they_are_said_to_be() {
    let server = Server::with_bucket().await;
    let id = begun(&server).await;
    put_part(&server, &id, 1, "x").await;
    put_part(&server, &id, 2, "x").await;
    let path = format!("/bucket/key?uploadId={id}");
    let complete = async |parts: &[(u32, &str)]| server.send("POST", &path, &[], &completion(parts)).await;
    insta::assert_snapshot!(complete(&[(1, MD5_OF_X), (2, MD5_OF_X)]).await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>EntityTooSmall</Code>
        <Message>Your proposed upload is smaller than the minimum allowed size</Message>
        <ProposedSize>1</ProposedSize>
        <MinSizeAllowed>5242880</MinSizeAllowed>
        <PartNumber>1</PartNumber>
        <ETag>9dd4e461268c8034f5c8564e155c67a6</ETag>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(complete(&[(2, MD5_OF_X), (1, MD5_OF_X)]).await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidPartOrder</Code>
        <Message>The list of parts was not in ascending order. Parts must be ordered by part number.</Message>
        <UploadId>ubUB0dhUu3GAAhWQ_wtNw6U8Ntds7Jng</UploadId>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(complete(&[(1, "other")]).await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidPart</Code>
        <Message>One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part&apos;s entity tag.</Message>
        <UploadId>ubUB0dhUu3GAAhWQ_wtNw6U8Ntds7Jng</UploadId>
        <PartNumber>1</PartNumber>
        <ETag>other</ETag>
        <RequestId><id></RequestId>
        </Error>
    "#);
    assert_eq!(complete(&[(3, MD5_OF_X)]).await.refusal(), "400 Bad Request: InvalidPart");
    assert_eq!(complete(&[]).await.refusal(), "400 Bad Request: MalformedXML");
    assert_eq!(put_part(&server, &id, 10_001, "x").await.refusal(), "400 Bad Request: InvalidArgument");
}

#[tokio::test]
async fn a_part_is_copied() {
    let server = Server::with_bucket().await;
    server.put("/bucket/source", "0123456789").await;
    let path = format!("/bucket/key?partNumber=1&uploadId={}", begun(&server).await);
    let copy = async |range: &str| {
        let headers = [("x-amz-copy-source", "bucket/source"), ("x-amz-copy-source-range", range)];
        server.send("PUT", &path, &headers, "").await
    };
    insta::assert_snapshot!(copy("bytes=2-4").await, @r#"
        200 OK
        x-amz-request-id: <id>
        x-amz-server-side-encryption: AES256
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <CopyPartResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <ETag>&quot;289dff07669d7a23de0ef88d2f7129e7&quot;</ETag>
        <LastModified>2026-01-02T03:04:06.678Z</LastModified>
        </CopyPartResult>
    "#);
    insta::assert_snapshot!(copy("bytes=2-10").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidArgument</Code>
        <Message>Range specified is not valid for source object</Message>
        <ArgumentName>x-amz-copy-source-range</ArgumentName>
        <ArgumentValue>bytes=2-10</ArgumentValue>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn an_upload_is_aborted() {
    let server = Server::with_bucket().await;
    let path = format!("/bucket/key?uploadId={}", begun(&server).await);
    insta::assert_snapshot!(server.delete(&path).await, @r#"
        204 No Content
        x-amz-request-id: <id>
    "#);
    assert_eq!(server.delete(&path).await.refusal(), "404 Not Found: NoSuchUpload");
}
