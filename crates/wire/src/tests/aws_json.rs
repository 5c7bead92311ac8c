use super::fixture::{With, post, send};

fn call(target: &str, body: &'static str) -> http::Request<http_body_util::Full<bytes::Bytes>> {
    post("/", body).with("x-amz-target", target).with("content-type", "application/x-amz-json-1.1")
}

#[tokio::test]
async fn the_operation_stands_in_the_target_and_everything_in_the_body() {
    let request = call("Shop_2015.MakeThing", r#"{"Name": "chair", "When": 1767323045, "Count": null}"#);
    insta::assert_snapshot!(send(request).await, @r#"
    201 Created
    content-type: application/x-amz-json-1.1
    x-amzn-requestid: REQUEST-ID

    {"Name":"chair","When":1767323045}
    "#);
}

#[tokio::test]
async fn an_error_names_itself_in_the_body() {
    let request = call("Shop_2015.MakeThing", r#"{"Name": "missing"}"#);
    insta::assert_snapshot!(send(request).await, @r#"
    404 Not Found
    content-type: application/x-amz-json-1.1
    x-amzn-requestid: REQUEST-ID

    {"__type":"ThingNotFoundException","Message":"No <such> thing"}
    "#);
}

#[tokio::test]
async fn an_operation_that_is_not_served_yet_is_told_from_one_that_does_not_exist() {
    insta::assert_snapshot!(send(call("Shop_2015.BreakThing", "{}")).await, @r#"
    501 Not Implemented
    content-type: application/x-amz-json-1.1
    x-amzn-requestid: REQUEST-ID

    {"__type":"NotImplementedException","message":"BreakThing is an operation of AWS Workshop that Hob does not serve yet."}
    "#);
    insta::assert_snapshot!(send(call("Shop_2015.SellThing", "{}")).await, @r#"
    400 Bad Request
    content-type: application/x-amz-json-1.1
    x-amzn-requestid: REQUEST-ID

    {"__type":"UnknownOperationException","message":"SellThing is no operation of AWS Workshop."}
    "#);
}
