package dev.quilla.apiserver.http;

/** The forms in which objects are sent. */
enum Representation {
    JSON,
    YAML,
    TABLE,
    PARTIAL;

    /** The first form of an {@code Accept} header that is known; JSON where none is. */
    static Representation of(String accept) {
        for (String part : accept.split(",")) {
            String type = part.strip();
            if (type.contains("as=Table") && type.contains("g=meta.k8s.io")) {
                return TABLE;
            }
            if (type.contains("as=PartialObjectMetadata")) {
                return PARTIAL;
            }
            if (type.startsWith("application/json") || type.startsWith("*/*")) {
                return JSON;
            }
            if (type.startsWith("application/yaml")) {
                return YAML;
            }
        }
        return JSON;
    }
}
