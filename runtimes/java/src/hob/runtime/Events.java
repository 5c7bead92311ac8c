package hob.runtime;

import hob.runtime.json.JsonReader;
import hob.runtime.json.JsonWriter;
import hob.runtime.json.Binder;
import java.io.ByteArrayInputStream;
import java.lang.reflect.Type;

/** Between JSON and a handler's own types. */
final class Events {
    private final Type input;
    private final Type output;
    private final AwsInterfaces aws;
    /** The package's own, or null. */
    private final Object serializer;

    /** `input` is null if the handler takes no event. */
    Events(Type input, Type output, FunctionClassLoader loader, AwsInterfaces aws) {
        this.input = input;
        this.output = output;
        this.aws = aws;
        this.serializer = aws.serializer(loader);
    }

    Object read(byte[] event) {
        try {
            return serializer == null
                    ? Binder.bind(JsonReader.read(event), input)
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
