package hob.runtime;

import hob.runtime.json.Binder;
import hob.runtime.json.JsonReader;
import hob.runtime.json.JsonWriter;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Map;

/** Between JSON and a handler's own types. */
final class Events {
    private final Type input;
    private final Type output;
    private final Map<TypeVariable<?>, Type> variables;
    private final AwsInterfaces aws;
    /** The package's own, or null. */
    private final Object serializer;

    /** `input` is null if the handler takes no event; `variables` says what type variables in both stand for. */
    Events(
            Type input,
            Type output,
            Map<TypeVariable<?>, Type> variables,
            FunctionClassLoader loader,
            AwsInterfaces aws) {
        this.input = input;
        this.output = output;
        this.variables = variables;
        this.aws = aws;
        this.serializer = aws.serializer(loader);
    }

    Object read(byte[] event) {
        try {
            return serializer == null
                    ? Binder.bind(JsonReader.read(event), input, variables)
                    : aws.read(serializer, new ByteArrayInputStream(event), input);
        } catch (Throwable wrong) {
            Traces.cut(wrong);
            throw new RuntimeException("An error occurred during JSON parsing", wrong);
        }
    }

    void write(Object result, ResponseBody response) {
        try {
            if (serializer == null || output == void.class || output == Void.class) {
                JsonWriter.write(result, response);
            } else {
                aws.write(serializer, result, response, output);
            }
        } catch (Throwable wrong) {
            throw new RuntimeException("An error occurred during JSON serialization of response", wrong);
        }
    }
}
