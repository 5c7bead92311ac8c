package hob.runtime;

/** Start, then one invocation after another until the sandbox ends. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        RuntimeApi api = new RuntimeApi(System.getenv("AWS_LAMBDA_RUNTIME_API"));
        if (Parking.isParked()) {
            Parking.waitForFunction(api);
        }
        new Life(api, System.getenv()).live();
    }
}
