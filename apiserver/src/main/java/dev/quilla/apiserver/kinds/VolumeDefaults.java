package dev.quilla.apiserver.kinds;

import static dev.quilla.apiserver.kinds.DefaultedKind.set;

import dev.quilla.model.core.v1.Volume;

/** Defaults of pods' volumes. */
final class VolumeDefaults {

    private static final int MODE = 0644;

    private static final KindBehaviour OF_SOURCES =
            DefaultedKind.of(
                    set("ephemeral.volumeClaimTemplate.spec.volumeMode", "Filesystem"),
                    set("downwardAPI.items[].fieldRef.apiVersion", "v1"),
                    set("projected.sources[].downwardAPI.items[].fieldRef.apiVersion", "v1"),
                    set("hostPath.type", ""),
                    set("iscsi.iscsiInterface", "default"),
                    set("rbd.pool", "rbd"),
                    set("rbd.user", "admin"),
                    set("rbd.keyring", "/etc/ceph/keyring"),
                    set("azureDisk.cachingMode", "ReadWrite"),
                    set("azureDisk.fsType", "ext4"),
                    set("azureDisk.kind", "Shared"),
                    set("azureDisk.readOnly", false),
                    set("scaleIO.storageMode", "ThinProvisioned"),
                    set("scaleIO.fsType", "xfs"));

    private VolumeDefaults() {}

    /** A volume with all that its author left out. */
    static Volume of(Volume written) {
        Volume volume = new Volume(OF_SOURCES.defaults(written.struct()));
        Volume.Builder b = volume.toBuilder();
        if (volume.hasSecret() && !volume.secret().hasDefaultMode()) {
            b.secret(s -> s.defaultMode(MODE));
        }
        if (volume.hasConfigMap() && !volume.configMap().hasDefaultMode()) {
            b.configMap(c -> c.defaultMode(MODE));
        }
        if (volume.hasDownwardAPI() && !volume.downwardAPI().hasDefaultMode()) {
            b.downwardAPI(d -> d.defaultMode(MODE));
        }
        if (volume.hasProjected()) {
            b.projected(p -> {
                if (!volume.projected().hasDefaultMode()) {
                    p.defaultMode(MODE);
                }
                return p.sources(
                        volume.projected().sources().stream()
                                .map(s ->
                                        s.hasServiceAccountToken()
                                                        && !s.serviceAccountToken()
                                                                .hasExpirationSeconds()
                                                ? s.toBuilder()
                                                        .serviceAccountToken(
                                                                t -> t.expirationSeconds(3600))
                                                        .build()
                                                : s)
                                .toList());
            });
        }
        if (volume.hasImage() && !volume.image().hasPullPolicy()) {
            b.image(i -> i.pullPolicy(PodTemplates.pullPolicy(volume.image().reference())));
        }
        boolean hasSource =
                volume.struct().definition().fields().stream()
                        .anyMatch(f -> !f.name().equals("name") && volume.struct().has(f));
        if (!hasSource) {
            b.emptyDir(e -> e);
        }
        return b.build();
    }
}
