package dev.quilla.apiserver.admission;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A version of the Pod Security Standards: that of a minor version of Kubernetes, so that what a
 * namespace asks for stays the same when later ones ask for more.
 */
record PodSecurityVersion(int minor) {

    static final PodSecurityVersion LATEST = new PodSecurityVersion(Integer.MAX_VALUE);

    private static final Pattern FORM = Pattern.compile("v1\\.(0|[1-9][0-9]{0,8})");

    /** Empty if it is none. */
    static Optional<PodSecurityVersion> named(String name) {
        if (name.equals("latest")) {
            return Optional.of(LATEST);
        }
        var match = FORM.matcher(name);
        return match.matches()
                ? Optional.of(new PodSecurityVersion(Integer.parseInt(match.group(1))))
                : Optional.empty();
    }

    /** Whether what came with a minor version holds. */
    boolean has(int since) {
        return minor >= since;
    }

    @Override
    public String toString() {
        return equals(LATEST) ? "latest" : "v1." + minor;
    }
}
