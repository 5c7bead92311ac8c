package hob.runtime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The life of a function, gone through before there is one: the classes for it are then loaded, linked and initialised.
 * The Runtime API is one that has been written down, and the log goes nowhere.
 */
final class Rehearsal {
    /** The later ones take what the first one has made, as a function's later invocations do. */
    private static final int INVOCATIONS = 3;

    private static final String EVENT = "HTTP/1.1 200 OK\r\n"
            + "Lambda-Runtime-Aws-Request-Id: 00000000-0000-0000-0000-000000000000\r\n"
            + "Lambda-Runtime-Deadline-Ms: 0\r\n"
            + "Content-Length: 37\r\n\r\n"
            + "{\"text\":\"\\u00e4\",\"numbers\":[{\"a\":1}]}";
    private static final String ACCEPTED = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

    private Rehearsal() {}

    static void run(String layers) throws Exception {
        Map<String, String> before = new HashMap<String, String>(System.getenv());
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Map<String, String> variables = new HashMap<String, String>(before);
        variables.put("LAMBDA_TASK_ROOT", folder());
        variables.put("_HANDLER", "Rehearsal");
        Parking.become(variables);
        live(variables, layers);
        before.put("LAMBDA_TASK_ROOT", "/");
        Parking.become(before);
        Thread.currentThread().setContextClassLoader(loader);
    }

    /** Beside the archive that this class is from. */
    private static String folder() {
        return new File(System.getProperty("java.class.path")).getParent() + "/rehearsal";
    }

    private static void live(Map<String, String> variables, String layers) throws IOException {
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < INVOCATIONS; i++) {
            answers.append(EVENT).append(ACCEPTED);
        }
        byte[] bytes = answers.toString().getBytes(StandardCharsets.ISO_8859_1);
        RuntimeApi api = new RuntimeApi(new ByteArrayInputStream(bytes), new ByteArrayOutputStream());
        Life life = new Life(api, variables, layers, new FunctionLog(variables, new ByteArrayOutputStream()));
        Handler handler = life.load();
        for (int i = 0; i < INVOCATIONS; i++) {
            life.serve(handler, api.next());
        }
    }
}
