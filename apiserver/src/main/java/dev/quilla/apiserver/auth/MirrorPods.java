package dev.quilla.apiserver.auth;

import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EnvFromSource;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeProjection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Pods that show what a node runs by itself, whatever the masters say. The node makes them, so they
 * may refer to nothing: it could get at objects that are none of its business.
 */
public final class MirrorPods {

    /** Pods with this annotation are such. */
    public static final String ANNOTATION = "kubernetes.io/config.mirror";

    private MirrorPods() {}

    /** Whether a pod is one. */
    public static boolean isMirror(Pod pod) {
        return pod.metadata().annotations().containsKey(ANNOTATION);
    }

    /** Whether a pod refers to a secret. */
    public static boolean usesSecrets(Pod pod) {
        return !pod.spec().imagePullSecrets().isEmpty()
                || sources(pod).anyMatch(EnvFromSource::hasSecretRef)
                || variables(pod).anyMatch(e -> e.valueFrom().hasSecretKeyRef())
                || pod.spec().volumes().stream()
                        .anyMatch(v ->
                                projects(v, VolumeProjection::hasSecret)
                                        || VolumeSecrets.ofPod(v.struct()).stream()
                                                .anyMatch(name -> !name.isEmpty()));
    }

    /** Whether a volume of a pod holds a token. */
    public static boolean usesTokens(Pod pod) {
        return pod.spec().volumes().stream()
                .anyMatch(v -> projects(v, VolumeProjection::hasServiceAccountToken));
    }

    /** What kind of object a pod refers to; empty if it refers to none. */
    public static Optional<String> reference(Pod pod) {
        if (!pod.spec().serviceAccountName().isEmpty()) {
            return Optional.of("serviceaccounts");
        }
        if (usesSecrets(pod)) {
            return Optional.of("secrets");
        }
        if (usesConfigMaps(pod)) {
            return Optional.of("configmaps");
        }
        if (!pod.spec().resourceClaims().isEmpty()) {
            return Optional.of("resourceclaims");
        }
        return pod.spec().volumes().stream()
                .map(MirrorPods::reference)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static boolean usesConfigMaps(Pod pod) {
        return sources(pod).anyMatch(EnvFromSource::hasConfigMapRef)
                || variables(pod).anyMatch(e -> e.valueFrom().hasConfigMapKeyRef())
                || pod.spec().volumes().stream()
                        .anyMatch(v ->
                                v.hasConfigMap() || projects(v, VolumeProjection::hasConfigMap));
    }

    private static Optional<String> reference(Volume volume) {
        if (volume.hasSecret()) {
            return Optional.of("secrets (via secret volumes)");
        }
        if (volume.hasCsi()) {
            return Optional.of("csidrivers (via CSI volumes)");
        }
        if (volume.hasGlusterfs()) {
            return Optional.of("endpoints (via glusterFS volumes)");
        }
        if (volume.hasPersistentVolumeClaim()) {
            return Optional.of("persistentvolumeclaims");
        }
        if (volume.hasEphemeral()) {
            return Optional.of("persistentvolumeclaims (via ephemeral volumes)");
        }
        if (volume.hasAzureFile()) {
            return Optional.of("secrets (via azureFile volumes)");
        }
        if (projects(volume, VolumeProjection::hasServiceAccountToken)) {
            return Optional.of("serviceaccounts (via projected volumes)");
        }
        if (projects(volume, VolumeProjection::hasClusterTrustBundle)) {
            return Optional.of("clustertrustbundles");
        }
        return projects(volume, VolumeProjection::hasPodCertificate)
                ? Optional.of("podcertificates")
                : Optional.empty();
    }

    private static boolean projects(Volume volume, Predicate<VolumeProjection> what) {
        return volume.projected().sources().stream().anyMatch(what);
    }

    private static Stream<EnvFromSource> sources(Pod pod) {
        return Stream.of(
                        pod.spec().initContainers().stream().map(Container::envFrom),
                        pod.spec().containers().stream().map(Container::envFrom),
                        pod.spec().ephemeralContainers().stream().map(c -> c.envFrom()))
                .flatMap(all -> all)
                .flatMap(List::stream);
    }

    private static Stream<EnvVar> variables(Pod pod) {
        return Stream.of(
                        pod.spec().initContainers().stream().map(Container::env),
                        pod.spec().containers().stream().map(Container::env),
                        pod.spec().ephemeralContainers().stream().map(c -> c.env()))
                .flatMap(all -> all)
                .flatMap(List::stream);
    }
}
