package hob.runtime;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;

/** From the configured handler name to something that can be called. The texts of faults are AWS's. */
final class Handlers {
    private Handlers() {}

    /** `package.Class`, which implements one of AWS's interfaces, or `package.Class::method`. */
    static Handler load(String name, FunctionClassLoader loader, AwsInterfaces aws) {
        int colons = name.lastIndexOf("::");
        String className = colons < 0 ? name : name.substring(0, colons);
        String method = colons < 0 ? null : name.substring(colons + 2);
        if (className.isEmpty() || (method != null && method.isEmpty())) {
            throw new Fault("Invalid handler: `" + name + "'");
        }
        Class<?> type = loadClass(className, loader);
        if (method != null) {
            return Methods.choose(type, method, loader, aws);
        }
        if (aws.streamHandlerType().isAssignableFrom(type)) {
            return new InterfaceHandlers.Stream(instance(type), aws);
        }
        if (aws.requestHandlerType().isAssignableFrom(type)) {
            return requestHandler(type, loader, aws);
        }
        throw new Fault("Class does not implement an appropriate handler interface: " + className);
    }

    private static Class<?> loadClass(String name, ClassLoader loader) {
        try {
            return Class.forName(name, true, loader);
        } catch (ClassNotFoundException missing) {
            throw new Fault("Class not found: " + name, missing, false);
        } catch (Throwable broken) {
            // Its static initialiser ran and failed, or it is no class of this version of Java.
            String detail = broken.getMessage() == null ? "" : ": " + broken.getMessage();
            boolean endsProcess = !(broken instanceof NoClassDefFoundError);
            throw new Fault("Error loading class " + name + detail, broken, endsProcess);
        }
    }

    private static Handler requestHandler(Class<?> type, FunctionClassLoader loader, AwsInterfaces aws) {
        TypeArguments types = TypeArguments.of(type, aws.requestHandlerType());
        if (types == null) {
            throw new Fault("Class " + type.getName()
                    + " does not implement RequestHandler with concrete type parameters");
        }
        for (Type argument : types.arguments) {
            if (argument instanceof TypeVariable && !isBounded((TypeVariable<?>) argument)) {
                throw new Fault("Class " + type.getName()
                        + " does not implement RequestHandler with concrete type parameters: parameter " + argument
                        + " has no upper bound.");
            }
        }
        Events events = new Events(types.arguments[0], types.arguments[1], types.variables, loader, aws);
        return new InterfaceHandlers.Request(instance(type), events, aws);
    }

    private static boolean isBounded(TypeVariable<?> variable) {
        for (Type bound : variable.getBounds()) {
            if (bound != Object.class) {
                return true;
            }
        }
        return false;
    }

    static Object instance(Class<?> type) {
        Constructor<?> constructor;
        try {
            constructor = type.getConstructor();
        } catch (NoSuchMethodException missing) {
            boolean inner = type.getEnclosingClass() != null && !Modifier.isStatic(type.getModifiers());
            String why = inner
                    ? " cannot be instantiated because it is a non-static inner class"
                    : " has no public zero-argument constructor";
            throw new Fault("Class " + type.getName() + why, new Exception(), false);
        }
        try {
            return constructor.newInstance();
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            throw new Fault(Fault.messageOf(cause), cause, true);
        } catch (ReflectiveOperationException refused) {
            throw Fault.of(refused);
        }
    }
}
