package hob.runtime;

import java.util.Map;

/** One event and what came with it. */
public final class Invocation {
    public final String requestId;
    public final byte[] event;
    private final Map<String, String> headers;

    Invocation(Map<String, String> headers, byte[] event) {
        this.requestId = headers.get("lambda-runtime-aws-request-id");
        this.headers = headers;
        this.event = event;
    }

    /** The value of a header whose name is given in lower case, or null. */
    public String header(String name) {
        return headers.get(name);
    }
}
