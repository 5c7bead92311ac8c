package hob.runtime;

import hob.runtime.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a caller is told of an error, its fields in AWS's order. */
final class ErrorDocument {
    /** A class's name, or null. */
    final String type;
    private final Map<String, Object> fields = new LinkedHashMap<String, Object>();

    private ErrorDocument(String message, String type, String[] trace) {
        this.type = type;
        fields.put("errorMessage", message);
        // The writer leaves out what is null.
        fields.put("errorType", type);
        fields.put("stackTrace", trace);
    }

    /** Faults of the function's form have no trace: there is none of the user's code in it. */
    static ErrorDocument of(Fault fault) {
        return new ErrorDocument(fault.getMessage(), fault.type, null);
    }

    static ErrorDocument of(Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        String[] lines = new String[trace.length];
        for (int i = 0; i < trace.length; i++) {
            lines[i] = trace[i].toString();
        }
        return new ErrorDocument(Fault.messageOf(thrown), thrown.getClass().getName(), lines);
    }

    ResponseBody body() {
        ResponseBody body = new ResponseBody();
        JsonWriter.write(fields, body);
        return body;
    }
}
