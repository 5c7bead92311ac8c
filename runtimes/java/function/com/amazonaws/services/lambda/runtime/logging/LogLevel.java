package com.amazonaws.services.lambda.runtime.logging;

import java.util.Locale;

public enum LogLevel {
    UNDEFINED,
    TRACE,
    DEBUG,
    INFO,
    WARN,
    ERROR,
    FATAL;

    public static LogLevel fromString(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (RuntimeException unknown) {
            return UNDEFINED;
        }
    }
}
