package dev.quilla.codegen;

import java.util.Set;
import javax.lang.model.SourceVersion;

/** Java names for the API's names. */
final class Names {

    private static final Set<String> OF_OBJECT =
            Set.of("wait", "notify", "notifyAll", "getClass", "hashCode", "toString", "clone");

    private Names() {}

    /** A getter's and setter's name. */
    static String method(String field) {
        StringBuilder name = new StringBuilder();
        boolean upper = false;
        for (char c : field.toCharArray()) {
            if (!Character.isJavaIdentifierPart(c) || c == '$') {
                upper = !name.isEmpty();
                continue;
            }
            name.append(upper ? Character.toUpperCase(c) : c);
            upper = false;
        }
        String result = name.toString();
        return SourceVersion.isKeyword(result) || OF_OBJECT.contains(result)
                ? result + "_"
                : result;
    }

    /** {@code hasX}, {@code clearX}. */
    static String method(String prefix, String field) {
        String name = method(field).replace("_", "");
        return prefix + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** {@code REPLICA_SETS} for ReplicaSet and replicasets. */
    static String constant(String kind, String resource) {
        String lower = kind.toLowerCase(java.util.Locale.ROOT);
        String plural;
        if (resource.equals(lower)) {
            plural = kind;
        } else if (resource.startsWith(lower)) {
            plural = kind + resource.substring(lower.length());
        } else if (lower.endsWith("y")) {
            plural = kind.substring(0, kind.length() - 1) + "ies";
        } else {
            plural = kind;
        }
        return plural.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                .replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
                .toUpperCase(java.util.Locale.ROOT);
    }
}
