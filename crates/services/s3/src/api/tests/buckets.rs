use super::Server;

#[tokio::test]
async fn a_bucket_is_created() {
    insta::assert_snapshot!(Server::new().send("PUT", "/bucket", &[], "").await, @r#"
        200 OK
        x-amz-request-id: <id>
        location: /bucket
        x-amz-bucket-arn: arn:aws:s3:::bucket
    "#);
}

#[tokio::test]
async fn a_name_that_is_none_is_refused() {
    insta::assert_snapshot!(Server::new().send("PUT", "/Bad_Name", &[], "").await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidBucketName</Code>
        <Message>The specified bucket is not valid.</Message>
        <BucketName>Bad_Name</BucketName>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn a_location_that_is_no_region_is_refused() {
    let body = "<CreateBucketConfiguration><LocationConstraint>us-east-1</LocationConstraint></CreateBucketConfiguration>";
    insta::assert_snapshot!(Server::new().send("PUT", "/bucket", &[], body).await, @r#"
        400 Bad Request
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>InvalidLocationConstraint</Code>
        <Message>The specified location-constraint is not valid</Message>
        <LocationConstraint>us-east-1</LocationConstraint>
        <RequestId><id></RequestId>
        </Error>
    "#);
}

#[tokio::test]
async fn buckets_are_listed() {
    let server = Server::with_bucket().await;
    insta::assert_snapshot!(server.get("/").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Buckets>
        <Bucket>
        <Name>bucket</Name>
        <CreationDate>2026-01-02T03:04:05.678Z</CreationDate>
        <BucketRegion>us-east-1</BucketRegion>
        <BucketArn>arn:aws:s3:::bucket</BucketArn>
        </Bucket>
        </Buckets>
        <Owner>
        <ID>4c4547182d4c0f05ca014026b38c2961bdb7d34e4f57ec9b9d4a08d90a815f49</ID>
        </Owner>
        </ListAllMyBucketsResult>
    "#);
}

#[tokio::test]
async fn a_bucket_is_somewhere() {
    let server = Server::with_bucket().await;
    insta::assert_snapshot!(server.get("/bucket?location").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        </LocationConstraint>
    "#);
    insta::assert_snapshot!(server.send("HEAD", "/bucket", &[], "").await, @r#"
        200 OK
        x-amz-request-id: <id>
        x-amz-bucket-arn: arn:aws:s3:::bucket
        x-amz-bucket-region: us-east-1
        x-amz-access-point-alias: false
    "#);
}

#[tokio::test]
async fn a_bucket_keeps_versions_or_not() {
    let server = Server::with_bucket().await;
    insta::assert_snapshot!(server.get("/bucket?versioning").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        </VersioningConfiguration>
    "#);
    let server = Server::with_versions().await;
    insta::assert_snapshot!(server.get("/bucket?versioning").await, @r#"
        200 OK
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Status>Enabled</Status>
        </VersioningConfiguration>
    "#);
}

#[tokio::test]
async fn a_bucket_is_deleted_when_it_is_empty() {
    let server = Server::with_bucket().await;
    server.put("/bucket/key", "text").await;
    insta::assert_snapshot!(server.delete("/bucket").await, @r#"
        409 Conflict
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>BucketNotEmpty</Code>
        <Message>The bucket you tried to delete is not empty</Message>
        <BucketName>bucket</BucketName>
        <RequestId><id></RequestId>
        </Error>
    "#);
    server.delete("/bucket/key").await;
    insta::assert_snapshot!(server.delete("/bucket").await, @r#"
        204 No Content
        x-amz-request-id: <id>
    "#);
    insta::assert_snapshot!(server.delete("/bucket").await, @r#"
        404 Not Found
        x-amz-request-id: <id>
        content-type: application/xml
        <?xml version="1.0" encoding="UTF-8"?>
        <Error>
        <Code>NoSuchBucket</Code>
        <Message>The specified bucket does not exist</Message>
        <BucketName>bucket</BucketName>
        <RequestId><id></RequestId>
        </Error>
    "#);
}
