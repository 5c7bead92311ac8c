package hob.runtime.aws;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import hob.runtime.FunctionLog;

/** What a context's `getLogger()` returns. */
final class Logger implements LambdaLogger {
    private static final String NO_LEVEL = "UNDEFINED";

    private final FunctionLog log;

    Logger(FunctionLog log) {
        this.log = log;
    }

    @Override
    public void log(String message) {
        log.log(String.valueOf(message), NO_LEVEL);
    }

    @Override
    public void log(byte[] message) {
        log.log(message, NO_LEVEL);
    }

    @Override
    public void log(String message, LogLevel level) {
        log.log(String.valueOf(message), level.name());
    }

    @Override
    public void log(byte[] message, LogLevel level) {
        log.log(message, level.name());
    }
}
