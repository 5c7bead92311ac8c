package library;

/** What a function's package has in a jar of its own, or a layer. */
public final class Dependency {
    // Not a constant, or the compiler would copy it into the function.
    public static final String VALUE = String.valueOf("from the library");

    private Dependency() {}
}
