package dev.quilla.kubelet.volumes;

import dev.quilla.model.Bytes;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.authentication.v1.TokenRequestStatus;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A cluster's objects in a map, and a clock that is set by hand. */
final class FakeSources implements VolumeSources, InstantSource {

    final Map<ObjectKey, ConfigMap> configMaps = new HashMap<>();
    final Map<ObjectKey, Secret> secrets = new HashMap<>();
    final List<String> tokenAudiences = new ArrayList<>();
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    int reads;

    void configMap(String name, Map<String, String> data) {
        configMaps.put(
                new ObjectKey("shop", name),
                ConfigMap.builder()
                        .metadata(m -> m.namespace("shop").name(name))
                        .data(data)
                        .build());
    }

    void secret(String name, Map<String, String> data) {
        Map<String, Bytes> bytes = new HashMap<>();
        data.forEach((k, v) -> bytes.put(k, Bytes.utf8(v)));
        secrets.put(
                new ObjectKey("shop", name),
                Secret.builder().metadata(m -> m.namespace("shop").name(name)).data(bytes).build());
    }

    @Override
    public Optional<ConfigMap> configMap(ObjectKey key) {
        reads++;
        return Optional.ofNullable(configMaps.get(key));
    }

    @Override
    public Optional<Secret> secret(ObjectKey key) {
        reads++;
        return Optional.ofNullable(secrets.get(key));
    }

    @Override
    public TokenRequestStatus token(Pod pod, String audience, long expirationSeconds) {
        tokenAudiences.add(audience);
        return TokenRequestStatus.builder()
                .token("token-" + tokenAudiences.size())
                .expirationTimestamp(now.plusSeconds(expirationSeconds))
                .build();
    }

    @Override
    public Instant instant() {
        return now;
    }
}
