package hob.runtime;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Handlers that are any public method. */
final class Methods {
    private Methods() {}

    /** Of overloads, the one with most parameters; a context at the end counts twice. */
    static Handler choose(Class<?> type, String name, FunctionClassLoader loader, AwsInterfaces aws) {
        Class<?> context = aws.contextType();
        for (Method method : overloads(type, name, context)) {
            Parameters parameters = Parameters.of(method, context);
            if (parameters != null) {
                Object instance = Modifier.isStatic(method.getModifiers()) ? null : Handlers.instance(type);
                return parameters.isStream()
                        ? new Stream(method, instance, parameters, aws)
                        : new Pojo(method, instance, parameters, loader, aws);
            }
        }
        throw new Fault("No public method named " + name + " with appropriate method signature found on class "
                + type.getName());
    }

    private static List<Method> overloads(Class<?> type, String name, final Class<?> context) {
        List<Method> overloads = new ArrayList<Method>();
        try {
            for (Method method : type.getMethods()) {
                if (method.getName().equals(name)) {
                    overloads.add(method);
                }
            }
        } catch (NoClassDefFoundError missing) {
            throw new Fault("Error loading method " + name + " on class " + type.getName(), missing, false);
        }
        Collections.sort(overloads, new Comparator<Method>() {
            @Override
            public int compare(Method left, Method right) {
                if (left.isBridge() != right.isBridge()) {
                    return left.isBridge() ? 1 : -1;
                }
                return weight(right, context) - weight(left, context);
            }
        });
        return overloads;
    }

    private static int weight(Method method, Class<?> context) {
        Class<?>[] types = method.getParameterTypes();
        boolean endsWithContext = types.length > 0 && types[types.length - 1] == context;
        return types.length + (endsWithContext ? 1 : 0);
    }

    /** Which of the things that a handler may ask for it asks for; in this order. */
    private static final class Parameters {
        private Type event;
        private boolean input;
        private boolean output;
        private boolean context;

        /** `null`: no handler can have these parameters. */
        static Parameters of(Method method, Class<?> contextType) {
            Type[] types = method.getGenericParameterTypes();
            Parameters parameters = new Parameters();
            int next = 0;
            if (next < types.length && types[next] == InputStream.class) {
                parameters.input = true;
                next++;
            }
            if (next < types.length && types[next] == OutputStream.class) {
                parameters.output = true;
                next++;
            }
            if (next == 0 && types.length > 0 && types[0] != contextType) {
                parameters.event = types[next++];
            }
            if (next < types.length && types[next] == contextType) {
                parameters.context = true;
                next++;
            }
            return next == types.length ? parameters : null;
        }

        boolean isStream() {
            return input || output;
        }
    }

    private static Object invoke(Method method, Object instance, List<Object> arguments) throws Throwable {
        try {
            return method.invoke(instance, arguments.toArray());
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        }
    }

    private static final class Stream implements Handler {
        private static final byte[] NULL = {'n', 'u', 'l', 'l'};

        private final Method method;
        private final Object instance;
        private final Parameters parameters;
        private final AwsInterfaces aws;

        Stream(Method method, Object instance, Parameters parameters, AwsInterfaces aws) {
            this.method = method;
            this.instance = instance;
            this.parameters = parameters;
            this.aws = aws;
        }

        @Override
        public void handle(Invocation invocation, ResponseBody response) throws Throwable {
            List<Object> arguments = new ArrayList<Object>(3);
            if (parameters.input) {
                arguments.add(new ByteArrayInputStream(invocation.event));
            }
            if (parameters.output) {
                arguments.add(response);
            }
            if (parameters.context) {
                arguments.add(aws.context(invocation));
            }
            invoke(method, instance, arguments);
            if (!parameters.output) {
                response.write(NULL);
            }
        }
    }

    private static final class Pojo implements Handler {
        private final Method method;
        private final Object instance;
        private final Parameters parameters;
        private final Events events;
        private final AwsInterfaces aws;

        Pojo(
                Method method,
                Object instance,
                Parameters parameters,
                FunctionClassLoader loader,
                AwsInterfaces aws) {
            this.method = method;
            this.instance = instance;
            this.parameters = parameters;
            this.events = new Events(parameters.event, method.getGenericReturnType(),
                    Collections.<TypeVariable<?>, Type>emptyMap(), loader, aws);
            this.aws = aws;
        }

        @Override
        public void handle(Invocation invocation, ResponseBody response) throws Throwable {
            List<Object> arguments = new ArrayList<Object>(2);
            if (parameters.event != null) {
                arguments.add(events.read(invocation.event));
            }
            if (parameters.context) {
                arguments.add(aws.context(invocation));
            }
            events.write(invoke(method, instance, arguments), response);
        }
    }
}
