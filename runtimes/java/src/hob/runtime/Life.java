package hob.runtime;

import java.io.IOException;
import java.util.Map;

/** The life of one function's process. */
final class Life {
    /** Where the X-Ray SDK and others look for the trace, on every Java that AWS still has. */
    private static final String TRACE_PROPERTY = "com.amazonaws.xray.traceHeader";

    private final RuntimeApi api;
    private final Map<String, String> variables;
    private final String layers;
    private final FunctionLog log;
    private FunctionClassLoader loader;

    Life(RuntimeApi api, Map<String, String> variables, String layers, FunctionLog log) {
        this.api = api;
        this.variables = variables;
        this.layers = layers;
        this.log = log;
    }

    void live() throws IOException {
        Handler handler = load();
        while (true) {
            serve(handler, api.next());
        }
    }

    /** The function's handler. Faults that AWS reports as the invocation's become a handler that reports them. */
    Handler load() throws IOException {
        String root = variables.get("LAMBDA_TASK_ROOT");
        loader = FunctionClassLoader.of(root, layers);
        Thread.currentThread().setContextClassLoader(loader);
        try {
            AwsInterfaces aws = loader.awsInterfaces(new FunctionFacts(variables), log);
            return Handlers.load(variables.get("_HANDLER"), loader, aws);
        } catch (final Fault fault) {
            if (fault.endsProcess) {
                log.error(fault.report());
                api.postInitError(ErrorDocument.of(fault));
                System.exit(1);
            }
            return new Handler() {
                @Override
                public void handle(Invocation invocation, ResponseBody response) {
                    throw fault;
                }
            };
        }
    }

    void serve(Handler handler, Invocation invocation) throws IOException {
        log.requestId = invocation.requestId;
        log.tenantId = invocation.header("lambda-runtime-aws-tenant-id");
        loader.tellLog4j(invocation.requestId);
        trace(invocation.header("lambda-runtime-trace-id"));
        ResponseBody response = new ResponseBody();
        try {
            handler.handle(invocation, response);
        } catch (Throwable thrown) {
            fail(invocation, thrown);
            return;
        } finally {
            // Left over from the function's own threads, it would break our connection.
            Thread.interrupted();
        }
        api.postResponse(invocation, response);
    }

    private void fail(Invocation invocation, Throwable thrown) throws IOException {
        Traces.cut(thrown);
        boolean isFault = thrown instanceof Fault;
        Fault fault = isFault ? (Fault) thrown : Fault.of(thrown);
        log.error(fault.report());
        api.postError(invocation, isFault ? ErrorDocument.of(fault) : ErrorDocument.of(thrown));
        if (fault.endsProcess || thrown instanceof VirtualMachineError || thrown instanceof java.io.IOError) {
            System.exit(1);
        }
    }

    private static void trace(String trace) {
        if (trace == null) {
            System.clearProperty(TRACE_PROPERTY);
        } else {
            System.setProperty(TRACE_PROPERTY, trace);
        }
    }
}
