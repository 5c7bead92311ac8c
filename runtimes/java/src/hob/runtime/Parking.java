package hob.runtime;

import hob.runtime.json.JsonReader;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A runtime that starts before its function is known. It loads what any function needs, waits for its assignment, and
 * is from then on what a fresh process with that function's environment variables would be.
 */
final class Parking {
    private Parking() {}

    static boolean isParked() {
        return System.getenv("HOB_PARKED") != null;
    }

    /** Returns when there is a function, and the process is that function's. */
    static void waitForFunction(RuntimeApi api, String layers) throws Exception {
        Rehearsal.run(layers);
        Map<String, String> variables = new LinkedHashMap<String, String>();
        for (Map.Entry<?, ?> variable : ((Map<?, ?>) JsonReader.read(api.assignment())).entrySet()) {
            variables.put((String) variable.getKey(), (String) variable.getValue());
        }
        become(variables);
    }

    static void become(Map<String, String> variables) throws Exception {
        Native.replaceEnvironment(variables);
        Native.changeTo(variables.get("LAMBDA_TASK_ROOT"));
    }
}
