package hob.runtime;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/** Runs every static method without parameters of the test classes. No library: a JDK is all that is needed. */
public final class Tests {
    private static final Class<?>[] CLASSES = {JsonTests.class, LogTests.class, RuntimeApiTests.class};

    private Tests() {}

    public static void main(String[] arguments) throws IllegalAccessException {
        int run = 0;
        int failed = 0;
        for (Class<?> tests : CLASSES) {
            for (Method test : tests.getDeclaredMethods()) {
                if (!Modifier.isPrivate(test.getModifiers()) && test.getParameterTypes().length == 0) {
                    run++;
                    failed += succeeds(test) ? 0 : 1;
                }
            }
        }
        System.out.println(run + " tests of Java's runtime, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static boolean succeeds(Method test) throws IllegalAccessException {
        try {
            test.setAccessible(true);
            test.invoke(null);
            return true;
        } catch (InvocationTargetException failure) {
            System.out.println("FAILED " + test.getDeclaringClass().getSimpleName() + "." + test.getName());
            failure.getCause().printStackTrace(System.out);
            return false;
        }
    }

    static void assertEquals(Object expected, Object actual) {
        boolean equal = expected == null ? actual == null : expected.equals(actual);
        if (!equal) {
            throw new AssertionError("expected " + expected + "\n but got " + actual);
        }
    }

    static void assertBytes(byte[] expected, byte[] actual) {
        assertEquals(Arrays.toString(expected), Arrays.toString(actual));
    }
}
