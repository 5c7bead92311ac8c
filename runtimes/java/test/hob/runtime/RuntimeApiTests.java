package hob.runtime;

import static hob.runtime.Tests.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The client, against answers that arrive in any pieces. */
final class RuntimeApiTests {
    private static final String EVENT = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\n"
            + "Lambda-Runtime-Invocation-Id: attempt\r\nContent-Length: 7\r\n\r\n{\"a\":1}";
    private static final String ACCEPTED = "HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}";

    private RuntimeApiTests() {}

    /** Gives at most `most` bytes at once. */
    private static InputStream slow(String text, final int most) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] buffer, int start, int length) {
                return super.read(buffer, start, Math.min(length, most));
            }
        };
    }

    static void anEventIsReadHoweverItArrives() throws IOException {
        for (int most = 1; most < 200; most += 7) {
            RuntimeApi api = new RuntimeApi(slow(EVENT + EVENT, most), new ByteArrayOutputStream());
            for (int i = 0; i < 2; i++) {
                Invocation invocation = api.next();
                assertEquals("id", invocation.requestId);
                assertEquals("{\"a\":1}", new String(invocation.event, StandardCharsets.UTF_8));
            }
        }
    }

    static void aResponseNamesTheRequestAndTheAttempt() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        RuntimeApi api = new RuntimeApi(slow(EVENT + ACCEPTED, 1000), sent);
        ResponseBody response = new ResponseBody();
        response.write("answer".getBytes(StandardCharsets.UTF_8));
        api.postResponse(api.next(), response);
        assertEquals("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: \r\n\r\n"
                + "POST /2018-06-01/runtime/invocation/id/response HTTP/1.1\r\nHost: \r\n"
                + "Content-Type: application/json\r\nLambda-Runtime-Invocation-Id: attempt\r\n"
                + "Content-Length: 6\r\n\r\nanswer", sent.toString("UTF-8"));
    }

    static void aResultThatIsRefusedDoesNotEndTheRuntime() throws IOException {
        String refused = ACCEPTED.replace("202", "413");
        RuntimeApi api = new RuntimeApi(slow(EVENT + refused + EVENT, 1000), new ByteArrayOutputStream());
        api.postResponse(api.next(), new ResponseBody());
        assertEquals("id", api.next().requestId);
    }

    static void aLargeEventIsReadWhole() throws IOException {
        char[] characters = new char[6_000_000];
        Arrays.fill(characters, 'x');
        String event = EVENT.replace("Content-Length: 7", "Content-Length: 6000000")
                .replace("{\"a\":1}", new String(characters));
        RuntimeApi api = new RuntimeApi(slow(event, 65536), new ByteArrayOutputStream());
        assertEquals(6_000_000, api.next().event.length);
    }

    static void aClosedConnectionIsAnError() throws IOException {
        try {
            new RuntimeApi(slow(EVENT.substring(0, 30), 1000), new ByteArrayOutputStream()).next();
        } catch (IOException expected) {
            return;
        }
        throw new AssertionError("no error");
    }
}
