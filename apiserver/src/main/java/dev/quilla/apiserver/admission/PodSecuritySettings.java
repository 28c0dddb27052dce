package dev.quilla.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an administrator says of the Pod Security Standards for the whole cluster.
 *
 * @param defaults what holds where a namespace's labels say nothing: its keys are those of {@link
 *     #KEYS}, and {@code privileged} and {@code latest} hold for those that are not there
 * @param usernames whose pods are not looked at
 * @param runtimeClasses of which pods are not looked at
 * @param namespaces in which nothing is looked at
 */
public record PodSecuritySettings(
        Map<String, String> defaults,
        Set<String> usernames,
        Set<String> runtimeClasses,
        Set<String> namespaces) {

    /** What there are defaults for. */
    public static final Set<String> KEYS =
            Set.of("enforce", "enforce-version", "audit", "audit-version", "warn", "warn-version");

    /** The labels alone decide. */
    public static final PodSecuritySettings NONE =
            new PodSecuritySettings(Map.of(), Set.of(), Set.of(), Set.of());

    public PodSecuritySettings {
        defaults = Map.copyOf(defaults);
        usernames = Set.copyOf(usernames);
        runtimeClasses = Set.copyOf(runtimeClasses);
        namespaces = Set.copyOf(namespaces);
        defaults.forEach((key, value) -> {
            if (!isPossible(key, value)) {
                throw new IllegalArgumentException(key + " can't be " + value);
            }
        });
    }

    /** Whether a default may have a value. */
    public static boolean isPossible(String key, String value) {
        return KEYS.contains(key)
                && (key.endsWith(PodSecurityStandard.VERSION)
                        ? PodSecurityVersion.named(value).isPresent()
                        : PodSecurityLevel.named(value).isPresent());
    }

    /** What is enforced: a label that can't be read asks for the most. */
    PodSecurityStandard enforced(Map<String, String> labels) {
        return standard(labels, PodSecurityStandard.ENFORCE, PodSecurityLevel.RESTRICTED);
    }

    /** What is warned of: what a label enforces, where nothing is said and that is more. */
    PodSecurityStandard warned(Map<String, String> labels) {
        PodSecurityStandard own =
                standard(labels, PodSecurityStandard.WARN, PodSecurityLevel.PRIVILEGED);
        String enforced = labels.get(PodSecurityStandard.LABEL + PodSecurityStandard.ENFORCE);
        if (isSaid(labels, PodSecurityStandard.WARN)
                || enforced == null
                || PodSecurityLevel.named(enforced).isEmpty()) {
            return own;
        }
        PodSecurityStandard asked = enforced(labels);
        if (asked.level().compareTo(own.level()) <= 0) {
            return own;
        }
        boolean version = isSaid(labels, PodSecurityStandard.WARN + PodSecurityStandard.VERSION);
        return version ? new PodSecurityStandard(asked.level(), own.version()) : asked;
    }

    /** What is noted in the audit log. */
    PodSecurityStandard noted(Map<String, String> labels) {
        return standard(labels, PodSecurityStandard.AUDIT, PodSecurityLevel.PRIVILEGED);
    }

    private PodSecurityStandard standard(
            Map<String, String> labels, String mode, PodSecurityLevel unreadable) {
        String level = labels.get(PodSecurityStandard.LABEL + mode);
        String version = mode + PodSecurityStandard.VERSION;
        String other = defaults.getOrDefault(version, "latest");
        return new PodSecurityStandard(
                level == null
                        ? PodSecurityLevel.named(defaults.getOrDefault(mode, "privileged"))
                                .orElse(unreadable)
                        : PodSecurityLevel.named(level).orElse(unreadable),
                PodSecurityVersion.named(
                                labels.getOrDefault(PodSecurityStandard.LABEL + version, other))
                        .orElse(PodSecurityVersion.LATEST));
    }

    private static boolean isSaid(Map<String, String> labels, String what) {
        return labels.containsKey(PodSecurityStandard.LABEL + what);
    }

    /** What a namespace's labels ask for in vain, where nothing is looked at in it; or nothing. */
    String inVain(Map<String, String> labels) {
        List<String> asked = new ArrayList<>();
        ask(asked, labels, PodSecurityStandard.ENFORCE, enforced(labels));
        ask(asked, labels, PodSecurityStandard.AUDIT, noted(labels));
        ask(asked, labels, PodSecurityStandard.WARN, warned(labels));
        return String.join(", ", asked);
    }

    private static void ask(
            List<String> asked, Map<String, String> labels, String mode, PodSecurityStandard what) {
        boolean said = isSaid(labels, mode) || isSaid(labels, mode + PodSecurityStandard.VERSION);
        if (said && what.level() != PodSecurityLevel.PRIVILEGED) {
            asked.add(mode + "=" + what);
        }
    }
}
