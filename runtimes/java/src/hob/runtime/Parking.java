package hob.runtime;

import hob.runtime.json.JsonReader;
import java.util.HashMap;
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

    /** Returns when there is a function, and the environment is that function's. */
    static void waitForFunction(RuntimeApi api) throws Exception {
        Environment environment = new Environment();
        Rehearsal.run();
        Map<String, String> variables = new HashMap<String, String>();
        for (Map.Entry<?, ?> variable : ((Map<?, ?>) JsonReader.read(api.assignment())).entrySet()) {
            variables.put((String) variable.getKey(), (String) variable.getValue());
        }
        environment.become(variables);
        NativeProcess.become(variables);
        String root = variables.get("LAMBDA_TASK_ROOT");
        NativeProcess.changeTo(root);
        System.setProperty("user.dir", root);
    }
}
