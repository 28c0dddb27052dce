package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.AppArmorProfile;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.PodAffinityTerm;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.WeightedPodAffinityTerm;
import dev.quilla.model.meta.v1.ObjectMeta;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What is told to who makes pods, or templates of them, beside that they are taken. */
final class PodWarnings {

    private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String SECCOMP_OF = "container.seccomp.security.alpha.kubernetes.io/";
    private static final String APP_ARMOR_OF = "container.apparmor.security.beta.kubernetes.io/";
    private static final String NO_SELECTOR = ": a null labelSelector results in matching no pod";

    private static final Map<String, String> OLD_ANNOTATIONS =
            Map.of(
                    "scheduler.alpha.kubernetes.io/critical-pod",
                    "non-functional in v1.16+; use the \"priorityClassName\" field instead",
                    "security.alpha.kubernetes.io/sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead",
                    "security.alpha.kubernetes.io/unsafe-sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead");

    private static final Map<String, String> OLD_VOLUMES =
            Map.of(
                    "photonPersistentDisk",
                    "deprecated in v1.11, non-functional in v1.16+",
                    "gitRepo",
                    "deprecated in v1.11, and disabled by default in v1.33+",
                    "scaleIO",
                    "deprecated in v1.16, non-functional in v1.22+",
                    "flocker",
                    "deprecated in v1.22, non-functional in v1.25+",
                    "storageos",
                    "deprecated in v1.22, non-functional in v1.25+",
                    "quobyte",
                    "deprecated in v1.22, non-functional in v1.25+",
                    "glusterfs",
                    "deprecated in v1.25, non-functional in v1.26+",
                    "cephfs",
                    "deprecated in v1.28, non-functional in v1.31+",
                    "rbd",
                    "deprecated in v1.28, non-functional in v1.31+");

    private final PodSpec spec;
    private final Map<String, String> annotations;
    private final String at;
    private final Consumer<String> tell;

    /**
     * Looks at a pod or a template of pods.
     *
     * @param at where it stands, with a dot at its end if that is not the object itself
     */
    private PodWarnings(PodSpec spec, ObjectMeta metadata, String at, Consumer<String> tell) {
        this.spec = spec;
        this.annotations = metadata.annotations();
        this.at = at;
        this.tell = tell;
    }

    static void ofPod(PodSpec spec, ObjectMeta metadata, Consumer<String> tell) {
        new PodWarnings(spec, metadata, "", tell).all();
    }

    static void ofTemplate(PodTemplateSpec template, String at, Consumer<String> tell) {
        new PodWarnings(template.spec(), template.metadata(), at + ".", tell).all();
    }

    private void all() {
        nodes();
        OLD_ANNOTATIONS.forEach((key, text) -> annotation(key, text));
        for (int i = 0; i < spec.volumes().size(); i++) {
            volume(spec.volumes().get(i), at + "spec.volumes[" + i + "]");
        }
        spec.volumes().forEach(volume -> PathOverlaps.check(volume, tell));
        twice();
        ContainerWarnings.amounts(spec.overhead(), at + "spec.overhead", tell);
        if (!spec.securityContext().hasSeccompProfile()) {
            annotation(
                    SECCOMP, "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
        containers();
        if (spec.terminationGracePeriodSeconds() < 0) {
            tell.accept(
                    at
                            + "spec.terminationGracePeriodSeconds: must be >= 0; negative values"
                            + " are invalid and will be treated as 1");
        }
        var with = spec.affinity().podAffinity();
        var without = spec.affinity().podAntiAffinity();
        String affinity = at + "spec.affinity.podAffinity.";
        String anti = at + "spec.affinity.podAntiAffinity.";
        terms(with.requiredDuringSchedulingIgnoredDuringExecution(), affinity);
        weighted(with.preferredDuringSchedulingIgnoredDuringExecution(), affinity);
        terms(without.requiredDuringSchedulingIgnoredDuringExecution(), anti);
        weighted(without.preferredDuringSchedulingIgnoredDuringExecution(), anti);
        addresses();
    }

    private void annotation(String key, String text) {
        if (annotations.containsKey(key)) {
            tell.accept(at + "metadata.annotations[" + key + "]: " + text);
        }
    }

    private void nodes() {
        NodeLabelWarnings.keys(spec.nodeSelector(), at + "spec.nodeSelector", tell);
        String affinity = at + "spec.affinity.nodeAffinity.";
        var nodes = spec.affinity().nodeAffinity();
        NodeLabelWarnings.terms(
                nodes.requiredDuringSchedulingIgnoredDuringExecution().nodeSelectorTerms(),
                false,
                affinity + "requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms",
                tell);
        var preferred = nodes.preferredDuringSchedulingIgnoredDuringExecution();
        for (int i = 0; i < preferred.size(); i++) {
            NodeLabelWarnings.term(
                    preferred.get(i).preference(),
                    true,
                    affinity
                            + "preferredDuringSchedulingIgnoredDuringExecution["
                            + i
                            + "].preference",
                    tell);
        }
        for (int i = 0; i < spec.topologySpreadConstraints().size(); i++) {
            var constraint = spec.topologySpreadConstraints().get(i);
            String place = at + "spec.topologySpreadConstraints[" + i + "]";
            NodeLabelWarnings.named(constraint.topologyKey(), place + ".topologyKey", tell);
            if (!constraint.hasLabelSelector()) {
                tell.accept(place + ".labelSelector" + NO_SELECTOR);
            }
        }
    }

    private void volume(Volume volume, String place) {
        old(volume.struct(), place + ".", OLD_VOLUMES, tell);
        if (volume.ephemeral().hasVolumeClaimTemplate()) {
            VolumeWarnings.claim(
                    volume.ephemeral().volumeClaimTemplate().spec(),
                    place + ".ephemeral.volumeClaimTemplate.spec",
                    tell);
        }
    }

    /** Fields that are set and do nothing any more. */
    static void old(Struct part, String at, Map<String, String> fields, Consumer<String> tell) {
        fields.forEach((field, text) -> {
            if (part.has(field)) {
                tell.accept(at + field + ": " + text);
            }
        });
    }

    /** Items of lists that should be there once. */
    private void twice() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < spec.hostAliases().size(); i++) {
            String ip = spec.hostAliases().get(i).ip();
            if (!seen.add(ip)) {
                tell.accept("%sspec.hostAliases[%d].ip: duplicate ip \"%s\"".formatted(at, i, ip));
            }
        }
        seen.clear();
        for (int i = 0; i < spec.imagePullSecrets().size(); i++) {
            String name = spec.imagePullSecrets().get(i).name();
            String place = "%sspec.imagePullSecrets[%d].name: ".formatted(at, i);
            if (!seen.add(name)) {
                tell.accept(place + "duplicate name \"" + name + "\"");
            }
            if (name.isEmpty()) {
                tell.accept(place + "invalid empty name \"\"");
            }
        }
    }

