package dev.quilla.apiserver.admission;

import java.util.Locale;
import java.util.Optional;

/** The levels of the Pod Security Standards; each asks for all that the ones before it do. */
enum PodSecurityLevel {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    static Optional<PodSecurityLevel> named(String name) {
        for (PodSecurityLevel level : values()) {
            if (level.toString().equals(name)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /** As labels name it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
