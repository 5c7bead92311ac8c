package hob.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** What a handler answers: bytes that are posted when it has returned. */
public final class ResponseBody extends ByteArrayOutputStream {
    public ResponseBody() {
        super(1024);
    }

    /** Without a copy. */
    void sendTo(OutputStream connection) throws IOException {
        connection.write(buf, 0, count);
    }

    /** Without a copy, behind what is in `head` if both are small. */
    void sendTo(OutputStream connection, byte[] head) throws IOException {
        if (count > 64 * 1024) {
            connection.write(head);
            sendTo(connection);
            return;
        }
        byte[] whole = new byte[head.length + count];
        System.arraycopy(head, 0, whole, 0, head.length);
        System.arraycopy(buf, 0, whole, head.length, count);
        connection.write(whole);
    }
}
