use super::Server;

#[tokio::test]
async fn a_function_goes_with_all_that_belongs_to_it() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.delete("/2015-03-31/functions/fn").await, @r"
        204 No Content
        x-amzn-requestid: <uuid>
        ");
    assert!(server.get("/2015-03-31/functions/fn").await.head.starts_with("404"));
}

#[tokio::test]
async fn deletions_that_are_refused() {
    let server = Server::with_functions(&["fn"]).await;
    insta::assert_snapshot!(server.delete("/2015-03-31/functions/nope?Qualifier=1").await, @r#"
        404 Not Found
        x-amzn-requestid: <uuid>
        x-amzn-errortype: ResourceNotFoundException
        content-type: application/json
        {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:nope"}
        "#);
    insta::assert_snapshot!(server.delete("/2015-03-31/functions/fn?Qualifier=PROD").await.message(), @"Deletion of aliases is not currently supported.");
    insta::assert_snapshot!(server.delete("/2015-03-31/functions/fn?Qualifier=$LATEST").await.message(), @"$LATEST version cannot be deleted without deleting the function.");
    assert!(server.get("/2015-03-31/functions/fn").await.head.starts_with("200"));
}

#[tokio::test]
async fn a_version_that_does_not_exist_counts_as_deleted() {
    let server = Server::with_functions(&["fn"]).await;
    assert!(server.delete("/2015-03-31/functions/fn?Qualifier=7").await.head.starts_with("204"));
}
