package hob.runtime.json;

import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Calendar;
import java.util.Date;
import java.util.Map;
import java.util.Optional;

/**
 * From any object to JSON, with the conventions of AWS's runtime: properties and map entries that are null are left
 * out, moments are numbers, bytes are base64.
 */
public final class JsonWriter {
    /** Deeper than any document; an object that contains itself gets there. */
    private static final int DEPTH_MAX = 1000;

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder json = new StringBuilder(256);
    private int depth;

    private JsonWriter() {}

    public static void write(Object value, ByteArrayOutputStream output) {
        byte[] bytes = toString(value).getBytes(StandardCharsets.UTF_8);
        output.write(bytes, 0, bytes.length);
    }

    public static String toString(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value);
        return writer.json.toString();
    }

    private void value(Object value) {
        if (value == null) {
            json.append("null");
        } else if (value instanceof CharSequence || value instanceof Character) {
            string(value.toString());
        } else if (value instanceof Number || value instanceof Boolean) {
            scalar(value);
        } else if (value instanceof Map) {
            map((Map<?, ?>) value);
        } else if (value instanceof Iterable && !(value instanceof java.nio.file.Path)) {
            iterable((Iterable<?>) value);
        } else if (value instanceof Enum) {
            string(((Enum<?>) value).name());
        } else {
            other(value);
        }
    }

    private void other(Object value) {
        if (value instanceof byte[]) {
            string(Base64.getEncoder().encodeToString((byte[]) value));
        } else if (value instanceof char[]) {
            string(new String((char[]) value));
        } else if (value.getClass().isArray()) {
            array(value);
        } else if (value instanceof ByteBuffer) {
            ByteBuffer bytes = ((ByteBuffer) value).asReadOnlyBuffer();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            string(Base64.getEncoder().encodeToString(copy));
        } else if (value instanceof Date) {
            json.append(((Date) value).getTime());
        } else if (value instanceof Calendar) {
            json.append(((Calendar) value).getTimeInMillis());
        } else if (value instanceof Optional) {
            value(((Optional<?>) value).orElse(null));
        } else if (Times.isTime(value)) {
            json.append(Times.toJson(value));
        } else if (Text.isText(value.getClass())) {
            string(value.toString());
        } else {
            bean(value);
        }
    }

    private void scalar(Object value) {
        boolean finite = !(value instanceof Double || value instanceof Float)
                || !(Double.isNaN(((Number) value).doubleValue()) || Double.isInfinite(((Number) value).doubleValue()));
        if (finite) {
            json.append(value);
        } else {
            string(value.toString());
        }
    }

    private void map(Map<?, ?> map) {
        enter('{');
        boolean first = true;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getValue() != null) {
                first = name(first, String.valueOf(entry.getKey()));
                value(entry.getValue());
            }
        }
        leave('}');
    }

    private void bean(Object bean) {
        enter('{');
        boolean first = true;
        for (Bean.Property property : Bean.of(bean.getClass()).readable()) {
            Object value = property.get(bean);
            if (value != null) {
                first = name(first, property.name);
                value(value);
            }
        }
        leave('}');
    }

    private void iterable(Iterable<?> elements) {
        enter('[');
        String separator = "";
        for (Object element : elements) {
            json.append(separator);
            separator = ",";
            value(element);
        }
        leave(']');
    }

    private void array(Object array) {
        enter('[');
        for (int i = 0; i < Array.getLength(array); i++) {
            if (i > 0) {
                json.append(',');
            }
            value(Array.get(array, i));
        }
        leave(']');
    }

    private void enter(char bracket) {
        json.append(bracket);
        if (++depth > DEPTH_MAX) {
            throw new IllegalArgumentException("the object is nested more than " + DEPTH_MAX + " levels deep");
        }
    }

    private void leave(char bracket) {
        json.append(bracket);
        depth--;
    }

    /** Always false: what follows is not the first. */
    private boolean name(boolean first, String name) {
        if (!first) {
            json.append(',');
        }
        string(name);
        json.append(':');
        return false;
    }

    private void string(String string) {
        json.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                control(c);
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    private void control(char c) {
        int known = "\b\t\n\f\r".indexOf(c);
        if (known >= 0) {
            json.append('\\').append("btnfr".charAt(known));
        } else {
            json.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
        }
    }
}
