package dev.quilla.apiserver.auth.jwt;

import dev.quilla.apiserver.request.Turn;
import dev.quilla.store.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BiPredicate;

/**
 * Checks signatures of tokens, and remembers the good ones: a program shows the same token with
 * each request, and checking it takes far more time than most of what is asked. That a key has
 * signed a text stays true, so nothing is remembered of what a token's being good else depends on,
 * as its time or whose it is. The ones used longest ago make room. Thread-safe.
 */
public final class KnownSignatures {

    /** More programs than ask one master at the same time. */
    private static final int COUNT_MAX = 10_000;

    /** What was signed by whom; of the signed text and its signature a digest. */
    private record Good(PublicKey key, Bytes digest) {}

    /** Anybody may send tokens: checking them must not take all threads that there are. */
    private final Semaphore checks =
            new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private final BiPredicate<JsonWebToken, PublicKey> check;
    private final Map<Good, Boolean> known;

    /** Knows none yet. */
    public KnownSignatures() {
        this(JsonWebToken::isSignedBy, COUNT_MAX);
    }

    KnownSignatures(BiPredicate<JsonWebToken, PublicKey> check, int countMax) {
        this.check = check;
        this.known =
                new LinkedHashMap<>(64, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Good, Boolean> eldest) {
                        return size() > countMax;
                    }
                };
    }

    /** Whether the owner of a key has signed a token. */
    public boolean isSigned(JsonWebToken token, PublicKey key) {
        Good good = new Good(key, digest(token));
        if (isKnown(good)) {
            return true;
        }
        Turn turn = Turn.of(checks);
        turn.take();
        try {
            return isKnown(good) || isFound(good, token);
        } finally {
            turn.giveBack();
        }
    }

    private boolean isFound(Good good, JsonWebToken token) {
        if (!check.test(token, good.key())) {
            return false;
        }
        synchronized (known) {
            known.put(good, true);
        }
        return true;
    }

    private boolean isKnown(Good good) {
        synchronized (known) {
            return known.get(good) != null;
        }
    }

    /** The text names the algorithm, and a dot, which is in neither, ends it. */
    private static Bytes digest(JsonWebToken token) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(token.signed().shared());
            digest.update((byte) '.');
            return Bytes.wrap(digest.digest(token.signature().shared()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
