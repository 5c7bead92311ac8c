use insta::assert_snapshot;
use serde_json::json;

use super::Server;

const CONFIG: &str = "/2025-11-30/functions/fn/function-scaling-config";

#[tokio::test]
async fn only_functions_on_capacity_providers_scale_and_there_are_none() {
    let server = Server::with_functions(&["fn"]).await;
    server.post("/2015-03-31/functions/fn/versions", json!({})).await;
    let scaling = || json!({ "FunctionScalingConfig": { "MinExecutionEnvironments": 1 } });
    let qualified = format!("{CONFIG}?Qualifier=1");
    assert_snapshot!(server.put(&qualified, scaling()).await, @r#"
    403 Forbidden
    x-amzn-requestid: <uuid>
    x-amzn-errortype: AccessDeniedException
    content-type: application/json
    {"Message":"The function provided by the arn does not contain a capacity provider configuration"}
    "#);
    assert_snapshot!(server.get(&qualified).await.message(), @"The function provided by the arn does not contain a capacity provider configuration");
    assert_snapshot!(server.get(&format!("{CONFIG}?Qualifier=9")).await, @r#"
    404 Not Found
    x-amzn-requestid: <uuid>
    x-amzn-errortype: ResourceNotFoundException
    content-type: application/json
    {"Type":"User","Message":"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:9"}
    "#);
    let published = format!("{CONFIG}?Qualifier=$LATEST.PUBLISHED");
    assert_snapshot!(server.put(&published, scaling()).await.message(), @"Function not found: arn:aws:lambda:us-east-1:000000000000:function:fn:$LATEST.PUBLISHED");
    assert_snapshot!(server.put(CONFIG, scaling()).await.message(), @"1 validation error detected: Value null at 'qualifier' failed to satisfy constraint: Member must not be null");
    assert_snapshot!(server.get(&format!("{CONFIG}?Qualifier=$LATEST")).await.message(), @r"1 validation error detected: Value '$LATEST' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (\$LATEST\.PUBLISHED|[0-9]+)");
    let broken = json!({ "FunctionScalingConfig": { "MaxExecutionEnvironments": 15001 } });
    assert_snapshot!(server.put(&qualified, broken).await.message(), @"1 validation error detected: Value '15001' at 'functionScalingConfig.maxExecutionEnvironments' failed to satisfy constraint: Member must have value less than or equal to 15000");
}
