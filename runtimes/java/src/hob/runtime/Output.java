package hob.runtime;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;

/** The function's standard output. */
final class Output {
    private Output() {}

    /** What is written here is one write. */
    static OutputStream raw() {
        return new FileOutputStream(FileDescriptor.out);
    }

    /** UTF-8 whatever the sandbox's locale, and nothing is kept back: the process may die at any time. */
    static void useUtf8() {
        try {
            System.setOut(new PrintStream(raw(), false, "UTF-8"));
            System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), false, "UTF-8"));
        } catch (UnsupportedEncodingException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
