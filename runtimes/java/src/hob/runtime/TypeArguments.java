package hob.runtime;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;

/** Finds what a class fills a generic interface's parameters with, over superclasses and interfaces. */
final class TypeArguments {
    private TypeArguments() {}

    /** `null`: the interface is implemented without type arguments. */
    static Type[] of(Class<?> type, Class<?> generic) {
        return search(type, generic, new HashMap<TypeVariable<?>, Type>());
    }

    private static Type[] search(Type type, Class<?> generic, Map<TypeVariable<?>, Type> known) {
        Class<?> raw = raw(type);
        if (raw == null || !generic.isAssignableFrom(raw)) {
            return null;
        }
        if (type instanceof ParameterizedType) {
            learn((ParameterizedType) type, raw, known);
        }
        if (raw == generic) {
            return type instanceof ParameterizedType ? resolved(generic, known) : null;
        }
        for (Type parent : raw.getGenericInterfaces()) {
            Type[] found = search(parent, generic, known);
            if (found != null) {
                return found;
            }
        }
        Type parent = raw.getGenericSuperclass();
        return parent == null ? null : search(parent, generic, known);
    }

    private static void learn(ParameterizedType type, Class<?> raw, Map<TypeVariable<?>, Type> known) {
        TypeVariable<?>[] variables = raw.getTypeParameters();
        Type[] arguments = type.getActualTypeArguments();
        for (int i = 0; i < variables.length; i++) {
            Type argument = arguments[i];
            known.put(variables[i], known.containsKey(argument) ? known.get(argument) : argument);
        }
    }

    private static Type[] resolved(Class<?> generic, Map<TypeVariable<?>, Type> known) {
        TypeVariable<?>[] variables = generic.getTypeParameters();
        Type[] arguments = new Type[variables.length];
        for (int i = 0; i < variables.length; i++) {
            arguments[i] = known.get(variables[i]);
        }
        return arguments;
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class) {
            return (Class<?>) type;
        }
        return type instanceof ParameterizedType ? (Class<?>) ((ParameterizedType) type).getRawType() : null;
    }
}
