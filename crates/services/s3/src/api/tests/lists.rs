use super::Server;

async fn with_objects() -> Server {
    let server = Server::with_bucket().await;
    for key in ["a", "dir/1", "dir/2", "z+%20"] {
        server.put(&format!("/bucket/{key}"), "text").await;
    }
    server
}

#[tokio::test]
async fn a_page_of_the_second_version() {
    let server = with_objects().await;
    let page =
        server.get("/bucket?list-type=2&delimiter=/&max-keys=2&encoding-type=url&fetch-owner=true").await;
    insta::assert_snapshot!(page, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>true</IsTruncated>
        <Contents>
        <Key>a</Key>
        <LastModified>2026-01-02T03:04:06.678Z</LastModified>
        <ETag>&quot;1cb251ec0d568de6a929b520c4aed8d1&quot;</ETag>
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <Size>4</Size>
        <StorageClass>STANDARD</StorageClass>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        </Contents>
        <Name>bucket</Name>
        <Prefix>
        </Prefix>
        <Delimiter>/</Delimiter>
        <MaxKeys>2</MaxKeys>
        <CommonPrefixes>
        <Prefix>dir/</Prefix>
        </CommonPrefixes>
        <EncodingType>url</EncodingType>
        <KeyCount>2</KeyCount>
        <NextContinuationToken>cGRpci8</NextContinuationToken>
        </ListBucketResult>
    "#);
    let path = format!(
        "/bucket?list-type=2&delimiter=/&encoding-type=url&continuation-token={}",
        page.element("NextContinuationToken")
    );
    insta::assert_snapshot!(server.get(&path).await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>false</IsTruncated>
        <Contents>
        <Key>z%2B%20</Key>
        <LastModified>2026-01-02T03:04:09.678Z</LastModified>
        <ETag>&quot;1cb251ec0d568de6a929b520c4aed8d1&quot;</ETag>
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <Size>4</Size>
        <StorageClass>STANDARD</StorageClass>
        </Contents>
        <Name>bucket</Name>
        <Prefix>
        </Prefix>
        <Delimiter>/</Delimiter>
        <MaxKeys>1000</MaxKeys>
        <EncodingType>url</EncodingType>
        <KeyCount>1</KeyCount>
        <ContinuationToken>cGRpci8</ContinuationToken>
        </ListBucketResult>
    "#);
}

#[tokio::test]
async fn a_page_of_the_first_version() {
    let server = with_objects().await;
    insta::assert_snapshot!(server.get("/bucket?delimiter=/&max-keys=2&prefix=").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>true</IsTruncated>
        <Marker>
        </Marker>
        <NextMarker>dir/</NextMarker>
        <Contents>
        <Key>a</Key>
        <LastModified>2026-01-02T03:04:06.678Z</LastModified>
        <ETag>&quot;1cb251ec0d568de6a929b520c4aed8d1&quot;</ETag>
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <Size>4</Size>
        <StorageClass>STANDARD</StorageClass>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        </Contents>
        <Name>bucket</Name>
        <Prefix>
        </Prefix>
        <Delimiter>/</Delimiter>
        <MaxKeys>2</MaxKeys>
        <CommonPrefixes>
        <Prefix>dir/</Prefix>
        </CommonPrefixes>
        </ListBucketResult>
    "#);
    insta::assert_snapshot!(server.get("/bucket?delimiter=/&marker=dir/").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>false</IsTruncated>
        <Marker>dir/</Marker>
        <Contents>
        <Key>z+ </Key>
        <LastModified>2026-01-02T03:04:09.678Z</LastModified>
        <ETag>&quot;1cb251ec0d568de6a929b520c4aed8d1&quot;</ETag>
        <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>
        <ChecksumType>FULL_OBJECT</ChecksumType>
        <Size>4</Size>
        <StorageClass>STANDARD</StorageClass>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        </Contents>
        <Name>bucket</Name>
        <Prefix>
        </Prefix>
        <Delimiter>/</Delimiter>
        <MaxKeys>1000</MaxKeys>
        </ListBucketResult>
    "#);
}

#[tokio::test]
async fn a_list_of_nothing() {
    let server = with_objects().await;
    insta::assert_snapshot!(server.get("/bucket?list-type=2&prefix=none").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>false</IsTruncated>
        <Name>bucket</Name>
        <Prefix>none</Prefix>
        <MaxKeys>1000</MaxKeys>
        <KeyCount>0</KeyCount>
        </ListBucketResult>
    "#);
    insta::assert_snapshot!(server.get("/bucket?list-type=2&max-keys=0").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <IsTruncated>false</IsTruncated>
        <Name>bucket</Name>
        <Prefix>
        </Prefix>
        <MaxKeys>0</MaxKeys>
        <KeyCount>0</KeyCount>
        </ListBucketResult>
    "#);
    insta::assert_snapshot!(server.get("/bucket?list-type=2&max-keys=-1").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidArgument</Code>
        <Message>Argument maxKeys must be an integer between 0 and 2147483647</Message>
        <ArgumentName>maxKeys</ArgumentName>
        <ArgumentValue>-1</ArgumentValue>
        <RequestId><id></RequestId>
        </Error>
    "#);
    insta::assert_snapshot!(server.get("/bucket?list-type=2&continuation-token=!").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidArgument</Code>
        <Message>The continuation token provided is incorrect</Message>
        <ArgumentName>continuation-token</ArgumentName>
        <ArgumentValue>!</ArgumentValue>
        <RequestId><id></RequestId>
        </Error>
    "#);
}
