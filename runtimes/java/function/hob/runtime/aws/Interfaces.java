package hob.runtime.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.CustomPojoSerializer;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import hob.runtime.AwsInterfaces;
import hob.runtime.FunctionFacts;
import hob.runtime.FunctionLog;
import hob.runtime.Invocation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.ServiceLoader;

/** AWS's interfaces as this function has them. */
public final class Interfaces implements AwsInterfaces {
    private static final String SERIALIZERS =
            "META-INF/services/com.amazonaws.services.lambda.runtime.CustomPojoSerializer";

    private final FunctionFacts function;
    private final Logger logger;

    public Interfaces(FunctionFacts function, FunctionLog log) {
        this.function = function;
        this.logger = new Logger(log);
    }

    @Override
    public Class<?> contextType() {
        return Context.class;
    }

    @Override
    public Class<?> requestHandlerType() {
        return RequestHandler.class;
    }

    @Override
    public Class<?> streamHandlerType() {
        return RequestStreamHandler.class;
    }

    @Override
    public Object context(Invocation invocation) {
        return new InvocationContext(function, invocation, logger);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object handle(Object handler, Object input, Object context) {
        return ((RequestHandler<Object, Object>) handler).handleRequest(input, (Context) context);
    }

    @Override
    public void handle(Object handler, InputStream input, OutputStream output, Object context) throws IOException {
        ((RequestStreamHandler) handler).handleRequest(input, output, (Context) context);
    }

    @Override
    public Object logger() {
        return logger;
    }

    @Override
    public Object serializer(ClassLoader loader) {
        // The service loader would take longer to find that there is none.
        if (loader.getResource(SERIALIZERS) == null) {
            return null;
        }
        Iterator<CustomPojoSerializer> found = ServiceLoader.load(CustomPojoSerializer.class, loader).iterator();
        CustomPojoSerializer serializer = found.hasNext() ? found.next() : null;
        if (found.hasNext()) {
            throw new IllegalStateException(
                    "Too many serializers provided inside the META-INF/services folder, only one is allowed");
        }
        return serializer;
    }

    @Override
    public Object read(Object serializer, InputStream input, Type type) {
        return ((CustomPojoSerializer) serializer).fromJson(input, type);
    }

    @Override
    public void write(Object serializer, Object value, OutputStream output, Type type) {
        ((CustomPojoSerializer) serializer).toJson(value, output, type);
    }
}
