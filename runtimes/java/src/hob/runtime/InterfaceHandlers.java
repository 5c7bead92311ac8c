package hob.runtime;

import java.io.ByteArrayInputStream;

/** Handlers that implement one of AWS's interfaces. */
final class InterfaceHandlers {
    private InterfaceHandlers() {}

    /** `RequestStreamHandler` */
    static final class Stream implements Handler {
        private final Object handler;
        private final AwsInterfaces aws;

        Stream(Object handler, AwsInterfaces aws) {
            this.handler = handler;
            this.aws = aws;
        }

        @Override
        public void handle(Invocation invocation, ResponseBody response) throws Throwable {
            aws.handle(handler, new ByteArrayInputStream(invocation.event), response, aws.context(invocation));
        }
    }

    /** `RequestHandler` */
    static final class Request implements Handler {
        private final Object handler;
        private final Events events;
        private final AwsInterfaces aws;

        Request(Object handler, Events events, AwsInterfaces aws) {
            this.handler = handler;
            this.events = events;
            this.aws = aws;
        }

        @Override
        public void handle(Invocation invocation, ResponseBody response) throws Throwable {
            Object context = aws.context(invocation);
            Object event = events.read(invocation.event);
            events.write(aws.handle(handler, event, context), response);
        }
    }
}
