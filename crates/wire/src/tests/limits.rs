use super::fixture::{post, send};

#[tokio::test]
async fn a_body_at_its_limit_is_served_and_a_larger_one_refused_by_the_operations_name() {
    assert!(send(post("/things/chair/runs", vec![b'x'; 20])).await.starts_with("200 OK"));
    insta::assert_snapshot!(send(post("/things/chair/runs", vec![b'x'; 21])).await, @r#"
    413 Payload Too Large
    content-type: application/json
    x-amzn-errortype: RequestEntityTooLargeException
    x-amzn-requestid: REQUEST-ID

    {"message":"Request must be smaller than 20 bytes for the RunThings operation"}
    "#);
}
