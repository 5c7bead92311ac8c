package hob.runtime;

import static hob.runtime.Tests.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What a function's logger writes. */
final class LogTests {
    private LogTests() {}

    /** The messages in the frames that were written. */
    private static String logged(String format, String lowest, String... levels) {
        Map<String, String> variables = new HashMap<String, String>();
        variables.put("AWS_LAMBDA_LOG_FORMAT", format);
        variables.put("AWS_LAMBDA_LOG_LEVEL", lowest);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        FunctionLog log = new FunctionLog(variables, output);
        log.requestId = "id";
        for (String level : levels) {
            log.log("\u00e4\nb", level);
        }
        StringBuilder messages = new StringBuilder();
        for (ByteBuffer frames = ByteBuffer.wrap(output.toByteArray()); frames.hasRemaining(); ) {
            assertEquals(0xa55a0003, frames.getInt());
            byte[] message = new byte[frames.getInt()];
            frames.getLong();
            frames.get(message);
            messages.append(new String(message, StandardCharsets.UTF_8)).append('|');
        }
        return messages.toString();
    }

    static void aMessageOfSeveralLinesIsOneEventAndShowsItsLevel() {
        assertEquals("\u00e4\nb|[WARN] \u00e4\nb|", logged("Text", null, "UNDEFINED", "WARN"));
    }

    static void levelsBelowTheConfiguredOneAreNotWritten() {
        assertEquals("\u00e4\nb|[ERROR] \u00e4\nb|", logged("Text", "ERROR", "UNDEFINED", "INFO", "ERROR"));
    }

    static void aJsonRecordNamesTheRequest() {
        String record = logged("JSON", null, "INFO");
        assertEquals("{\"timestamp\":\"T\",\"message\":\"\u00e4\\nb\",\"level\":\"INFO\",\"AWSRequestId\":\"id\"}\n|",
                record.replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", "T"));
    }

    static void aMomentIsWrittenAsIso8601HasIt() {
        assertEquals("2023-11-14T22:13:20.007Z", Timestamps.iso(1700000000007L));
        assertEquals("1969-12-31T23:59:59.999Z", Timestamps.iso(-1));
    }
}
