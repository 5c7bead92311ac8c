package hob.runtime;

/** A function, in whichever form it was written. */
interface Handler {
    void handle(Invocation invocation, ResponseBody response) throws Throwable;
}
