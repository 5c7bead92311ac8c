package hob.runtime;

import java.io.File;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** What Java cannot do, or not as soon: see `native/process.c`. */
final class Native {
    static {
        // Beside the archive that this class is from.
        File archive = new File(System.getProperty("java.class.path"));
        System.load(new File(archive.getParentFile(), "libhob-runtime.so").getPath());
    }

    private Native() {}

    /** `address` is an IPv4 address and a port. */
    static FileDescriptor connect(String address) throws IOException {
        String[] numbers = address.split("[.:]");
        byte[] host = new byte[4];
        for (int i = 0; i < host.length; i++) {
            host[i] = (byte) Integer.parseInt(numbers[i]);
        }
        FileDescriptor descriptor = new FileDescriptor();
        if (!connect(descriptor, host, Integer.parseInt(numbers[4]))) {
            throw new IOException("nobody answers at " + address);
        }
        return descriptor;
    }

    /** Replaces the process's environment variables: those that Java has read, and those that children inherit. */
    static void replaceEnvironment(Map<String, String> variables) {
        Map<String, String> environment = environment();
        environment.clear();
        byte[][] inherited = new byte[variables.size()][];
        int next = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            environment.put(variable.getKey(), variable.getValue());
            inherited[next++] = text(variable.getKey() + "=" + variable.getValue());
        }
        if (!replaceInherited(inherited)) {
            throw new IllegalStateException("the process's environment cannot be replaced");
        }
    }

    static void changeTo(String folder) throws IOException {
        if (!changeFolder(text(folder))) {
            throw new IOException("the process cannot change to " + folder);
        }
        System.setProperty("user.dir", folder);
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static native boolean connect(FileDescriptor descriptor, byte[] address, int port);

    private static native Map<String, String> environment();

    private static native boolean replaceInherited(byte[][] variables);

    private static native boolean changeFolder(byte[] path);
}
