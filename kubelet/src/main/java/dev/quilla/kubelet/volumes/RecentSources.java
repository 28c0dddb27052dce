package dev.quilla.kubelet.volumes;

import dev.quilla.model.ObjectKey;
import dev.quilla.model.authentication.v1.TokenRequestStatus;
import dev.quilla.model.core.v1.ConfigMap;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The same objects, read again only when what is known is too old: pods of one namespace share most
 * of them. What is not there is asked for each time.
 */
final class RecentSources implements VolumeSources {

    static final Duration AGE_MAX = Duration.ofSeconds(20);
    private static final int OBJECTS_MAX = 500;

    private final VolumeSources sources;
    private final Recent<ConfigMap> configMaps;
    private final Recent<Secret> secrets;

    RecentSources(VolumeSources sources, InstantSource clock) {
        this.sources = sources;
        this.configMaps = new Recent<>(sources::configMap, clock);
        this.secrets = new Recent<>(sources::secret, clock);
    }

    @Override
    public Optional<ConfigMap> configMap(ObjectKey key) {
        return configMaps.get(key);
    }

    @Override
    public Optional<Secret> secret(ObjectKey key) {
        return secrets.get(key);
    }

    @Override
    public TokenRequestStatus token(Pod pod, String audience, long expirationSeconds) {
        return sources.token(pod, audience, expirationSeconds);
    }

    private record Known<T>(T object, Instant since) {}

    /** Objects of one kind; the oldest make room. */
    private static final class Recent<T> {

        private final Function<ObjectKey, Optional<T>> read;
        private final InstantSource clock;
        private final Map<ObjectKey, Known<T>> known = new LinkedHashMap<>();

        Recent(Function<ObjectKey, Optional<T>> read, InstantSource clock) {
            this.read = read;
            this.clock = clock;
        }

        Optional<T> get(ObjectKey key) {
            Instant now = clock.instant();
            synchronized (known) {
                known.values().removeIf(k -> k.since().plus(AGE_MAX).isBefore(now));
                if (known.get(key) instanceof Known<T>(T object, Instant _)) {
                    return Optional.of(object);
                }
            }
            Optional<T> found = read.apply(key);
            found.ifPresent(object -> keep(key, new Known<>(object, now)));
            return found;
        }

        private void keep(ObjectKey key, Known<T> fresh) {
            synchronized (known) {
                if (known.size() >= OBJECTS_MAX) {
                    known.remove(known.keySet().iterator().next());
                }
                known.put(key, fresh);
            }
        }
    }
}
