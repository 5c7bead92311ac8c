package hob.runtime;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** What Java cannot do to its own process: see `native/process.c`. */
final class NativeProcess {
    static {
        // Beside the archive that this class is from.
        File archive = new File(System.getProperty("java.class.path"));
        System.load(new File(archive.getParentFile(), "libhob-runtime.so").getPath());
    }

    private NativeProcess() {}

    /** The variables that child processes inherit and the C library reads the time zone from. */
    static void become(Map<String, String> variables) {
        byte[][] texts = new byte[variables.size()][];
        int next = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            texts[next++] = text(variable.getKey() + "=" + variable.getValue());
        }
        if (!replaceEnvironment(texts)) {
            throw new IllegalStateException("the process's environment cannot be replaced");
        }
    }

    static void changeTo(String folder) throws IOException {
        if (!changeFolder(text(folder))) {
            throw new IOException("the process cannot change to " + folder);
        }
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static native boolean replaceEnvironment(byte[][] variables);

    private static native boolean changeFolder(byte[] path);
}
