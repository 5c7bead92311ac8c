use super::*;

async fn attribute(server: &Server, name: &str, value: Value) -> String {
    let message = json!({ "QueueUrl": url("q"), "MessageBody": "x", "MessageAttributes": { name: value } });
    server.refused("SendMessage", message).await
}

#[tokio::test]
async fn an_attribute_that_a_message_cannot_have_is_refused() {
    let server = Server::with(&["q"]).await;
    let text = |data_type: &str, value: &str| json!({ "DataType": data_type, "StringValue": value });
    insta::assert_snapshot!(attribute(&server, "X", text("String", "")).await, @"com.amazon.coral.service#InvalidParameterValueException: Message (user) attribute 'X' must contain a non-empty value of type 'String'.");
    insta::assert_snapshot!(attribute(&server, "X", json!({ "DataType": "Binary" })).await, @"com.amazon.coral.service#InvalidParameterValueException: Message (user) attribute 'X' must contain a non-empty value of type 'Binary'.");
    insta::assert_snapshot!(attribute(&server, "X", text("", "x")).await, @"com.amazon.coral.service#InvalidParameterValueException: The message attribute 'X' must contain non-empty message attribute type.");
    insta::assert_snapshot!(attribute(&server, "X", json!({ "StringValue": "x" })).await, @"com.amazon.coral.service#MissingRequiredParameterException: The request must contain the parameter DataType.");
    insta::assert_snapshot!(attribute(&server, "X", text("Text", "x")).await, @"com.amazon.coral.service#InvalidParameterValueException: The message attribute 'X' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.");
    insta::assert_snapshot!(attribute(&server, "X", text("Number", "x")).await, @"com.amazon.coral.service#InvalidParameterValueException: Can't cast the value of message (user) attribute 'X' to a number.");
    insta::assert_snapshot!(attribute(&server, "X", text("String", "\u{1}")).await, @"com.amazon.coral.service#InvalidParameterValueException: Message (user) attribute 'X' contains invalid characters.");
    insta::assert_snapshot!(attribute(&server, "AWS.x", text("String", "x")).await, @"com.amazon.coral.service#InvalidParameterValueException: Invalid attribute name 'AWS.x': it has 1 to 256 letters, digits, hyphens, underscores and single periods, no period at either end, and does not begin with AWS. or Amazon.");
    let list = json!({ "DataType": "String", "StringListValues": ["x"] });
    insta::assert_snapshot!(attribute(&server, "X", list).await, @"com.amazonaws.sqs#UnsupportedOperation: Message attribute list values in SendMessage operation are not supported.");
    let eleven: serde_json::Map<_, _> =
        (0..11).map(|number| (number.to_string(), text("String", "x"))).collect();
    let message = json!({ "QueueUrl": url("q"), "MessageBody": "x", "MessageAttributes": eleven });
    insta::assert_snapshot!(server.refused("SendMessage", message).await, @"com.amazon.coral.service#InvalidParameterValueException: Number of message attributes [11] exceeds the allowed maximum [10].");
    let system = json!({ "Colour": text("String", "x") });
    let message = json!({ "QueueUrl": url("q"), "MessageBody": "x", "MessageSystemAttributes": system });
    insta::assert_snapshot!(server.refused("SendMessage", message).await, @"com.amazon.coral.service#InvalidParameterValueException: Message (system) attribute 'Colour' is invalid: AWSTraceHeader of type String is allowed.");
}

#[tokio::test]
async fn a_body_that_is_too_long_or_no_text_is_refused() {
    let server = Server::with(&["q"]).await;
    let body = async |body: String| {
        server.refused("SendMessage", json!({ "QueueUrl": url("q"), "MessageBody": body })).await
    };
    insta::assert_snapshot!(body("x".repeat(1_048_577)).await, @"com.amazon.coral.service#InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.");
    insta::assert_snapshot!(body("\u{0}".to_owned()).await, @"com.amazonaws.sqs#InvalidMessageContents: Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.");
    let attributes = json!({ "MaximumMessageSize": "1024" });
    server.call("SetQueueAttributes", json!({ "QueueUrl": url("q"), "Attributes": attributes })).await;
    insta::assert_snapshot!(body("x".repeat(1025)).await, @"com.amazon.coral.service#InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
    let attributes = json!({ "name": { "DataType": "String", "StringValue": "x".repeat(20) } });
    let message =
        json!({ "QueueUrl": url("q"), "MessageBody": "x".repeat(995), "MessageAttributes": attributes });
    insta::assert_snapshot!(server.refused("SendMessage", message).await, @"com.amazon.coral.service#InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.");
    server.send("q", &"x".repeat(1024)).await;
}
