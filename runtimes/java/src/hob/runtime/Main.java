package hob.runtime;

import java.util.Map;

/** Start, then one invocation after another until the sandbox ends. */
public final class Main {
    private Main() {}

    /** The argument is the folder of the layers' jars. */
    public static void main(String[] arguments) throws Exception {
        RuntimeApi api = new RuntimeApi(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        if (Parking.isParked()) {
            Parking.waitForFunction(api, arguments[0]);
        }
        Map<String, String> variables = System.getenv();
        Output.useUtf8();
        new Life(api, variables, arguments[0], new FunctionLog(variables, Output.raw())).live();
    }
}
