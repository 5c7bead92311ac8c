package hob.runtime.json;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Maps and collections, and the generics that they are declared with. */
final class Containers {
    private Containers() {}

    static Object map(Object value, Class<?> type, Type keys, Type values, Map<TypeVariable<?>, Type> known) {
        if ("".equals(value)) {
            return null;
        }
        if (!(value instanceof Map)) {
            throw Binder.mismatch(value, type);
        }
        Map<Object, Object> map = newMap(type);
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            map.put(Binder.bind(entry.getKey(), keys, some(known)), Binder.bind(entry.getValue(), values, some(known)));
        }
        return map;
    }

    static Object collection(Object value, Class<?> type, Type element, Map<TypeVariable<?>, Type> known) {
        if ("".equals(value)) {
            return null;
        }
        List<?> elements = value instanceof List ? (List<?>) value : Collections.singletonList(value);
        Collection<Object> collection = newCollection(type);
        for (Object each : elements) {
            collection.add(Binder.bind(each, element, some(known)));
        }
        return collection;
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> newMap(Class<?> type) {
        if (type.isAssignableFrom(LinkedHashMap.class)) {
            return new LinkedHashMap<Object, Object>();
        }
        if (SortedMap.class.isAssignableFrom(type) && type.isAssignableFrom(TreeMap.class)) {
            return new TreeMap<Object, Object>();
        }
        return (Map<Object, Object>) Bean.of(type).make();
    }

    @SuppressWarnings("unchecked")
    private static Collection<Object> newCollection(Class<?> type) {
        if (type.isAssignableFrom(ArrayList.class)) {
            return new ArrayList<Object>();
        }
        if (type.isAssignableFrom(LinkedHashSet.class)) {
            return new LinkedHashSet<Object>();
        }
        if (SortedSet.class.isAssignableFrom(type) && type.isAssignableFrom(TreeSet.class)) {
            return new TreeSet<Object>();
        }
        if (type == Queue.class || type == Deque.class) {
            return new ArrayDeque<Object>();
        }
        return (Collection<Object>) Bean.of(type).make();
    }

    /** What the type variables of a class stand for, given its arguments where it is used. */
    static Map<TypeVariable<?>, Type> arguments(Class<?> raw, Type[] arguments, Map<TypeVariable<?>, Type> known) {
        Map<TypeVariable<?>, Type> all = new HashMap<TypeVariable<?>, Type>(some(known));
        TypeVariable<?>[] variables = raw.getTypeParameters();
        for (int i = 0; i < variables.length; i++) {
            Type argument = arguments[i];
            all.put(variables[i], some(known).containsKey(argument) ? known.get(argument) : argument);
        }
        return all;
    }

    static Class<?> raw(Type type, Map<TypeVariable<?>, Type> known) {
        if (type instanceof Class) {
            return (Class<?>) type;
        }
        if (type instanceof ParameterizedType) {
            return (Class<?>) ((ParameterizedType) type).getRawType();
        }
        if (type instanceof TypeVariable) {
            Type actual = some(known).get(type);
            return raw(actual == null ? ((TypeVariable<?>) type).getBounds()[0] : actual, known);
        }
        if (type instanceof WildcardType) {
            return raw(((WildcardType) type).getUpperBounds()[0], known);
        }
        Type element = ((GenericArrayType) type).getGenericComponentType();
        return Array.newInstance(raw(element, known), 0).getClass();
    }

    private static Map<TypeVariable<?>, Type> some(Map<TypeVariable<?>, Type> known) {
        return known == null ? Collections.<TypeVariable<?>, Type>emptyMap() : known;
    }
}
