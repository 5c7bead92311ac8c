package hob.runtime;

import java.util.Map;

/** Start, then one invocation after another until the sandbox ends. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        RuntimeApi api = new RuntimeApi(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        if (Parking.isParked()) {
            Parking.waitForFunction(api);
        }
        Map<String, String> variables = System.getenv();
        Output.useUtf8();
        new Life(api, variables, new FunctionLog(variables, Output.raw())).live();
    }
}