    private void containers() {
        ContainerWarnings warnings = new ContainerWarnings(tell);
        each(spec.initContainers(), "initContainers", warnings);
        each(spec.containers(), "containers", warnings);
        List<Container> later =
                spec.ephemeralContainers().stream().map(PodWarnings::container).toList();
        each(later, "ephemeralContainers", warnings);
    }

    private void each(List<Container> containers, String list, ContainerWarnings warnings) {
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            profiles(container);
            warnings.check(container, "%sspec.%s[%d]".formatted(at, list, i));
        }
    }

    /** Profiles that an annotation names and the field does not. */
    private void profiles(Container container) {
        var context = container.securityContext();
        if (!context.hasSeccompProfile()) {
            annotation(
                    SECCOMP_OF + container.name(),
                    "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
        String key = APP_ARMOR_OF + container.name();
        boolean windows = at.isEmpty() && spec.os().name().equals("windows");
        if (context.hasAppArmorProfile() || windows || !annotations.containsKey(key)) {
            return;
        }
        Optional<AppArmorProfile> named = appArmor(annotations.getOrDefault(key, ""));
        boolean asPod =
                spec.securityContext().hasAppArmorProfile()
                        && named.equals(Optional.of(spec.securityContext().appArmorProfile()));
        if (!asPod) {
            annotation(key, "deprecated since v1.30; use the \"appArmorProfile\" field instead");
        }
    }

    /** The profile that an annotation names; empty where it is none. */
    private static Optional<AppArmorProfile> appArmor(String annotation) {
        String local = "localhost/";
        if (annotation.startsWith(local) && annotation.length() > local.length()) {
            return Optional.of(
                    AppArmorProfile.builder()
                            .type("Localhost")
                            .localhostProfile(annotation.substring(local.length()))
                            .build());
        }
        return switch (annotation) {
            case "unconfined" -> Optional.of(AppArmorProfile.builder().type("Unconfined").build());
            case "runtime/default" ->
                    Optional.of(AppArmorProfile.builder().type("RuntimeDefault").build());
            default -> Optional.empty();
        };
    }

    /** What is looked at of a container that is put into a running pod. */
    private static Container container(EphemeralContainer later) {
        Container.Builder b =
                Container.builder()
                        .name(later.name())
                        .env(later.env())
                        .ports(later.ports())
                        .resources(later.resources());
        return later.hasSecurityContext()
                ? b.securityContext(later.securityContext()).build()
                : b.build();
    }

    private void terms(List<PodAffinityTerm> terms, String affinity) {
        for (int i = 0; i < terms.size(); i++) {
            if (!terms.get(i).hasLabelSelector()) {
                tell.accept(
                        affinity
                                + "requiredDuringSchedulingIgnoredDuringExecution["
                                + i
                                + "].labelSelector"
                                + NO_SELECTOR);
            }
        }
    }

    private void weighted(List<WeightedPodAffinityTerm> terms, String affinity) {
        for (int i = 0; i < terms.size(); i++) {
            if (!terms.get(i).podAffinityTerm().hasLabelSelector()) {
                tell.accept(
                        affinity
                                + "preferredDuringSchedulingIgnoredDuringExecution["
                                + i
                                + "].podAffinityTerm.labelSelector"
                                + NO_SELECTOR);
            }
        }
    }

    private void addresses() {
        List<String> servers = spec.dnsConfig().nameservers();
        for (int i = 0; i < servers.size(); i++) {
            AddressWarnings.ip(servers.get(i), at + "spec.dnsConfig.nameservers[" + i + "]", tell);
        }
        for (int i = 0; i < spec.hostAliases().size(); i++) {
            AddressWarnings.ip(
                    spec.hostAliases().get(i).ip(), at + "spec.hostAliases[" + i + "].ip", tell);
        }
    }
}
