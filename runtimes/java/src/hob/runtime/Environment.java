package hob.runtime;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Map;

/** The variables behind `System.getenv` and `ProcessBuilder`, which Java reads once when it starts. */
final class Environment {
    private final Map<Object, Object> variables;
    private final Method name;
    private final Method value;

    /** `java.lang` must be open to us. */
    Environment() throws ReflectiveOperationException {
        Field field = Class.forName("java.lang.ProcessEnvironment").getDeclaredField("theEnvironment");
        field.setAccessible(true);
        @SuppressWarnings("unchecked")
        Map<Object, Object> map = (Map<Object, Object>) field.get(null);
        variables = map;
        name = factory("java.lang.ProcessEnvironment$Variable");
        value = factory("java.lang.ProcessEnvironment$Value");
    }

    private static Method factory(String type) throws ReflectiveOperationException {
        Method factory = Class.forName(type).getMethod("valueOf", String.class);
        factory.setAccessible(true);
        return factory;
    }

    void become(Map<String, String> assigned) throws ReflectiveOperationException {
        variables.clear();
        for (Map.Entry<String, String> variable : assigned.entrySet()) {
            variables.put(name.invoke(null, variable.getKey()), value.invoke(null, variable.getValue()));
        }
    }
}
