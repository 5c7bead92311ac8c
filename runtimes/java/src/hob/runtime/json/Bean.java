package hob.runtime.json;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a class has to read and to write: getters and setters, and public fields. Records have their accessors. */
final class Bean {
    private static final Map<Class<?>, Bean> KNOWN = new HashMap<Class<?>, Bean>();

    private final Class<?> type;
    private final Map<String, Property> readable = new LinkedHashMap<String, Property>();
    private final Map<String, Property> writable = new HashMap<String, Property>();
    /** By name in lower case: AWS's event classes call `eventSourceArn` what the event calls `eventSourceARN`. */
    private final Map<String, Property> similar = new HashMap<String, Property>();
    private Constructor<?> constructor;

    static synchronized Bean of(Class<?> type) {
        Bean bean = KNOWN.get(type);
        if (bean == null) {
            bean = new Bean(type);
            KNOWN.put(type, bean);
        }
        return bean;
    }

    private Bean(Class<?> type) {
        this.type = type;
        List<Method> methods = publicMethods();
        for (Field field : type.getFields()) {
            if (!Modifier.isStatic(field.getModifiers())) {
                FieldProperty property = new FieldProperty(field);
                readable.put(property.name, property);
                writable.put(property.name, property);
            }
        }
        for (Method method : methods) {
            addGetter(method);
            addSetter(method);
        }
        if (Records.isRecord(type)) {
            addComponents();
        } else if (findConstructor() == null) {
            addPrivateFields();
        }
        for (Property property : writable.values()) {
            similar.put(property.name.toLowerCase(Locale.ROOT), property);
        }
    }

    /** In the order of declaration as far as the JVM keeps it, without those that a subclass overrides. */
    private List<Method> publicMethods() {
        List<Method> methods = new ArrayList<Method>();
        for (Method method : type.getMethods()) {
            int modifiers = method.getModifiers();
            if (!Modifier.isStatic(modifiers) && !method.isBridge() && method.getDeclaringClass() != Object.class) {
                methods.add(method);
            }
        }
        return methods;
    }

    private void addGetter(Method method) {
        if (method.getParameterTypes().length != 0 || method.getReturnType() == void.class) {
            return;
        }
        String name = propertyName(method.getName(), "get");
        Class<?> returned = method.getReturnType();
        if (name == null && (returned == boolean.class || returned == Boolean.class)) {
            name = propertyName(method.getName(), "is");
        }
        if (name != null) {
            readable.put(name, new MethodProperty(name, method, method.getGenericReturnType()));
        }
    }

    private void addSetter(Method method) {
        String name = propertyName(method.getName(), "set");
        if (name != null && method.getParameterTypes().length == 1) {
            Type parameter = method.getGenericParameterTypes()[0];
            MethodProperty property = new MethodProperty(name, method, parameter);
            // Of overloads the one that takes what the getter returns.
            Property getter = readable.get(name);
            if (!writable.containsKey(name) || (getter != null && getter.type.equals(parameter))) {
                writable.put(name, property);
            }
        }
    }

    /** For classes that can only be made by constructors whose parameters have no names. */
    private void addPrivateFields() {
        for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !writable.containsKey(field.getName())) {
                    FieldProperty property = new FieldProperty(field);
                    writable.put(property.name, property);
                }
            }
        }
    }

    private void addComponents() {
        for (Field component : Records.components(type)) {
            readable.put(component.getName(), new FieldProperty(component));
        }
    }

    /** `name` of `getName`, `URL` of `getURL`, as java.beans has it; or null. */
    private static String propertyName(String method, String prefix) {
        int length = prefix.length();
        if (!method.startsWith(prefix) || method.length() == length) {
            return null;
        }
        String name = method.substring(length);
        boolean acronym = name.length() > 1 && Character.isUpperCase(name.charAt(1))
                && Character.isUpperCase(name.charAt(0));
        return acronym ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    Collection<Property> readable() {
        return readable.values();
    }

    /** The property that a member of an object stands for, or null. */
    Property writable(String member) {
        Property property = writable.get(member);
        return property == null ? similar.get(member.toLowerCase(Locale.ROOT)) : property;
    }

    Object make() {
        try {
            Constructor<?> found = findConstructor();
            return found == null ? Records.makeWithoutConstructor(type) : found.newInstance();
        } catch (InvocationTargetException thrown) {
            throw new IllegalArgumentException("Cannot construct instance of `" + type.getName() + "`",
                    thrown.getCause());
        } catch (ReflectiveOperationException refused) {
            throw new IllegalArgumentException("Cannot construct instance of `" + type.getName() + "`", refused);
        }
    }

    private Constructor<?> findConstructor() {
        if (constructor == null && !Modifier.isAbstract(type.getModifiers())) {
            try {
                constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
            } catch (NoSuchMethodException none) {
                return null;
            }
        }
        return constructor;
    }

    /** One property, read or written. */
    abstract static class Property {
        final String name;
        final Type type;

        Property(String name, Type type) {
            this.name = name;
            this.type = type;
        }

        abstract Object get(Object bean);

        abstract void set(Object bean, Object value);
    }

    private static final class MethodProperty extends Property {
        private final Method method;

        MethodProperty(String name, Method method, Type type) {
            super(name, type);
            this.method = method;
            // The class itself need not be public.
            method.setAccessible(true);
        }

        @Override
        Object get(Object bean) {
            return call(bean);
        }

        @Override
        void set(Object bean, Object value) {
            call(bean, value);
        }

        private Object call(Object bean, Object... arguments) {
            try {
                return method.invoke(bean, arguments);
            } catch (InvocationTargetException thrown) {
                throw new IllegalArgumentException(
                        method + " failed: " + thrown.getCause(), thrown.getCause());
            } catch (IllegalAccessException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private static final class FieldProperty extends Property {
        private final Field field;

        FieldProperty(Field field) {
            super(field.getName(), field.getGenericType());
            this.field = field;
            field.setAccessible(true);
        }

        @Override
        Object get(Object bean) {
            try {
                return field.get(bean);
            } catch (IllegalAccessException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        @Override
        void set(Object bean, Object value) {
            try {
                field.set(bean, value);
            } catch (IllegalAccessException finalField) {
                throw new IllegalArgumentException("Cannot set `" + name + "`", finalField);
            }
        }
    }
}
