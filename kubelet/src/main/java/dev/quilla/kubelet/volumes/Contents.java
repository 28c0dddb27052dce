package dev.quilla.kubelet.volumes;

import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.ConfigMapVolumeSource;
import dev.quilla.model.core.v1.DownwardAPIVolumeSource;
import dev.quilla.model.core.v1.ProjectedVolumeSource;
import dev.quilla.model.core.v1.SecretVolumeSource;
import dev.quilla.model.core.v1.VolumeProjection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the files of volumes are made of. */
final class Contents {

    private static final int MODE_DEFAULT = 0644;

    private final VolumeSources sources;
    private final Tokens tokens;
    private final DownwardFields fields;

    Contents(VolumeSources sources, Tokens tokens, DownwardFields fields) {
        this.sources = sources;
        this.tokens = tokens;
        this.fields = fields;
    }

    Content configMap(Place place, ConfigMapVolumeSource spec) {
        int mode = spec.hasDefaultMode() ? spec.defaultMode() : MODE_DEFAULT;
        return configMap(place, new KeyedFiles(spec.name(), spec.items(), spec.optional(), mode));
    }

    private Content configMap(Place place, KeyedFiles files) {
        ObjectKey key = new ObjectKey(place.pod().namespace(), files.name());
        return () -> files.of("configmap", "config", sources.configMap(key).map(Contents::data));
    }

    private static Map<String, Bytes> data(ConfigMap map) {
        Map<String, Bytes> all = new LinkedHashMap<>();
        map.data().forEach((k, v) -> all.put(k, Bytes.utf8(v)));
        all.putAll(map.binaryData());
        return all;
    }

    Content secret(Place place, SecretVolumeSource spec) {
        int mode = spec.hasDefaultMode() ? spec.defaultMode() : MODE_DEFAULT;
        return secret(
                place, new KeyedFiles(spec.secretName(), spec.items(), spec.optional(), mode));
    }

    private Content secret(Place place, KeyedFiles files) {
        ObjectKey key = new ObjectKey(place.pod().namespace(), files.name());
        return () -> files.of("secret", "secret", sources.secret(key).map(s -> s.data()));
    }

    Content downward(Place place, DownwardAPIVolumeSource spec) {
        int mode = spec.hasDefaultMode() ? spec.defaultMode() : MODE_DEFAULT;
        return new DownwardContent(place.pod(), spec.items(), mode, fields);
    }

    Content projected(Place place, String volume, ProjectedVolumeSource spec)
            throws VolumeException {
        int mode = spec.hasDefaultMode() ? spec.defaultMode() : MODE_DEFAULT;
        List<Content> parts = new ArrayList<>();
        for (VolumeProjection source : spec.sources()) {
            parts.add(part(place, volume, source, mode));
        }
        return () -> {
            Map<String, VolumeFile> all = new LinkedHashMap<>();
            for (Content part : parts) {
                all.putAll(part.files());
            }
            return all;
        };
    }

    private Content part(Place place, String volume, VolumeProjection source, int mode)
            throws VolumeException {
        if (source.hasServiceAccountToken()) {
            return new TokenContent(place, volume, source.serviceAccountToken(), mode, tokens);
        }
        if (source.hasConfigMap()) {
            var spec = source.configMap();
            return configMap(
                    place, new KeyedFiles(spec.name(), spec.items(), spec.optional(), mode));
        }
        if (source.hasSecret()) {
            var spec = source.secret();
            return secret(place, new KeyedFiles(spec.name(), spec.items(), spec.optional(), mode));
        }
        if (source.hasDownwardAPI()) {
            return new DownwardContent(place.pod(), source.downwardAPI().items(), mode, fields);
        }
        throw new VolumeException(
                "Quilla projects serviceAccountToken, configMap, secret and downwardAPI, and"
                        + (source.hasClusterTrustBundle()
                                ? " no clusterTrustBundle for now"
                                : " nothing else for now"));
    }
}
