package hob.runtime;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.UnsupportedEncodingException;

/** The function's standard output. */
final class Output {
    private Output() {}

    /** UTF-8 whatever the sandbox's locale, and nothing is kept back: the process may die at any time. */
    static void useUtf8() {
        try {
            System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), false, "UTF-8"));
            System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), false, "UTF-8"));
        } catch (UnsupportedEncodingException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
