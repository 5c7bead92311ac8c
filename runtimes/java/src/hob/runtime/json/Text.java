package hob.runtime.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/** Types whose values are strings in JSON: UUID, URI, Locale, java.time's, Joda's and others with the usual factories. */
final class Text {
    private static final String[] FACTORIES = {"parse", "fromString", "valueOf", "of", "create", "forLanguageTag"};

    private Text() {}

    /** Of those in the platform and in Joda; anything else is an object with properties. */
    static boolean isText(Class<?> type) {
        String name = type.getName();
        return name.startsWith("java.") || name.startsWith("javax.") || name.startsWith("sun.")
                || name.startsWith("org.joda.time.");
    }

    static Object parse(String text, Class<?> type) {
        try {
            for (String factory : FACTORIES) {
                for (Class<?> parameter : new Class<?>[] {String.class, CharSequence.class}) {
                    Method method = factory(type, factory, parameter);
                    if (method != null) {
                        return method.invoke(null, text);
                    }
                }
            }
            Constructor<?> constructor = type.getConstructor(String.class);
            return constructor.newInstance(text);
        } catch (InvocationTargetException refused) {
            throw new IllegalArgumentException(String.valueOf(refused.getCause().getMessage()), refused.getCause());
        } catch (ReflectiveOperationException none) {
            throw Binder.mismatch(text, type);
        }
    }

    private static Method factory(Class<?> type, String name, Class<?> parameter) {
        try {
            Method method = type.getMethod(name, parameter);
            boolean makes = Modifier.isStatic(method.getModifiers()) && type.isAssignableFrom(method.getReturnType());
            return makes ? method : null;
        } catch (NoSuchMethodException none) {
            return null;
        }
    }
}
