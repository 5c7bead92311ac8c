package hob.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Classes in our archive that each function's own class loader loads. They are not at the archive's top, or they would
 * be found before the function's.
 */
final class Carried {
    private static final String FOLDER = "function/";

    private static final Map<String, byte[]> READ = new HashMap<String, byte[]>();
    /** Never closed: to open it costs more than to read a class. */
    private static ZipFile archive;

    private Carried() {}

    /** `null`: there is no such class. */
    static synchronized byte[] classFile(String name) {
        byte[] bytes = READ.get(name);
        if (bytes == null) {
            bytes = read(FOLDER + name.replace('.', '/') + ".class");
            READ.put(name, bytes);
        }
        return bytes;
    }

    private static byte[] read(String path) {
        try {
            if (archive == null) {
                archive = new ZipFile(System.getProperty("java.class.path"));
            }
            ZipEntry entry = archive.getEntry(path);
            return entry == null ? null : read(archive.getInputStream(entry));
        } catch (IOException unreadable) {
            throw new IllegalStateException("the runtime's own archive cannot be read", unreadable);
        }
    }

    private static byte[] read(InputStream input) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
            bytes.write(buffer, 0, count);
        }
        return bytes.toByteArray();
    }
}
