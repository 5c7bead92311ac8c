package hob.runtime;

import java.util.Map;

/** What the context says of the function, the same for every invocation. */
public final class FunctionFacts {
    public final String name;
    public final String version;
    public final String logGroup;
    public final String logStream;
    public final int memory;

    FunctionFacts(Map<String, String> variables) {
        name = variables.get("AWS_LAMBDA_FUNCTION_NAME");
        version = variables.get("AWS_LAMBDA_FUNCTION_VERSION");
        logGroup = variables.get("AWS_LAMBDA_LOG_GROUP_NAME");
        logStream = variables.get("AWS_LAMBDA_LOG_STREAM_NAME");
        String size = variables.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE");
        memory = size == null ? 0 : Integer.parseInt(size);
    }
}
