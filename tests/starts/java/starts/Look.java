package starts;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Tells what a function finds around it. */
public class Look {
    private static final List<String> OWN = Arrays.asList(
            "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "_X_AMZN_TRACE_ID",
            "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_FUNCTION_NAME");

    private static final Map<String, String> AT_IMPORT = common(System.getenv());
    private static int count;

    public Map<String, Object> around(Object event) throws IOException {
        Map<String, Object> seen = new TreeMap<>();
        seen.put("variables at import", AT_IMPORT);
        seen.put("variables", common(System.getenv()));
        seen.put("a variable", String.valueOf(System.getenv("COLOR")));
        seen.put("variables of a builder", common(new ProcessBuilder().environment()));
        seen.put("variables of a child", common(variablesOfAChild()));
        seen.put("directory", new File("").getAbsolutePath());
        seen.put("properties", properties());
        seen.put("memory", Runtime.getRuntime().maxMemory());
        seen.put("locale", Locale.getDefault().toString());
        seen.put("zone", TimeZone.getDefault().getID());
        seen.put("charset", Charset.defaultCharset().name());
        seen.put("input", System.in.read());
        seen.put("rights", status("Cap", "NoNewPrivs", "Seccomp", "Uid", "Gid", "Groups"));
        seen.put("limits", text("/proc/self/limits"));
        seen.put("loader", Look.class.getClassLoader() == Thread.currentThread().getContextClassLoader());
        seen.put("thread", Thread.currentThread().getName());
        seen.put("tmp", new TreeSet<>(Arrays.asList(new File("/tmp").list((where, name) -> !name.startsWith("hsperfdata")))).toString());
        seen.put("task", new TreeSet<>(Arrays.asList(new File("/var/task").list())).toString());
        return seen;
    }

    public List<Object> random(Object event) {
        List<Object> drawn = new ArrayList<>();
        drawn.add(Math.random());
        drawn.add(new Random().nextLong());
        drawn.add(UUID.randomUUID().toString());
        drawn.add(new java.security.SecureRandom().nextLong());
        return drawn;
    }

    public int count(Object event) {
        return ++count;
    }

    public String say(Object event) {
        System.out.println("printed");
        System.out.println("and once more");
        return "said";
    }

    public String fail(Object event) {
        throw new IllegalStateException("no good");
    }

    public String exit(Object event) throws IOException {
        Files.write(Paths.get("/tmp/seen"), event.toString().getBytes(), java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
        if ("crash".equals(event)) {
            Runtime.getRuntime().halt(3);
        }
        return text("/tmp/seen") + System.getenv("COLOR");
    }

    public String sleep(Integer event) throws InterruptedException {
        Thread.sleep(event);
        return "slept";
    }

    private static Map<String, String> common(Map<String, String> variables) {
        Map<String, String> common = new TreeMap<>(variables);
        common.replaceAll((name, value) -> OWN.contains(name) ? "…" : value);
        return common;
    }

    private static Map<String, String> variablesOfAChild() throws IOException {
        Map<String, String> variables = new TreeMap<>();
        Process env = new ProcessBuilder("env").start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(env.getInputStream()))) {
            for (String line; (line = lines.readLine()) != null; ) {
                variables.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
            }
        }
        return variables;
    }

    private static Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            properties.put(name, System.getProperty(name));
        }
        properties.remove("com.amazonaws.xray.traceHeader");
        return properties;
    }

    private static List<String> status(String... names) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : text("/proc/self/status").split("\n")) {
            if (Arrays.stream(names).anyMatch(line::startsWith)) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static String text(String file) throws IOException {
        return new String(Files.readAllBytes(Paths.get(file)));
    }
}
