package hob.runtime.json;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;

/** Moments are seconds with nine decimals; dates and times of day are arrays of numbers, the year or hour first. */
final class Times {
    /** In milliseconds 1973, in seconds the year 5138: a number below it counts seconds, as AWS's events do. */
    private static final double SECONDS_MAX = 1e11;

    private Times() {}

    static boolean isTime(Object value) {
        return value instanceof Instant || value instanceof OffsetDateTime || value instanceof ZonedDateTime
                || value instanceof LocalDate || value instanceof LocalDateTime || value instanceof LocalTime;
    }

    static String toJson(Object time) {
        if (time instanceof LocalDate) {
            return "[" + date((LocalDate) time) + "]";
        }
        if (time instanceof LocalTime) {
            return "[" + time((LocalTime) time) + "]";
        }
        if (time instanceof LocalDateTime) {
            LocalDateTime both = (LocalDateTime) time;
            return "[" + date(both.toLocalDate()) + "," + time(both.toLocalTime()) + "]";
        }
        Instant moment = time instanceof Instant ? (Instant) time
                : time instanceof OffsetDateTime ? ((OffsetDateTime) time).toInstant()
                : ((ZonedDateTime) time).toInstant();
        return BigDecimal.valueOf(moment.getEpochSecond()).add(BigDecimal.valueOf(moment.getNano(), 9)).toPlainString();
    }

    private static String date(LocalDate date) {
        return date.getYear() + "," + date.getMonthValue() + "," + date.getDayOfMonth();
    }

    private static String time(LocalTime time) {
        String minutes = time.getHour() + "," + time.getMinute();
        if (time.getNano() != 0) {
            return minutes + "," + time.getSecond() + "," + time.getNano();
        }
        return time.getSecond() == 0 ? minutes : minutes + "," + time.getSecond();
    }

    /** `null`: `type` is none of those that a number can stand for. */
    static Object fromNumber(Number number, Class<?> type) {
        if (type == Date.class) {
            double value = number.doubleValue();
            return new Date(Math.abs(value) < SECONDS_MAX ? Math.round(value * 1000) : number.longValue());
        }
        if (type != Instant.class && type != OffsetDateTime.class && type != ZonedDateTime.class) {
            return null;
        }
        BigDecimal seconds = new BigDecimal(number.toString());
        long whole = seconds.longValue();
        Instant moment = Instant.ofEpochSecond(whole,
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue());
        return type == Instant.class ? moment
                : type == OffsetDateTime.class ? moment.atOffset(ZoneOffset.UTC) : moment.atZone(ZoneOffset.UTC);
    }

    /** `null`: `type` is none of those that an array can stand for. */
    static Object fromNumbers(List<?> numbers, Class<?> type) {
        if (type == LocalDate.class) {
            return LocalDate.of(at(numbers, 0), at(numbers, 1), at(numbers, 2));
        }
        if (type == LocalTime.class) {
            return LocalTime.of(at(numbers, 0), at(numbers, 1), at(numbers, 2), at(numbers, 3));
        }
        if (type == LocalDateTime.class) {
            return LocalDateTime.of(at(numbers, 0), at(numbers, 1), at(numbers, 2), at(numbers, 3), at(numbers, 4),
                    at(numbers, 5), at(numbers, 6));
        }
        return null;
    }

    /** What is left out at the end is zero. */
    private static int at(List<?> numbers, int i) {
        return i < numbers.size() ? ((Number) numbers.get(i)).intValue() : 0;
    }

    static Date date(String text) {
        String[] forms = {"yyyy-MM-dd'T'HH:mm:ss.SSSX", "yyyy-MM-dd'T'HH:mm:ssX", "yyyy-MM-dd"};
        for (String form : forms) {
            java.text.SimpleDateFormat format = new java.text.SimpleDateFormat(form, java.util.Locale.ROOT);
            format.setTimeZone(java.util.TimeZone.getTimeZone("UTC"));
            format.setLenient(false);
            java.text.ParsePosition end = new java.text.ParsePosition(0);
            Date date = format.parse(text, end);
            if (date != null && end.getIndex() == text.length()) {
                return date;
            }
        }
        throw Binder.mismatch(text, Date.class);
    }
}
