package hob.runtime;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Loads the function: its package, then the jars in its `lib` folder, then those of layers. Where the package lacks
 * AWS's interfaces, which AWS's own runtime has, it gets ours.
 */
final class FunctionClassLoader extends URLClassLoader {
    private static final String OURS = "hob.runtime.aws.";
    private static final String AWS = "com.amazonaws.services.lambda.runtime.";
    private static final String LAMBDA_RUNTIME = AWS + "LambdaRuntime";
    private static final String LAMBDA_RUNTIME_INTERNAL = AWS + "LambdaRuntimeInternal";

    private AwsInterfaces aws;

    static {
        registerAsParallelCapable();
    }

    private FunctionClassLoader(URL[] path) {
        super(path, ClassLoader.getSystemClassLoader());
    }

    static FunctionClassLoader of(String root, String layers) throws IOException {
        List<URL> path = new ArrayList<URL>();
        path.add(url(root + "/"));
        addJars(root + "/lib", path);
        addJars(layers, path);
        return new FunctionClassLoader(path.toArray(new URL[0]));
    }

    private static void addJars(String folder, List<URL> path) throws MalformedURLException {
        String[] names = new File(folder).list();
        if (names == null) {
            return;
        }
        Arrays.sort(names);
        for (String name : names) {
            if (name.endsWith(".jar")) {
                path.add(url(folder + "/" + name));
            }
        }
    }

    @SuppressWarnings("deprecation")
    private static URL url(String path) throws MalformedURLException {
        return new URL("file", null, -1, path);
    }

    /** How to speak with this function's classes. */
    AwsInterfaces awsInterfaces(FunctionFacts function, FunctionLog log) {
        try {
            Constructor<?> constructor = Class.forName(OURS + "Interfaces", true, this)
                    .getConstructor(FunctionFacts.class, FunctionLog.class);
            aws = (AwsInterfaces) constructor.newInstance(function, log);
            return aws;
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("the runtime's own classes cannot be loaded", broken);
        }
    }

    /** Tells the package's Log4j appender, if it asked for it, of which request the following lines are. */
    void tellLog4j(String requestId) {
        Class<?> internal = findLoadedClass(LAMBDA_RUNTIME_INTERNAL);
        try {
            if (internal != null && (Boolean) internal.getMethod("getUseLog4jAppender").invoke(null)) {
                Class<?> context = loadClass("org.apache.logging.log4j.ThreadContext");
                context.getMethod("put", String.class, String.class).invoke(null, "AWSRequestId", requestId);
            }
        } catch (ReflectiveOperationException other) {
            // Another version's classes, whose lines go without.
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (name.startsWith(OURS)) {
            return carried(name);
        }
        if (!name.startsWith(AWS)) {
            return super.findClass(name);
        }
        Class<?> found;
        try {
            found = super.findClass(name);
        } catch (ClassNotFoundException missing) {
            found = carried(name);
        }
        if (name.equals(LAMBDA_RUNTIME)) {
            install(found);
        }
        return found;
    }

    /** Gives `LambdaRuntime` the function's logger in place of its own, which only prints. */
    private void install(Class<?> lambdaRuntime) {
        try {
            Field logger = lambdaRuntime.getDeclaredField("logger");
            logger.setAccessible(true);
            logger.set(null, aws.logger());
        } catch (ReflectiveOperationException other) {
            // Another version's class, which goes on with its own logger.
        }
    }

    private Class<?> carried(String name) throws ClassNotFoundException {
        byte[] bytes = Carried.classFile(name);
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
