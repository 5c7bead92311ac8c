package hob.runtime;

/** Moments as text, without java.time's formatters, whose loading a first log line would have to wait for. */
final class Timestamps {
    private Timestamps() {}

    /** Such as `2026-01-02T03:04:05.678Z`. */
    static String iso(long milliseconds) {
        long days = Math.floorDiv(milliseconds, 86_400_000L);
        int rest = (int) Math.floorMod(milliseconds, 86_400_000L);
        java.time.LocalDate date = java.time.LocalDate.ofEpochDay(days);
        StringBuilder text = new StringBuilder(24).append(date).append('T');
        pad(text, rest / 3_600_000, 2).append(':');
        pad(text, rest / 60_000 % 60, 2).append(':');
        pad(text, rest / 1000 % 60, 2).append('.');
        return pad(text, rest % 1000, 3).append('Z').toString();
    }

    private static StringBuilder pad(StringBuilder text, int number, int digits) {
        String plain = Integer.toString(number);
        for (int i = plain.length(); i < digits; i++) {
            text.append('0');
        }
        return text.append(plain);
    }
}
