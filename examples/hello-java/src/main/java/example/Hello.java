package example;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.Map;

public class Hello implements RequestHandler<Hello.Person, Map<String, String>> {
    /** The event: what it does not name is null. */
    public record Person(String name) {}

    @Override
    public Map<String, String> handleRequest(Person person, Context context) {
        String name = person.name() == null ? "world" : person.name();
        context.getLogger().log("greeting " + name + "\n");
        return Map.of("message", "Hello " + name + "!");
    }
}
