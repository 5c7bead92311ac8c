package hob.runtime.json;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From what JsonReader returns to a value of any type, with the conventions of AWS's runtime: unknown properties are
 * passed over, an empty string is no object, one value is as good as an array of one.
 */
public final class Binder {
    private Binder() {}

    /** Throws IllegalArgumentException if the value is none of the type. */
    public static Object bind(Object value, Type type) {
        return bind(value, type, Collections.<TypeVariable<?>, Type>emptyMap());
    }

    /** `known`: what the type variables stand for where `type` was found. */
    public static Object bind(Object value, Type type, Map<TypeVariable<?>, Type> known) {
        if (type instanceof Class) {
            return toClass(value, (Class<?>) type);
        }
        if (type instanceof ParameterizedType) {
            return toParameterized(value, (ParameterizedType) type, known);
        }
        if (type instanceof TypeVariable) {
            Type actual = known.get(type);
            return bind(value, actual == null ? ((TypeVariable<?>) type).getBounds()[0] : actual, known);
        }
        if (type instanceof WildcardType) {
            return bind(value, ((WildcardType) type).getUpperBounds()[0], known);
        }
        Type element = ((GenericArrayType) type).getGenericComponentType();
        return toArray(value, element, known);
    }

    private static Object toParameterized(Object value, ParameterizedType type, Map<TypeVariable<?>, Type> known) {
        Class<?> raw = (Class<?>) type.getRawType();
        Type[] arguments = type.getActualTypeArguments();
        if (value == null) {
            return raw == Optional.class ? Optional.empty() : null;
        }
        if (Map.class.isAssignableFrom(raw)) {
            return Containers.map(value, raw, arguments[0], arguments[1], known);
        }
        if (Collection.class.isAssignableFrom(raw) || raw == Iterable.class) {
            return Containers.collection(value, raw, arguments[0], known);
        }
        if (raw == Optional.class) {
            return Optional.of(bind(value, arguments[0], known));
        }
        return toBean(value, raw, Containers.arguments(raw, arguments, known));
    }

