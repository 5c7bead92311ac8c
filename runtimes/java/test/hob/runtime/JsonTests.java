package hob.runtime;

import static hob.runtime.Tests.assertEquals;

import hob.runtime.json.Binder;
import hob.runtime.json.JsonReader;
import hob.runtime.json.JsonWriter;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;

/** Between JSON and Java, with the conventions of AWS's runtime. */
final class JsonTests {
    private JsonTests() {}

    private static Object read(String json) {
        return JsonReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static Object bind(String json, Type type) {
        return Binder.bind(read(json), type);
    }

    private static void refused(String json) {
        try {
            read(json);
        } catch (IllegalArgumentException expected) {
            return;
        }
        throw new AssertionError("not refused: " + json);
    }

    static void everyKindOfValueIsRead() {
        assertEquals("{a=[1, 2.5, x, true, false, null, {}], b=[]}",
                read(" {\"a\" : [1,2.5,\"x\",true,false,null,{}], \"b\":[]} ").toString());
        assertEquals(null, read(""));
    }

    static void escapesAreRead() {
        assertEquals("\b\f\n\r\t\"\\/\u00e9\ud83d\ude00", read("\"\\b\\f\\n\\r\\t\\\"\\\\\\/\\u00e9\\ud83d\\uDE00\""));
    }

    static void aNumberIsTheFirstTypeThatHoldsIt() {
        assertEquals(2147483647, read("2147483647"));
        assertEquals(-2147483649L, read("-2147483649"));
        assertEquals(9223372036854775807L, read("9223372036854775807"));
        assertEquals(new BigInteger("9223372036854775808"), read("9223372036854775808"));
        assertEquals(1.5e300, read("1.5e300"));
        assertEquals(new BigDecimal("0.12345678901234567890"), read("0.12345678901234567890"));
    }

    static void whatIsNoJsonIsRefused() {
        String[] documents = {"{", "[1,]", "[1 2]", "{\"a\"}", "{a:1}", "tru", "01", "1.", "-", "\"", "\"\\x\"", "\"\\u12\"", "1 2", "nulll"};
        for (String json : documents) {
            refused(json);
        }
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 100_000; i++) {
            deep.append('[');
        }
        refused(deep.toString());
    }

