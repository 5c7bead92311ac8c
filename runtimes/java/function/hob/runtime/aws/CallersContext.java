package hob.runtime.aws;

import com.amazonaws.services.lambda.runtime.Client;
import com.amazonaws.services.lambda.runtime.ClientContext;
import hob.runtime.json.Binder;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a caller says about itself. */
final class CallersContext implements ClientContext {
    private final Map<?, ?> document;

    CallersContext(Map<?, ?> document) {
        this.document = document;
    }

    @Override
    public Client getClient() {
        Object client = document.get("client");
        return client instanceof Map ? new CallersClient((Map<?, ?>) client) : null;
    }

    @Override
    public Map<String, String> getCustom() {
        return texts("custom");
    }

    @Override
    public Map<String, String> getEnvironment() {
        return texts("env");
    }

    private Map<String, String> texts(String name) {
        if (!(document.get(name) instanceof Map)) {
            return null;
        }
        Map<String, String> texts = new LinkedHashMap<String, String>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) document.get(name)).entrySet()) {
            texts.put((String) entry.getKey(), (String) Binder.bind(entry.getValue(), String.class));
        }
        return texts;
    }
}