    private static Object toClass(Object value, Class<?> type) {
        if (value == null) {
            return type.isPrimitive() ? zero(type) : type == Optional.class ? Optional.empty() : null;
        }
        if (type == Object.class) {
            return value;
        }
        if (type == String.class || type == CharSequence.class) {
            return toText(value);
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type) || type == Boolean.class
                || type == Character.class) {
            return Scalars.bind(value, type);
        }
        if (type.isArray()) {
            return type == byte[].class && value instanceof String
                    ? Base64.getDecoder().decode((String) value)
                    : toArray(value, type.getComponentType(), Collections.<TypeVariable<?>, Type>emptyMap());
        }
        if (Map.class.isAssignableFrom(type)) {
            return Containers.map(value, type, Object.class, Object.class, null);
        }
        if (Collection.class.isAssignableFrom(type) || type == Iterable.class) {
            return Containers.collection(value, type, Object.class, null);
        }
        return toOther(value, type);
    }

    private static Object toOther(Object value, Class<?> type) {
        if (type.isInstance(value)) {
            return value;
        }
        if (type.isEnum()) {
            return Scalars.constant(toText(value), type);
        }
        if (type == ByteBuffer.class && value instanceof String) {
            return ByteBuffer.wrap(Base64.getDecoder().decode((String) value));
        }
        if (type == InputStream.class) {
            return new ByteArrayInputStream(JsonWriter.toString(value).getBytes(StandardCharsets.UTF_8));
        }
        if (type == Calendar.class) {
            Calendar calendar = Calendar.getInstance(java.util.TimeZone.getTimeZone("UTC"));
            calendar.setTime((Date) toClass(value, Date.class));
            return calendar;
        }
        if (value instanceof Number) {
            Object time = Times.fromNumber((Number) value, type);
            return time == null ? Text.parse(value.toString(), type) : time;
        }
        if (value instanceof List) {
            Object time = Times.fromNumbers((List<?>) value, type);
            if (time != null) {
                return time;
            }
        }
        if (value instanceof String) {
            String text = (String) value;
            return text.isEmpty() ? null : type == Date.class ? Times.date(text) : Text.parse(text, type);
        }
        return toBean(value, type, Collections.<TypeVariable<?>, Type>emptyMap());
    }

    private static String toText(Object value) {
        if (value instanceof Map || value instanceof List) {
            throw mismatch(value, String.class);
        }
        return value.toString();
    }

    private static Object toBean(Object value, Class<?> type, Map<TypeVariable<?>, Type> known) {
        if (value instanceof List && ((List<?>) value).size() == 1) {
            return toBean(((List<?>) value).get(0), type, known);
        }
        if (!(value instanceof Map)) {
            throw mismatch(value, type);
        }
        if (Records.isRecord(type)) {
            return Records.make(type, (Map<?, ?>) value, known);
        }
        Bean bean = Bean.of(type);
        Object made = bean.make();
        for (Map.Entry<?, ?> member : ((Map<?, ?>) value).entrySet()) {
            Bean.Property property = bean.writable((String) member.getKey());
            if (property != null) {
                property.set(made, bind(member.getValue(), property.type, known));
            }
        }
        return made;
    }

    private static Object toArray(Object value, Type element, Map<TypeVariable<?>, Type> known) {
        if (value == null) {
            return null;
        }
        List<?> elements = value instanceof List ? (List<?>) value : Collections.singletonList(value);
        Object array = Array.newInstance(Containers.raw(element, known), elements.size());
        for (int i = 0; i < elements.size(); i++) {
            Array.set(array, i, bind(elements.get(i), element, known));
        }
        return array;
    }

    private static Object zero(Class<?> primitive) {
        return primitive == void.class ? null : Array.get(Array.newInstance(primitive, 1), 0);
    }

    static IllegalArgumentException mismatch(Object value, Class<?> type) {
        String what = value instanceof Map ? "Object value"
                : value instanceof List ? "Array value"
                : value instanceof String ? "String \"" + value + "\""
                : String.valueOf(value);
        return new IllegalArgumentException("Cannot deserialize value of type `" + type.getTypeName() + "` from " + what);
    }

    /** Numbers, booleans, characters and constants. */
    private static final class Scalars {
        static Object bind(Object value, Class<?> type) {
            if (value instanceof String && ((String) value).trim().isEmpty()) {
                return type.isPrimitive() ? zero(type) : null;
            }
            if (type == boolean.class || type == Boolean.class) {
                return bool(value);
            }
            if (type == char.class || type == Character.class) {
                return character(value);
            }
            return number(value, type);
        }

        private static Boolean bool(Object value) {
            if (value instanceof Boolean) {
                return (Boolean) value;
            }
            if (value instanceof Number) {
                return ((Number) value).doubleValue() != 0;
            }
            String text = value.toString();
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                return Boolean.valueOf(text);
            }
            throw mismatch(value, Boolean.class);
        }

        private static Character character(Object value) {
            if (value instanceof Number) {
                return (char) ((Number) value).intValue();
            }
            if (value instanceof String && ((String) value).length() == 1) {
                return ((String) value).charAt(0);
            }
            throw mismatch(value, Character.class);
        }

        private static Object number(Object value, Class<?> type) {
            BigDecimal number;
            try {
                if (!(value instanceof Number || value instanceof String)) {
                    throw mismatch(value, type);
                }
                number = new BigDecimal(value.toString().trim());
            } catch (NumberFormatException none) {
                throw mismatch(value, type);
            }
            Object converted = converted(number, type);
            if (converted == null) {
                return type.isInstance(value) ? value : Text.parse(value.toString(), type);
            }
            return converted;
        }

        /** Whole numbers are cut off after the point, as Jackson does, and refused if they do not fit. */
        private static Object converted(BigDecimal number, Class<?> type) {
            if (type == int.class || type == Integer.class) {
                return (int) within(number, Integer.MIN_VALUE, Integer.MAX_VALUE, type);
            }
            if (type == long.class || type == Long.class) {
                return within(number, Long.MIN_VALUE, Long.MAX_VALUE, type);
            }
            if (type == double.class || type == Double.class) {
                return number.doubleValue();
            }
            if (type == float.class || type == Float.class) {
                return number.floatValue();
            }
            if (type == short.class || type == Short.class) {
                return (short) within(number, Short.MIN_VALUE, Short.MAX_VALUE, type);
            }
            if (type == byte.class || type == Byte.class) {
                return (byte) within(number, Byte.MIN_VALUE, 255, type);
            }
            if (type == BigDecimal.class) {
                return number;
            }
            return type == BigInteger.class ? number.toBigInteger() : null;
        }

        private static long within(BigDecimal number, long least, long most, Class<?> type) {
            BigInteger whole = number.toBigInteger();
            if (whole.compareTo(BigInteger.valueOf(least)) < 0 || whole.compareTo(BigInteger.valueOf(most)) > 0) {
                throw mismatch(number, type);
            }
            return whole.longValue();
        }

        /** One that does not exist is null. */
        static Object constant(String name, Class<?> type) {
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(name)) {
                    return constant;
                }
            }
            return null;
        }
    }
}
