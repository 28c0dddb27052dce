package dev.quilla.kubelet.volumes;

import dev.quilla.model.authentication.v1.TokenRequestStatus;
import dev.quilla.model.core.v1.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tokens of the pods of this node. One is used until four fifths of its life are over, and a day at
 * most; then there is a new one. Thread-safe.
 */
final class Tokens {

    private static final Duration AGE_MAX = Duration.ofHours(24);

    private final VolumeSources sources;
    private final InstantSource clock;
    private final Map<Key, Token> tokens = new ConcurrentHashMap<>();

    Tokens(VolumeSources sources, InstantSource clock) {
        this.sources = sources;
        this.clock = clock;
    }

    private record Key(String uid, String volume, String audience, long seconds) {}

    private record Token(String text, Instant renewAt) {}

    String get(Pod pod, String volume, String audience, long seconds) {
        Key key = new Key(pod.uid(), volume, audience, seconds);
        Token known = tokens.get(key);
        if (known != null && clock.instant().isBefore(known.renewAt())) {
            return known.text();
        }
        Token fresh = ask(pod, audience, seconds);
        tokens.put(key, fresh);
        return fresh.text();
    }

    private Token ask(Pod pod, String audience, long seconds) {
        Instant now = clock.instant();
        TokenRequestStatus status = sources.token(pod, audience, seconds);
        Instant ends = status.expirationTimestamp().orElse(now.plusSeconds(seconds));
        Duration use = Duration.between(now, ends).multipliedBy(4).dividedBy(5);
        return new Token(status.token(), now.plus(use.compareTo(AGE_MAX) < 0 ? use : AGE_MAX));
    }

    /** The pod is gone, and with it what its tokens were worth. */
    void forget(String uid) {
        tokens.keySet().removeIf(key -> key.uid().equals(uid));
    }
}
