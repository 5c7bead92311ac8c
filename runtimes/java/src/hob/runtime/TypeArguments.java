package hob.runtime;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.HashMap;
import java.util.Map;

/** What a class fills a generic interface's parameters with, over its superclasses and interfaces. */
final class TypeArguments {
    /** Of the interface. */
    final Type[] arguments;
    /** What the type variables in those stand for. */
    final Map<TypeVariable<?>, Type> variables = new HashMap<TypeVariable<?>, Type>();

    private TypeArguments(Class<?> type, Class<?> generic) {
        arguments = search(type, generic);
    }

    /** `null`: the interface is implemented without type arguments. */
    static TypeArguments of(Class<?> type, Class<?> generic) {
        TypeArguments found = new TypeArguments(type, generic);
        return found.arguments == null ? null : found;
    }

    private Type[] search(Type type, Class<?> generic) {
        Class<?> raw = raw(type);
        if (raw == null || !generic.isAssignableFrom(raw)) {
            return null;
        }
        if (type instanceof ParameterizedType) {
            learn((ParameterizedType) type, raw);
        }
        if (raw == generic) {
            return type instanceof ParameterizedType ? known(generic) : null;
        }
        for (Type parent : raw.getGenericInterfaces()) {
            Type[] found = search(parent, generic);
            if (found != null) {
                return found;
            }
        }
        Type parent = raw.getGenericSuperclass();
        return parent == null ? null : search(parent, generic);
    }

    private void learn(ParameterizedType type, Class<?> raw) {
        TypeVariable<?>[] parameters = raw.getTypeParameters();
        Type[] given = type.getActualTypeArguments();
        for (int i = 0; i < parameters.length; i++) {
            variables.put(parameters[i], variables.containsKey(given[i]) ? variables.get(given[i]) : given[i]);
        }
    }

    private Type[] known(Class<?> generic) {
        TypeVariable<?>[] parameters = generic.getTypeParameters();
        Type[] known = new Type[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            known[i] = variables.get(parameters[i]);
        }
        return known;
    }

    private static Class<?> raw(Type type) {
        if (type instanceof Class) {
            return (Class<?>) type;
        }
        return type instanceof ParameterizedType ? (Class<?>) ((ParameterizedType) type).getRawType() : null;
    }
}
