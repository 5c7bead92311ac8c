use super::fixture::{With, post, send};

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/formshop/aws4_request, \
    SignedHeaders=host, Signature=00";

fn call(body: &'static str) -> http::Request<http_body_util::Full<bytes::Bytes>> {
    post("/", body).with("authorization", SIGNED).with("content-type", "application/x-www-form-urlencoded")
}

#[tokio::test]
async fn a_form_goes_in_and_xml_comes_out() {
    let request = call(
        "Action=MakeThing&Version=2015-03-31&Name=chair&Count=3&Kinds.member.2=Elm&Kinds.member.1=Oak\
         &Weights.entry.1.key=leg&Weights.entry.1.value=0.5&Data=aGk%3D&When=2026-01-02T03%3A04%3A05Z\
         &Parts.member.1.Label=seat",
    );
    insta::assert_snapshot!(send(request).await.replace("><", ">\n<"), @r#"
    201 Created
    content-type: text/xml
    x-amzn-requestid: REQUEST-ID

    <MakeThingResponse xmlns="https://workshop.amazonaws.com/doc/2015-03-31/">
    <MakeThingResult>
    <Name>chair</Name>
    <Count>3</Count>
    <Kinds>
    <member>Oak</member>
    <member>Elm</member>
    </Kinds>
    <Weights>
    <entry>
    <key>leg</key>
    <value>0.5</value>
    </entry>
    </Weights>
    <Data>aGk=</Data>
    <When>2026-01-02T03:04:05Z</When>
    <Parts>
    <member>
    <Label>seat</Label>
    </member>
    </Parts>
    </MakeThingResult>
    <ResponseMetadata>
    <RequestId>REQUEST-ID</RequestId>
    </ResponseMetadata>
    </MakeThingResponse>
    "#);
}

#[tokio::test]
async fn an_error_is_xml_too_with_its_text_escaped() {
    insta::assert_snapshot!(send(call("Action=MakeThing&Name=missing")).await.replace("><", ">\n<"), @r#"
    404 Not Found
    content-type: text/xml
    x-amzn-requestid: REQUEST-ID

    <ErrorResponse xmlns="https://workshop.amazonaws.com/doc/2015-03-31/">
    <Error>
    <Type>Sender</Type>
    <Code>ThingNotFoundException</Code>
    <Message>No &lt;such&gt; thing</Message>
    </Error>
    <RequestId>REQUEST-ID</RequestId>
    </ErrorResponse>
    "#);
}

#[tokio::test]
async fn an_unknown_action_is_invalid_and_no_action_is_missing() {
    let unknown = send(call("Action=SellThing")).await;
    assert!(unknown.contains("<Code>InvalidAction</Code>"), "{unknown}");
    assert!(unknown.contains("Could not find operation SellThing for version 2015-03-31"), "{unknown}");
    let missing = send(call("Version=2015-03-31")).await;
    assert!(missing.contains("<Code>MissingAction</Code>"), "{missing}");
}

#[tokio::test]
async fn an_unsigned_form_finds_its_service_by_its_action_and_version() {
    let answer = send(post("/?Action=MakeThing&Name=chair&Version=2015-03-31", "")).await;
    assert!(answer.contains("<MakeThingResult><Name>chair</Name></MakeThingResult>"), "{answer}");
    let other = send(post("/?Action=MakeThing&Name=chair&Version=2011-06-15", "")).await;
    assert!(other.starts_with("404 Not Found"), "{other}");
}
