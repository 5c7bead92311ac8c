package example;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaRuntime;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.logging.LogLevel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.TimeZone;

/** Handlers of every form. Handler: `example.Functions::METHOD` or `example.Functions$CLASS`. */
public class Functions {
    private static int calls;

    public static class Person {
        private String firstName;
        private int age;
        private List<Person> children;
        private Map<String, double[]> scores;
        private Boolean happy;
        public Kind kind;

        public String getFirstName() {
            return firstName;
        }

        public void setFirstName(String firstName) {
            this.firstName = firstName;
        }

        public int getAge() {
            return age;
        }

        public void setAge(int age) {
            this.age = age;
        }

        public List<Person> getChildren() {
            return children;
        }

        public void setChildren(List<Person> children) {
            this.children = children;
        }

        public Map<String, double[]> getScores() {
            return scores;
        }

        public void setScores(Map<String, double[]> scores) {
            this.scores = scores;
        }

        public Boolean isHappy() {
            return happy;
        }

        public void setHappy(Boolean happy) {
            this.happy = happy;
        }
    }

    public enum Kind {
        BIG,
        SMALL
    }

    public static class Older implements RequestHandler<Person, Person> {
        @Override
        public Person handleRequest(Person person, Context context) {
            person.setAge(person.getAge() + 1);
            return person;
        }
    }

    abstract static class Base<T> implements RequestHandler<List<T>, Map<String, T>> {}

    public static class Inherited extends Base<Person> {
        @Override
        public Map<String, Person> handleRequest(List<Person> people, Context context) {
            return Collections.singletonMap("first", people.get(0));
        }
    }

    public static class Upper implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
            output.write(text(input).toUpperCase().getBytes("UTF-8"));
        }
    }

    private static String text(InputStream input) {
        Scanner scanner = new Scanner(input, "UTF-8").useDelimiter("\\A");
        return scanner.hasNext() ? scanner.next() : "";
    }

    public String greet(String name) {
        return "Hello " + name;
    }

    public static int twice(int number) {
        return 2 * number;
    }

    public List<Integer> sorted(List<Integer> numbers, Context context) {
        List<Integer> sorted = new ArrayList<>(numbers);
        Collections.sort(sorted);
        return sorted;
    }

    public Object any(Object event) {
        return event;
    }

    public void nothing() {}

    public void stream(InputStream input, OutputStream output) throws IOException {
        output.write(text(input).getBytes("UTF-8"));
    }

    public void sink(InputStream input) {}

    public String overloaded(String event) {
        return "one";
    }

    public String overloaded(String event, Context context) {
        return "with context";
    }

    public int count() {
        return ++calls;
    }

    public Map<String, Object> context(Map<String, Object> event, Context context) {
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("requestId", context.getAwsRequestId());
        seen.put("functionName", context.getFunctionName());
        seen.put("functionVersion", context.getFunctionVersion());
        seen.put("arn", context.getInvokedFunctionArn());
        seen.put("memory", context.getMemoryLimitInMB());
        seen.put("logGroup", context.getLogGroupName());
        seen.put("logStream", context.getLogStreamName());
        seen.put("remaining", context.getRemainingTimeInMillis());
        seen.put("identity", context.getIdentity() == null);
        ClientContext client = context.getClientContext();
        if (client != null) {
            seen.put("client", Arrays.asList(client.getClient().getAppTitle(), client.getCustom(), client.getEnvironment()));
        }
        seen.put("loader", context.getClass().getClassLoader() == Thread.currentThread().getContextClassLoader());
        return seen;
    }

    /** What a function can see of its process. */
    public Map<String, Object> process() throws Exception {
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("variable", System.getenv("TABLE"));
        seen.put("variables", System.getenv().keySet());
        seen.put("inherited", text(new ProcessBuilder("env").start().getInputStream()));
        seen.put("folder", System.getProperty("user.dir"));
        seen.put("relative", new File("example").isDirectory());
        seen.put("childsFolder", text(new ProcessBuilder("pwd").start().getInputStream()).trim());
        seen.put("zone", TimeZone.getDefault().getID());
        seen.put("trace", System.getProperty("com.amazonaws.xray.traceHeader"));
        seen.put("heap", Runtime.getRuntime().maxMemory());
        seen.put("charset", System.getProperty("file.encoding"));
        return seen;
    }

    /** What must be the same however the process was started. */
    public Map<String, Object> look() throws Exception {
        Map<String, Object> seen = new LinkedHashMap<>(process());
        Map<String, String> variables = new java.util.TreeMap<>(System.getenv());
        Map<String, String> inherited = new java.util.TreeMap<>();
        for (String line : ((String) seen.remove("inherited")).split("\n")) {
            inherited.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        seen.put("inherits the same", inherited.equals(variables));
        variables.keySet().removeAll(Arrays.asList("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
                "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"));
        seen.put("variables", variables);
        seen.remove("trace");
        seen.put("properties", new java.util.TreeMap<>(System.getProperties()));
        ((Map<?, ?>) seen.get("properties")).remove("com.amazonaws.xray.traceHeader");
        seen.put("thread", Thread.currentThread().toString());
        seen.put("loader", Thread.currentThread().getContextClassLoader().getClass().getName());
        seen.put("locale", java.util.Locale.getDefault().toString());
        seen.put("files", Arrays.asList(new File("/tmp").list()));
        return seen;
    }

    public void log(Object event, Context context) {
        System.out.println("printed ü");
        context.getLogger().log("two\nlines\n");
        context.getLogger().log("a warning\n", LogLevel.WARN);
        context.getLogger().log("a detail\n", LogLevel.DEBUG);
        LambdaRuntime.getLogger().log("without a context\n");
    }

    public String dependency() {
        return new Object() {
            String value() {
                return library.Dependency.VALUE;
            }
        }.value();
    }

    public String resource() throws IOException {
        return text(Thread.currentThread().getContextClassLoader().getResource("data/text.txt").openStream());
    }

    public void fail() {
        throw new IllegalStateException("no good", new IOException("the cause"));
    }

    public void failWithoutMessage() {
        throw new UnsupportedOperationException();
    }

    public void exit() {
        System.exit(3);
    }

    public void sleep() throws InterruptedException {
        Thread.sleep(60_000);
    }

    public int allocate() {
        List<byte[]> blocks = new ArrayList<>();
        while (true) {
            blocks.add(new byte[10_000_000]);
        }
    }

    public void interrupted() {
        Thread.currentThread().interrupt();
    }

    private void hidden() {}

    public static class BadStatic {
        static final int VALUE = Integer.parseInt("x");

        public String handle() {
            return "never";
        }
    }

    public static class BadConstructor {
        public BadConstructor() {
            throw new IllegalArgumentException("not today");
        }

        public String handle() {
            return "never";
        }
    }

    public static class NoConstructor {
        public NoConstructor(String needed) {}

        public String handle() {
            return "never";
        }
    }
}
