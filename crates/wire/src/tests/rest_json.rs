use super::fixture::{With, post, send};

#[tokio::test]
async fn members_of_the_body_come_back_as_json() {
    let body = r#"{"Name": "chair", "Count": 3, "Kinds": ["Oak"], "Weights": {"leg": 0.5}, "Data": "aGk=",
        "When": 1767323045.678, "Parts": [{"Label": "leg"}], "Unknown": [1, {"x": null}]}"#;
    insta::assert_snapshot!(send(post("/things", body)).await, @r#"
    201 Created
    content-type: application/json
    x-amzn-requestid: REQUEST-ID

    {"Name":"chair","Count":3,"Kinds":["Oak"],"Weights":{"leg":0.5},"Data":"aGk=","When":1767323045.678,"Parts":[{"Label":"leg"}]}
    "#);
}

#[tokio::test]
async fn labels_parameters_headers_and_the_payload_have_their_places() {
    let request = post("/things/ch%61ir/runs?Qualifier=202&x=y", "not json").with("x-amz-kind", "Oak");
    insta::assert_snapshot!(send(request).await, @r"
    202 Accepted
    content-type: application/json
    x-amz-kind: Oak
    x-amzn-requestid: REQUEST-ID

    not json
    ");
}

#[tokio::test]
async fn no_payload_is_an_empty_body() {
    insta::assert_snapshot!(send(post("/things/chair/runs?Qualifier=204", "")).await, @r"
    204 No Content
    x-amzn-requestid: REQUEST-ID
    ");
}

#[tokio::test]
async fn an_error_has_the_status_the_key_and_the_type_of_its_model() {
    insta::assert_snapshot!(send(post("/things", r#"{"Name": "missing"}"#)).await, @r#"
    404 Not Found
    content-type: application/json
    x-amzn-errortype: ThingNotFoundException
    x-amzn-requestid: REQUEST-ID

    {"Type":"User","Message":"No <such> thing"}
    "#);
    insta::assert_snapshot!(send(post("/things", r#"{"Name": "burnt"}"#)).await, @r#"
    500 Internal Server Error
    content-type: application/json
    x-amzn-errortype: WorkshopBurntDownException
    x-amzn-requestid: REQUEST-ID

    {"Type":"Service","message":"All gone"}
    "#);
}

#[tokio::test]
async fn an_error_may_have_no_message_no_type_and_more_members() {
    insta::assert_snapshot!(send(post("/things", r#"{"Name": "denied"}"#)).await, @r#"
    404 Not Found
    content-type: application/json
    x-amzn-errortype: ThingNotFoundException
    x-amzn-requestid: REQUEST-ID

    {"Message":null,"Reason":"X"}
    "#);
}

#[tokio::test]
async fn what_is_not_json_or_not_of_the_shape_is_a_serialization_exception() {
    insta::assert_snapshot!(send(post("/things", r#"{"Name": "#)).await, @r#"
    400 Bad Request
    content-type: application/json
    x-amzn-errortype: SerializationException
    x-amzn-requestid: REQUEST-ID

    {"message":"EOF while parsing a value at line 1 column 9"}
    "#);
    insta::assert_snapshot!(send(post("/things", r#"{"Name": "chair", "Count": "3"}"#)).await, @r#"
    400 Bad Request
    content-type: application/json
    x-amzn-errortype: SerializationException
    x-amzn-requestid: REQUEST-ID

    {"message":"STRING_VALUE can not be converted to an Integer"}
    "#);
}

#[tokio::test]
async fn another_content_type_than_json_is_refused() {
    let request = post("/things", "a=b").with("content-type", "text/plain; charset=utf-8");
    insta::assert_snapshot!(send(request).await, @r#"
    415 Unsupported Media Type
    content-type: application/json
    x-amzn-errortype: UnsupportedMediaTypeException
    x-amzn-requestid: REQUEST-ID

    {"message":"The content type of the request body is not JSON."}
    "#);
}

#[tokio::test]
async fn a_handler_that_panics_is_an_internal_failure() {
    insta::assert_snapshot!(send(post("/things", r#"{"Name": "clumsy"}"#)).await, @r#"
    500 Internal Server Error
    content-type: application/json
    x-amzn-errortype: InternalFailure
    x-amzn-requestid: REQUEST-ID

    {"message":"The server has a fault; its log says more."}
    "#);
}
