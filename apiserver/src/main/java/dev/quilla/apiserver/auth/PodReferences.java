package dev.quilla.apiserver.auth;

import dev.quilla.model.core.v1.EnvFromSource;
import dev.quilla.model.core.v1.EnvVar;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeProjection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The objects that a pod's node has to read to run it; all are in the pod's namespace. */
record PodReferences(
        Set<String> secrets,
        Set<String> configMaps,
        Set<String> claims,
        Set<String> devices,
        Set<String> accounts) {

    private static final PodReferences NONE =
            new PodReferences(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    /** The names of the objects of a resource. */
    Set<String> names(String resource) {
        return switch (resource) {
            case "secrets" -> secrets;
            case "configmaps" -> configMaps;
            case "persistentvolumeclaims" -> claims;
            case "resourceclaims" -> devices;
            case "serviceaccounts" -> accounts;
            default -> Set.of();
        };
    }

    /**
     * What a pod refers to. A pod that a node has made itself gives it nothing: it could name
     * whatever it liked.
     */
    static PodReferences of(Pod pod) {
        if (MirrorPods.isMirror(pod)) {
            return NONE;
        }
        PodReferences all =
                new PodReferences(
                        new HashSet<>(),
                        new HashSet<>(),
                        new HashSet<>(),
                        new HashSet<>(),
                        Set.of(pod.spec().serviceAccountName()));
        pod.spec().volumes().forEach(v -> all.add(pod, v));
        pod.spec().initContainers().forEach(c -> all.add(c.envFrom(), c.env()));
        pod.spec().containers().forEach(c -> all.add(c.envFrom(), c.env()));
        pod.spec().ephemeralContainers().forEach(c -> all.add(c.envFrom(), c.env()));
        pod.spec().imagePullSecrets().forEach(s -> all.secrets.add(s.name()));
        pod.spec().resourceClaims().forEach(c -> all.devices.add(c.resourceClaimName()));
        pod.status().resourceClaimStatuses().forEach(c -> all.devices.add(c.resourceClaimName()));
        all.devices.add(pod.status().extendedResourceClaimStatus().resourceClaimName());
        return all;
    }

    private void add(Pod pod, Volume volume) {
        secrets.addAll(VolumeSecrets.ofPod(volume.struct()));
        configMaps.add(volume.configMap().name());
        claims.add(volume.persistentVolumeClaim().claimName());
        if (volume.hasEphemeral()) {
            claims.add(pod.name() + "-" + volume.name());
        }
        for (VolumeProjection source : volume.projected().sources()) {
            secrets.add(source.secret().name());
            configMaps.add(source.configMap().name());
        }
    }

    private void add(List<EnvFromSource> sources, List<EnvVar> variables) {
        for (EnvFromSource source : sources) {
            secrets.add(source.secretRef().name());
            configMaps.add(source.configMapRef().name());
        }
        for (EnvVar variable : variables) {
            secrets.add(variable.valueFrom().secretKeyRef().name());
            configMaps.add(variable.valueFrom().configMapKeyRef().name());
        }
    }
}
