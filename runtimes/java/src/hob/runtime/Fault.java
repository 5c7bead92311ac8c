package hob.runtime;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What is wrong with a function before its code could do its work, in AWS's words. */
final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The name of the exception behind it, or null. */
    final String type;
    final String trace;
    /** Whether the process must end: its classes are in no state to be used. */
    final boolean endsProcess;

    Fault(String message) {
        this(message, null, false);
    }

    Fault(String message, Throwable cause, boolean endsProcess) {
        super(message, null, false, false);
        this.type = cause == null ? null : cause.getClass().getName();
        this.trace = cause == null ? null : traceOf(cause);
        this.endsProcess = endsProcess;
    }

    static Fault of(Throwable thrown) {
        return new Fault(messageOf(thrown), thrown, false);
    }

    static String messageOf(Throwable thrown) {
        String message = thrown.getLocalizedMessage();
        return message == null ? thrown.getClass().getName() : message;
    }

    /** As it stands in the log. */
    String report() {
        return type == null ? getMessage() + "\n" : getMessage() + ": " + type + "\n" + trace + "\n";
    }

    private static String traceOf(Throwable thrown) {
        Traces.cut(thrown);
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
