package hob.runtime.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From JSON to Map, List, String, Boolean, null, and of numbers the first of Integer, Long and BigInteger, or Double
 * and BigDecimal, that holds it exactly as it was written.
 */
public final class JsonReader {
    /** Deeper documents would overflow the stack. */
    private static final int DEPTH_MAX = 1000;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    /** Nothing at all is null. Throws IllegalArgumentException if it is not JSON. */
    public static Object read(byte[] json) {
        JsonReader reader = new JsonReader(new String(json, StandardCharsets.UTF_8));
        reader.skipSpace();
        if (reader.at == reader.text.length()) {
            return null;
        }
        Object value = reader.value();
        reader.skipSpace();
        if (reader.at < reader.text.length()) {
            throw reader.unexpected();
        }
        return value;
    }

    private Object value() {
        switch (peek()) {
            case '{':
                return object();
            case '[':
                return array();
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object() {
        enter();
        Map<String, Object> members = new LinkedHashMap<String, Object>();
        if (!closes('}')) {
            do {
                skipSpace();
                String name = string();
                skipSpace();
                expect(':');
                skipSpace();
                members.put(name, value());
            } while (continues('}'));
        }
        depth--;
        return members;
    }

    private List<Object> array() {
        enter();
        List<Object> elements = new ArrayList<Object>();
        if (!closes(']')) {
            do {
                skipSpace();
                elements.add(value());
            } while (continues(']'));
        }
        depth--;
        return elements;
    }

    private void enter() {
        at++;
        if (++depth > DEPTH_MAX) {
            throw new IllegalArgumentException("the document is nested more than " + DEPTH_MAX + " levels deep");
        }
    }

    private boolean closes(char end) {
        skipSpace();
        if (peek() != end) {
            return false;
        }
        at++;
        return true;
    }

    private boolean continues(char end) {
        skipSpace();
        if (peek() == ',') {
            at++;
            return true;
        }
        expect(end);
        return false;
    }

    private String string() {
        expect('"');
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return text.substring(start, at - 1);
            }
            if (c == '\\') {
                return escapedString(start);
            }
        }
        throw unexpected();
    }

    /** The rest of a string, whose first backslash has just been read. */
    private String escapedString(int start) {
        StringBuilder string = new StringBuilder(text.substring(start, --at));
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return string.toString();
            }
            string.append(c == '\\' ? escape() : c);
        }
        throw unexpected();
    }

    private char escape() {
        char c = peek();
        at++;
        switch (c) {
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                return unicode();
            case '"':
            case '\\':
            case '/':
                return c;
            default:
                at--;
                throw unexpected();
        }
    }

    private char unicode() {
        int code = 0;
        for (int end = at + 4; at < end; at++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw unexpected();
            }
            code = code << 4 | digit;
        }
        return (char) code;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw unexpected();
        }
        at += word.length();
        return value;
    }

    private Number number() {
        int start = at;
        skip('-');
        int digits = at;
        skipDigits();
        // No number begins with a superfluous zero.
        if (at - digits > 1 && text.charAt(digits) == '0') {
            at = digits + 1;
            throw unexpected();
        }
        boolean whole = true;
        if (skip('.')) {
            whole = false;
            skipDigits();
        }
        if (skip('e') || skip('E')) {
            whole = false;
            if (!skip('-')) {
                skip('+');
            }
            skipDigits();
        }
        String number = text.substring(start, at);
        return whole ? whole(number) : fraction(number);
    }

    private static Number whole(String number) {
        if (number.length() < 19) {
            long value = Long.parseLong(number);
            return value == (int) value ? Integer.valueOf((int) value) : (Number) Long.valueOf(value);
        }
        BigInteger value = new BigInteger(number);
        return value.bitLength() < 64 ? Long.valueOf(value.longValue()) : (Number) value;
    }

    private static Number fraction(String number) {
        double value = Double.parseDouble(number);
        // What has so few digits is the same when it is printed again.
        return number.length() <= 16 && !Double.isInfinite(value) ? (Number) value : new BigDecimal(number);
    }

    private void skipDigits() {
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == start) {
            throw unexpected();
        }
    }

    private boolean skip(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void expect(char c) {
        if (peek() != c) {
            throw unexpected();
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw unexpected();
        }
        return text.charAt(at);
    }

    private IllegalArgumentException unexpected() {
        return new IllegalArgumentException(at < text.length()
                ? "Unexpected character ('" + text.charAt(at) + "') at position " + at
                : "Unexpected end of the document");
    }
}
