package com.amazonaws.services.lambda.runtime;

/** Where code that has no context finds the logger. */
public final class LambdaRuntime {
    /** Set by the runtime when this class is loaded. */
    private static volatile LambdaLogger logger;

    private LambdaRuntime() {}

    public static LambdaLogger getLogger() {
        return logger;
    }
}
