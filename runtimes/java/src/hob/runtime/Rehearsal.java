package hob.runtime;

/** The life of a function gone through before there is one, so that the classes for it are loaded and initialised. */
final class Rehearsal {
    private Rehearsal() {}

    static void run() throws Exception {
    }
}
