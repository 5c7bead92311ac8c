package hob.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;

/**
 * The interfaces of AWS's lambda-java-core. Which classes those are depends on the function: its package brings its
 * own copy, so whoever implements this is loaded by the function's class loader.
 */
public interface AwsInterfaces {
    Class<?> contextType();

    Class<?> requestHandlerType();

    Class<?> streamHandlerType();

    /** The context of an invocation, a `contextType`. */
    Object context(Invocation invocation);

    /** Calls a `requestHandlerType`. */
    Object handle(Object handler, Object input, Object context);

    /** Calls a `streamHandlerType`. */
    void handle(Object handler, InputStream input, OutputStream output, Object context) throws IOException;

    /** What `LambdaRuntime.getLogger()` returns. */
    Object logger();

    /** The package's own reader and writer of JSON, or null. */
    Object serializer(ClassLoader loader);

    Object read(Object serializer, InputStream input, Type type);

    void write(Object serializer, Object value, OutputStream output, Type type);
}