    static void noDocumentMakesTheReaderFailInAnotherWay() {
        Random random = new Random(1);
        String alphabet = "{}[]\",:\\u01.-eE tfnrals\u00e9";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder json = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                json.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Object value = read(json.toString());
                read(JsonWriter.toString(value));
            } catch (IllegalArgumentException refused) {
                // As it should be.
            }
        }
    }

    static void nullsAreLeftOutAndOrderIsKept() {
        Map<String, Object> map = new java.util.LinkedHashMap<String, Object>();
        map.put("b", null);
        map.put("a", Arrays.asList(null, 1L, 'c', Optional.of("o"), new int[] {1, 2}, Double.NaN));
        map.put("c", "\"\\\u0001\n\u2028");
        assertEquals("{\"a\":[null,1,\"c\",\"o\",[1,2],\"NaN\"],\"c\":\"\\\"\\\\\\u0001\\n\u2028\"}",
                JsonWriter.toString(map));
    }

    static void timesAreNumbers() {
        assertEquals("1700000000123", JsonWriter.toString(new Date(1700000000123L)));
        assertEquals("1700000000.123000000", JsonWriter.toString(Instant.ofEpochMilli(1700000000123L)));
        assertEquals("[2026,1,2]", JsonWriter.toString(LocalDate.of(2026, 1, 2)));
        assertEquals("\"00000000-0000-0001-0000-000000000002\"", JsonWriter.toString(new UUID(1, 2)));
    }

    static void timesAreReadInEachForm() {
        assertEquals(new Date(1700000000123L), bind("1700000000123", Date.class));
        assertEquals(new Date(1700000000123L), bind("1700000000.123", Date.class));
        assertEquals(new Date(1700000000123L), bind("\"2023-11-14T22:13:20.123Z\"", Date.class));
        assertEquals(Instant.ofEpochMilli(1700000000123L), bind("1700000000.123", Instant.class));
        assertEquals(Instant.ofEpochSecond(1700000000), bind("\"2023-11-14T22:13:20Z\"", Instant.class));
        assertEquals(LocalDate.of(2026, 1, 2), bind("[2026,1,2]", LocalDate.class));
        assertEquals(LocalDate.of(2026, 1, 2), bind("\"2026-01-02\"", LocalDate.class));
    }

    static void scalarsAreConvertedWhereNothingIsLost() {
        assertEquals(12, bind("\"12\"", int.class));
        assertEquals("12", bind("12", String.class));
        assertEquals(0, bind("null", int.class));
        assertEquals(null, bind("\"\"", Integer.class));
        assertEquals(true, bind("\"true\"", boolean.class));
        assertEquals(new BigDecimal("1.10"), bind("\"1.10\"", BigDecimal.class));
        for (String tooMuch : new String[] {"2147483648", "\"x\"", "{}", "[1,2]"}) {
            try {
                bind(tooMuch, int.class);
                throw new AssertionError("not refused: " + tooMuch);
            } catch (IllegalArgumentException expected) {
                // As it should be.
            }
        }
    }

    /** As in AWS's event classes: names differ in case, lists are nested, and one has no usable constructor. */
    static class Event {
        private List<Entry> records;
        private String eventSourceArn;
        private boolean base64;

        public List<Entry> getRecords() {
            return records;
        }

        public void setRecords(List<Entry> records) {
            this.records = records;
        }

        public String getEventSourceArn() {
            return eventSourceArn;
        }

        public void setEventSourceArn(String eventSourceArn) {
            this.eventSourceArn = eventSourceArn;
        }

        public boolean getIsBase64() {
            return base64;
        }

        public void setIsBase64(boolean base64) {
            this.base64 = base64;
        }
    }

    static final class Entry {
        private final String name;
        private final Map<String, Integer> sizes;

        Entry(String name, Map<String, Integer> sizes) {
            this.name = name;
            this.sizes = sizes;
        }

        public String getName() {
            return name;
        }

        public Map<String, Integer> getSizes() {
            return sizes;
        }
    }

    static void anEventClassIsFilled() {
        Event event = (Event) bind("{\"Records\":[{\"name\":\"n\",\"sizes\":{\"a\":1}}],\"eventSourceARN\":\"arn\","
                + "\"isBase64\":true,\"unknown\":{}}", Event.class);
        assertEquals("n", event.records.get(0).name);
        assertEquals(Collections.singletonMap("a", 1), event.records.get(0).sizes);
        assertEquals("arn", event.eventSourceArn);
        assertEquals(true, event.base64);
    }

    static class Pair<A, B extends Number> {
        public A left;
        public List<B> right;
    }

    static class Holder {
        public Pair<String, Long> pair;
        public Pair<Integer, ? extends Double>[] pairs;
        public Map<Kind, Optional<Integer>> byKind;
    }

    enum Kind {
        ONE
    }

    static void genericTypesAreFilledWithWhatTheyStandFor() {
        Holder holder = (Holder) bind("{\"pair\":{\"left\":1,\"right\":[2]},\"pairs\":[{\"left\":3,\"right\":[4]}],"
                + "\"byKind\":{\"ONE\":5}}", Holder.class);
        assertEquals("1", holder.pair.left);
        assertEquals(Collections.singletonList(2L), holder.pair.right);
        assertEquals(3, holder.pairs[0].left);
        assertEquals(Optional.of(5), new HashMap<Kind, Optional<Integer>>(holder.byKind).get(Kind.ONE));
        assertEquals("{\"pair\":{\"left\":\"1\",\"right\":[2]},\"pairs\":[{\"left\":3,\"right\":[4.0]}],\"byKind\":{\"ONE\":5}}",
                JsonWriter.toString(holder));
    }
}
