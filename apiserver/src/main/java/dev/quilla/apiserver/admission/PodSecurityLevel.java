package dev.quilla.apiserver.admission;

import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The levels of the Pod Security Standards; each asks for all that the ones before it do. */
enum PodSecurityLevel {
    PRIVILEGED,
    BASELINE,
    RESTRICTED;

    static Optional<PodSecurityLevel> named(String name) {
        for (PodSecurityLevel level : values()) {
            if (level.name().toLowerCase(Locale.ROOT).equals(name)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    /** The rules that a pod breaks, in Kubernetes' words; none if it breaks none. */
    List<String> broken(ObjectMeta metadata, PodSpec spec) {
        List<String> broken = new ArrayList<>();
        if (this != PRIVILEGED) {
            PodSecurityParts parts = PodSecurityParts.of(spec);
            broken.addAll(new BaselineRules(metadata, spec, parts).broken());
            if (this == RESTRICTED) {
                broken.addAll(new RestrictedRules(spec, parts).broken());
            }
        }
        return broken;
    }
}
