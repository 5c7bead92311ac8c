package hob.runtime.aws;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import hob.runtime.FunctionFacts;
import hob.runtime.Invocation;
import hob.runtime.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The context of one invocation: https://docs.aws.amazon.com/lambda/latest/dg/java-context.html */
final class InvocationContext implements Context {
    private final FunctionFacts function;
    private final Invocation invocation;
    private final Logger logger;
    private final ClientContext clientContext;
    private final CognitoIdentity identity;

    InvocationContext(FunctionFacts function, Invocation invocation, Logger logger) {
        this.function = function;
        this.invocation = invocation;
        this.logger = logger;
        Map<?, ?> client = document("lambda-runtime-client-context");
        this.clientContext = client == null ? null : new CallersContext(client);
        Map<?, ?> cognito = document("lambda-runtime-cognito-identity");
        this.identity = cognito == null ? null : new CallersIdentity(cognito);
    }

    private Map<?, ?> document(String header) {
        String json = invocation.header(header);
        return json == null ? null : (Map<?, ?>) JsonReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String getAwsRequestId() {
        return invocation.requestId;
    }

    @Override
    public String getLogGroupName() {
        return function.logGroup;
    }

    @Override
    public String getLogStreamName() {
        return function.logStream;
    }

    @Override
    public String getFunctionName() {
        return function.name;
    }

    @Override
    public String getFunctionVersion() {
        return function.version;
    }

    @Override
    public String getInvokedFunctionArn() {
        return invocation.header("lambda-runtime-invoked-function-arn");
    }

    @Override
    public CognitoIdentity getIdentity() {
        return identity;
    }

    @Override
    public ClientContext getClientContext() {
        return clientContext;
    }

    @Override
    public int getRemainingTimeInMillis() {
        String deadline = invocation.header("lambda-runtime-deadline-ms");
        long remaining = Long.parseLong(deadline) - System.currentTimeMillis();
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, remaining));
    }

    @Override
    public int getMemoryLimitInMB() {
        return function.memory;
    }

    @Override
    public LambdaLogger getLogger() {
        return logger;
    }

    @Override
    public String getTenantId() {
        return invocation.header("lambda-runtime-aws-tenant-id");
    }

    @Override
    public String getXrayTraceId() {
        return invocation.header("lambda-runtime-trace-id");
    }
}
