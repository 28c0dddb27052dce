package dev.quilla.apiserver.discovery;

/**
 * What a request says beside its body.
 *
 * @param in {@code query} or {@code path}
 * @param type as OpenAPI calls it
 */
record Parameter(String name, String in, String type, String description) {

    static final String QUERY = "query";
    static final String PATH = "path";

    /** Paths are nothing without what stands in them. */
    boolean required() {
        return in.equals(PATH);
    }
}
