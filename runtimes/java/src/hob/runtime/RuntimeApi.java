package hob.runtime;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A client for the Runtime API that does nothing more than it must: plain HTTP/1.1 over one keep-alive connection.
 * The platform's own HTTP clients take longer to load than everything else here together.
 */
final class RuntimeApi {
    private static final String RUNTIME = "/2018-06-01/runtime";

    private final String address;
    private final byte[] getNext;
    private InputStream input;
    private OutputStream output;
    private byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;

    RuntimeApi(String address) {
        this.address = address;
        this.getNext = get(RUNTIME + "/invocation/next");
    }

    /** One whose connection is already there. */
    RuntimeApi(InputStream input, OutputStream output) {
        this("");
        this.input = input;
        this.output = output;
    }

    /** Waits, without a limit, until the process is given a function. Returns a JSON object of its variables. */
    byte[] assignment() throws IOException {
        Answer answer = exchange(get("/hob/assignment"), null);
        answer.mustBe(200);
        return answer.body;
    }

    /** Waits, without a limit, for the next invocation. */
    Invocation next() throws IOException {
        Answer answer = exchange(getNext, null);
        answer.mustBe(200);
        return new Invocation(answer.headers, answer.body);
    }

    void postResponse(Invocation invocation, ResponseBody response) throws IOException {
        post(resultPath(invocation, "response"), attemptHeader(invocation), response);
    }

    void postError(Invocation invocation, ErrorDocument error) throws IOException {
        post(resultPath(invocation, "error"), attemptHeader(invocation) + errorHeader(error), error.body());
    }

    void postInitError(ErrorDocument error) throws IOException {
        post("/init/error", errorHeader(error), error.body());
    }

    private static String resultPath(Invocation invocation, String what) {
        return "/invocation/" + invocation.requestId + "/" + what;
    }

    private static String attemptHeader(Invocation invocation) {
        String attempt = invocation.header("lambda-runtime-invocation-id");
        return attempt == null ? "" : "Lambda-Runtime-Invocation-Id: " + attempt + "\r\n";
    }

    private static String errorHeader(ErrorDocument error) {
        String type = error.type == null ? "Runtime.Unknown" : error.type;
        StringBuilder header = new StringBuilder("Lambda-Runtime-Function-Error-Type: ");
        for (int i = 0; i < type.length(); i++) {
            // A header holds one line of printable ASCII; a class may have any name.
            char c = type.charAt(i);
            header.append(c >= ' ' && c <= '~' ? c : '?');
        }
        return header.append("\r\n").toString();
    }

    private byte[] get(String path) {
        return ascii("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n");
    }

    private void post(String path, String headers, ResponseBody body) throws IOException {
        String head = "POST " + RUNTIME + path + " HTTP/1.1\r\nHost: " + address
                + "\r\nContent-Type: application/json\r\n" + headers + "Content-Length: " + body.size() + "\r\n\r\n";
        Answer answer = exchange(ascii(head), body);
        // 400 and 413 judge this one result and the platform has dealt with it: go on with the next event.
        if (answer.status != 400 && answer.status != 413) {
            answer.mustBe(202);
        }
    }

    private Answer exchange(byte[] head, ResponseBody body) throws IOException {
        if (input == null) {
            connect();
        }
        if (body == null) {
            output.write(head);
        } else {
            body.sendTo(output, head);
        }
        return read();
    }

    private void connect() throws IOException {
        FileDescriptor connection = Native.connect(address);
        input = new FileInputStream(connection);
        output = new FileOutputStream(connection);
    }

    private Answer read() throws IOException {
        String status = line();
        Map<String, String> headers = new HashMap<String, String>(16);
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
        String length = headers.get("content-length");
        byte[] body = body(length == null ? 0 : Integer.parseInt(length));
        return new Answer(Integer.parseInt(status.substring(9, 12)), headers, body);
    }

    private String line() throws IOException {
        int scanned = start;
        while (true) {
            for (; scanned < end; scanned++) {
                if (buffer[scanned] == '\n') {
                    String line = new String(buffer, start, scanned - 1 - start, StandardCharsets.UTF_8);
                    start = scanned + 1;
                    return line;
                }
            }
            int kept = scanned - start;
            fill();
            scanned = start + kept;
        }
    }

    private byte[] body(int length) throws IOException {
        byte[] body = new byte[length];
        int have = Math.min(length, end - start);
        System.arraycopy(buffer, start, body, 0, have);
        start += have;
        while (have < length) {
            int count = input.read(body, have, length - have);
            if (count < 0) {
                throw new EOFException("the Runtime API closed the connection");
            }
            have += count;
        }
        return body;
    }

    /** Reads more behind what is left in the buffer. */
    private void fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            buffer = java.util.Arrays.copyOf(buffer, 2 * buffer.length);
        }
        int count = input.read(buffer, end, buffer.length - end);
        if (count < 0) {
            throw new EOFException("the Runtime API closed the connection");
        }
        end += count;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final class Answer {
        final int status;
        final Map<String, String> headers;
        final byte[] body;

        Answer(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        void mustBe(int expected) throws IOException {
            if (status != expected) {
                String text = new String(body, StandardCharsets.UTF_8);
                throw new IOException("the Runtime API answers " + status + ": " + text);
            }
        }
    }
}
