package dev.quilla.apiserver.kinds;

import dev.quilla.model.core.v1.DownwardAPIVolumeFile;
import dev.quilla.model.core.v1.KeyToPath;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeProjection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Files of one volume that are in each other's place: only the last is there in the end. */
final class PathOverlaps {

    private final String volume;
    private final Consumer<String> tell;
    private final List<Placed> before = new ArrayList<>();

    private PathOverlaps(String volume, Consumer<String> tell) {
        this.volume = volume;
        this.tell = tell;
    }

    /**
     * Where a file goes.
     *
     * @param source where it is from; empty where the whole volume is from there
     */
    private record Placed(String path, String source) {

        boolean meets(Placed other) {
            return !path.isEmpty()
                    && !other.path.isEmpty()
                    && ((path + "/").startsWith(other.path + "/")
                            || (other.path + "/").startsWith(path + "/"));
        }

        @Override
        public String toString() {
            return "\"" + path + "\"" + (source.isEmpty() ? "" : " (" + source + ")");
        }
    }

    /** Tells of all of a volume. */
    static void check(Volume volume, Consumer<String> tell) {
        if (volume.hasConfigMap()) {
            String what = "ConfigMap \"" + volume.configMap().name() + "\"";
            of(volume, what, tell).keys(volume.configMap().items(), "");
        }
        if (volume.hasSecret()) {
            String what = "Secret \"" + volume.secret().secretName() + "\"";
            of(volume, what, tell).keys(volume.secret().items(), "");
        }
        if (volume.hasDownwardAPI()) {
            of(volume, "DownwardAPI", tell).fields(volume.downwardAPI().items(), "");
        }
        if (volume.hasProjected()) {
            PathOverlaps overlaps = of(volume, "Projected", tell);
            for (VolumeProjection source : volume.projected().sources()) {
                if (source.struct().isEmpty()) {
                    tell.accept(
                            "volume \"%s\" (Projected) has no sources provided"
                                    .formatted(volume.name()));
                }
                overlaps.projected(source);
            }
        }
    }

    private static PathOverlaps of(Volume volume, String what, Consumer<String> tell) {
        return new PathOverlaps("volume \"%s\" (%s)".formatted(volume.name(), what), tell);
    }

    private void projected(VolumeProjection source) {
        if (source.hasConfigMap()) {
            String what = "ConfigMap \"" + source.configMap().name() + "\"";
            keys(source.configMap().items(), what);
        } else if (source.hasSecret()) {
            keys(source.secret().items(), "Secret \"" + source.secret().name() + "\"");
        } else if (source.hasDownwardAPI()) {
            fields(source.downwardAPI().items(), "DownwardAPI");
        } else if (source.hasServiceAccountToken()) {
            add(source.serviceAccountToken().path(), "ServiceAccountToken");
        } else if (source.hasClusterTrustBundle()) {
            var bundle = source.clusterTrustBundle();
            String name = bundle.hasName() ? bundle.name() : bundle.signerName();
            add(bundle.path(), "ClusterTrustBundle \"" + name + "\"");
        } else if (source.hasPodCertificate()) {
            var certificate = source.podCertificate();
            add(certificate.certificateChainPath(), "PodCertificate chain");
            add(certificate.keyPath(), "PodCertificate key");
            add(certificate.credentialBundlePath(), "PodCertificate credential bundle");
        }
    }

    private void keys(List<KeyToPath> items, String source) {
        items.forEach(item -> add(item.path(), source));
    }

    private void fields(List<DownwardAPIVolumeFile> items, String source) {
        items.forEach(item -> add(item.path(), source));
    }

    private void add(String path, String source) {
        Placed here = new Placed(path.replaceAll("/+$", ""), source);
        for (Placed other : before) {
            if (here.meets(other)) {
                tell.accept("%s: overlapping paths: %s with %s".formatted(volume, here, other));
            }
        }
        before.add(here);
    }
}
