package hob.runtime.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Objects that are not made by a constructor without parameters. The source knows no records: it compiles for Java 8. */
final class Records {
    private Records() {}

    static boolean isRecord(Class<?> type) {
        return type.getSuperclass() != null && type.getSuperclass().getName().equals("java.lang.Record");
    }

    /** The components, which are fields of the same name, in order. */
    static List<Field> components(Class<?> record) {
        List<Field> components = new ArrayList<Field>();
        for (Field field : record.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                components.add(field);
            }
        }
        return components;
    }

    static Object make(Class<?> record, Map<?, ?> members, Map<TypeVariable<?>, Type> known) {
        List<Field> components = components(record);
        Class<?>[] types = new Class<?>[components.size()];
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            Field component = components.get(i);
            types[i] = component.getType();
            values[i] = Binder.bind(members.get(component.getName()), component.getGenericType(), known);
        }
        try {
            Constructor<?> constructor = record.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException thrown) {
            throw new IllegalArgumentException("Cannot construct instance of `" + record.getName() + "`",
                    thrown.getCause());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As serialisation does it: with all fields zero or null. */
    static Object makeWithoutConstructor(Class<?> type) throws ReflectiveOperationException {
        if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
            throw new InstantiationException("it is abstract");
        }
        Class<?> unsafe = Class.forName("sun.misc.Unsafe");
        Field instance = unsafe.getDeclaredField("theUnsafe");
        instance.setAccessible(true);
        Method allocate = unsafe.getMethod("allocateInstance", Class.class);
        return allocate.invoke(instance.get(null), type);
    }
}
