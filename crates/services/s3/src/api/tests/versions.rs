use super::Server;

#[tokio::test]
async fn a_deleted_object_leaves_a_marker() {
    let server = Server::with_versions().await;
    insta::assert_snapshot!(server.put("/bucket/key", "text").await, @r#"
        200 OK
        x-amz-request-id: <id>
        etag: "1cb251ec0d568de6a929b520c4aed8d1"
        x-amz-checksum-crc64nvme: rCixvM1b9Xc=
        x-amz-checksum-type: FULL_OBJECT
        x-amz-server-side-encryption: AES256
        x-amz-version-id: pTw212zsmeB1hScSD7vnhag9fjXeGBdJ
    "#);
    insta::assert_snapshot!(server.delete("/bucket/key").await, @r#"
        204 No Content
        x-amz-request-id: <id>
        x-amz-delete-marker: true
        x-amz-version-id: _ovPFE3U_JrAXapLis92dIqi15DWQbOH
    "#);
    insta::assert_snapshot!(server.get("/bucket/key").await, @r#"
        404 Not Found
        x-amz-request-id: <id>
        x-amz-delete-marker: true
        x-amz-version-id: _ovPFE3U_JrAXapLis92dIqi15DWQbOH
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>NoSuchKey</Code>
        <Message>The specified key does not exist.</Message>
        <Key>key</Key>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(server.get("/bucket/key?versionId=unknown").await, @r#"
        404 Not Found
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>NoSuchVersion</Code>
        <Message>The specified version does not exist.</Message>
        <Key>key</Key>
        <VersionId>unknown</VersionId>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn versions_are_listed() {
    let server = Server::with_versions().await;
    server.put("/bucket/a", "one").await;
    server.put("/bucket/a", "two").await;
    server.delete("/bucket/b").await;
    server.put("/bucket/dir/c", "three").await;
    insta::assert_snapshot!(server.get("/bucket?versions&delimiter=/").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>false</IsTruncated>
        <KeyMarker>
        </KeyMarker>
        <VersionIdMarker>
        </VersionIdMarker>
        <Version>
        <ETag>&quot;b8a9f715dbb64fd5c56e7783c6820a61&quot;</ETag>
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <Size>3</Size>
        <StorageClass>STANDARD</StorageClass>
        <Key>a</Key>
        <VersionId>_ovPFE3U_JrAXapLis92dIqi15DWQbOH</VersionId>
        <IsLatest>true</IsLatest>
        <LastModified>2026-01-02T03:04:07.678Z</LastModified>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        </Version>
        <Version>
        <ETag>&quot;f97c5d29941bfb1b2fdab0874906ab82&quot;</ETag>
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <Size>3</Size>
        <StorageClass>STANDARD</StorageClass>
        <Key>a</Key>
        <VersionId>pTw212zsmeB1hScSD7vnhag9fjXeGBdJ</VersionId>
        <IsLatest>false</IsLatest>
        <LastModified>2026-01-02T03:04:06.678Z</LastModified>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        </Version>
        <DeleteMarker>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        <Key>b</Key>
        <VersionId>Ywv9t6amNKXxqitX2tC60O6JrzCWN4Su</VersionId>
        <IsLatest>true</IsLatest>
        <LastModified>2026-01-02T03:04:07.678Z</LastModified>
        </DeleteMarker>
        <Name>bucket</Name>
        <Prefix>
        </Prefix>
        <Delimiter>/</Delimiter>
        <MaxKeys>1000</MaxKeys>
        <CommonPrefixes>
        <Prefix>dir/</Prefix>
        </CommonPrefixes>
        </ListVersionsResult>
    "#);
    let first = server.get("/bucket?versions&max-keys=1").await;
    let (key, id) = (first.element("NextKeyMarker"), first.element("NextVersionIdMarker"));
    let path = format!("/bucket?versions&max-keys=1&key-marker={key}&version-id-marker={id}");
    insta::assert_snapshot!(server.get(&path).await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>true</IsTruncated>
        <KeyMarker>a</KeyMarker>
        <VersionIdMarker>_ovPFE3U_JrAXapLis92dIqi15DWQbOH</VersionIdMarker>
        <NextKeyMarker>a</NextKeyMarker>
        <NextVersionIdMarker>pTw212zsmeB1hScSD7vnhag9fjXeGBdJ</NextVersionIdMarker>
        <Version>
        <ETag>&quot;f97c5d29941bfb1b2fdab0874906ab82&quot;</ETag>
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <Size>3</Size>
        <StorageClass>STANDARD</StorageClass>
        <Key>a</Key>
        <VersionId>pTw212zsmeB1hScSD7vnhag9fjXeGBdJ</VersionId>
        <IsLatest>false</IsLatest>
        <LastModified>2026-01-02T03:04:06.678Z</LastModified>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        </Version>
        <Name>bucket</Name>
        <Prefix>
        </Prefix>
        <MaxKeys>1</MaxKeys>
        </ListVersionsResult>
    "#);
    insta::assert_snapshot!(server.get("/bucket?versions&version-id-marker=x").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidArgument</Code>
        <Message>A version-id marker cannot be specified without a key marker.</Message>
        <ArgumentName>version-id-marker</ArgumentName>
        <ArgumentValue>x</ArgumentValue>
        <RequestId><id></RequestId>
        </Error>
    "#);
}
