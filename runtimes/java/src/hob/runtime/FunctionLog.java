package hob.runtime;

import hob.runtime.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * AWS's log formats for what is logged with a LambdaLogger. A message may have several lines and is one log event, so
 * it is framed as AWS's own runtime frames it: type, length, timestamp in microseconds, message; numbers are
 * big-endian.
 */
public final class FunctionLog {
    /** In AWS's order; a message without a level is of the first. */
    private static final String[] LEVELS = {"UNDEFINED", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

    private static final int FRAME_TYPE = 0xa55a0003;
    private static final int FRAME_HEADER_LENGTH = 16;

    /** Of the running invocation, or null. */
    volatile String requestId;
    volatile String tenantId;

    private final boolean json;
    private final int lowest;
    private final OutputStream output;

    FunctionLog(Map<String, String> variables, OutputStream output) {
        this.output = output;
        json = "JSON".equalsIgnoreCase(variables.get("AWS_LAMBDA_LOG_FORMAT"));
        String level = variables.get("AWS_LAMBDA_LOG_LEVEL");
        lowest = level == null ? 0 : Math.max(0, rank(level.toUpperCase(Locale.ROOT)));
    }

    /** `level` is the name of one of AWS's levels. */
    public void log(String message, String level) {
        if (isWritten(level)) {
            write((json ? record(message, level) : text(message, level)).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Bytes are written as they are. */
    public void log(byte[] message, String level) {
        if (isWritten(level)) {
            write(message);
        }
    }

    void error(String message) {
        log(message, json ? "ERROR" : "UNDEFINED");
    }

    /** What has no level is always written. */
    private boolean isWritten(String level) {
        int rank = rank(level);
        return rank <= 0 || rank >= lowest;
    }

    private static int rank(String level) {
        for (int i = 0; i < LEVELS.length; i++) {
            if (LEVELS[i].equals(level)) {
                return i;
            }
        }
        return -1;
    }

    private static String text(String message, String level) {
        return level.equals("UNDEFINED") ? message : "[" + level + "] " + message;
    }

    private String record(String message, String level) {
        Map<String, Object> fields = new LinkedHashMap<String, Object>();
        fields.put("timestamp", Timestamps.iso(System.currentTimeMillis()));
        fields.put("message", message);
        fields.put("level", level);
        fields.put("AWSRequestId", requestId);
        fields.put("tenantId", tenantId);
        return JsonWriter.toString(fields) + "\n";
    }

    private void write(byte[] message) {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER_LENGTH + message.length);
        frame.putInt(FRAME_TYPE).putInt(message.length).putLong(System.currentTimeMillis() * 1000).put(message);
        try {
            output.write(frame.array());
        } catch (IOException gone) {
            // The sandbox is being ended, and nobody reads any more.
        }
    }
}
