package dev.quilla.apiserver.admission;

import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.validation.FieldError;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the labels of a namespace ask of its pods in one mode. */
record PodSecurityStandard(PodSecurityLevel level, PodSecurityVersion version) {

    static final String LABEL = "pod-security.kubernetes.io/";
    static final String ENFORCE = "enforce";
    static final String WARN = "warn";
    static final String AUDIT = "audit";
    static final String VERSION = "-version";

    /** What is wrong with the labels of a namespace. */
    static List<FieldError> errors(Map<String, String> labels) {
        return Stream.of(ENFORCE, AUDIT, WARN)
                .flatMap(m ->
                        Stream.concat(
                                level(labels, LABEL + m), version(labels, LABEL + m + VERSION)))
                .toList();
    }

    private static Stream<FieldError> level(Map<String, String> labels, String label) {
        return Stream.ofNullable(labels.get(label))
                .filter(l -> PodSecurityLevel.named(l).isEmpty())
                .map(l -> error(label, l, "must be one of privileged, baseline, restricted"));
    }

    private static Stream<FieldError> version(Map<String, String> labels, String label) {
        return Stream.ofNullable(labels.get(label))
                .filter(v -> PodSecurityVersion.named(v).isEmpty())
                .map(v -> error(label, v, "must be \"latest\" or \"v1.x\""));
    }

    private static FieldError error(String label, String value, String why) {
        return FieldError.invalid("metadata.labels[" + label + "]", value, why);
    }

    /** Whether pods may break it that another one allows. */
    boolean isStricterThan(PodSecurityStandard other) {
        return !equals(other)
                && level != PodSecurityLevel.PRIVILEGED
                && (!version.equals(other.version) || level.compareTo(other.level) > 0);
    }

    /** The rules that a pod breaks. */
    BrokenRules broken(ObjectMeta metadata, PodSpec spec) {
        BrokenRules broken = new BrokenRules();
        if (level != PodSecurityLevel.PRIVILEGED) {
            PodSecurityParts parts = PodSecurityParts.of(spec);
            boolean restricted = level == PodSecurityLevel.RESTRICTED;
            new BaselineRules(metadata, spec, parts, version, broken).check(restricted);
            if (restricted) {
                new RestrictedRules(spec, parts, version, broken).check();
            }
        }
        return broken;
    }

    @Override
    public String toString() {
        return level + ":" + version;
    }
}
