package dev.quilla.apiserver.auth.jwt;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.TransportException;
import dev.quilla.client.http.HttpsOptions;
import dev.quilla.client.http.HttpsTransport;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An issuer's keys, found as OpenID Connect Discovery 1.0 says, and remembered. They are fetched
 * when they are needed, and again where a token is signed by none of them, but seldom: nobody can
 * have this master ask an issuer more often by sending tokens. Thread-safe.
 */
public final class KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(KeySource.class);

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(10);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final int BYTES_MAX = 1 << 20;

    private final String issuer;
    private final URI discovery;
    private final Supplier<TlsMaterial> tls;
    private final InstantSource clock;
    private final KnownSignatures signatures = new KnownSignatures();
    private final ReentrantLock fetching = new ReentrantLock();
    private volatile List<JsonWebKey> keys = List.of();
    private volatile Instant fetched = Instant.EPOCH;
    private boolean failing;

    /**
     * The keys of an issuer.
     *
     * @param discovery where its discovery document is
     * @param tls whom to trust
     */
    public KeySource(String issuer, URI discovery, Supplier<TlsMaterial> tls, InstantSource clock) {
        this.issuer = issuer;
        this.discovery = discovery;
        this.tls = tls;
        this.clock = clock;
    }

    /** Whether the issuer has signed a token; asks it for its keys where they are not known. */
    public boolean hasSigned(JsonWebToken token) {
        List<JsonWebKey> known = keys;
        if (isSigned(token, known)) {
            return true;
        }
        List<JsonWebKey> now = newer(known);
        return !now.equals(known) && isSigned(token, now);
    }

    private boolean isSigned(JsonWebToken token, List<JsonWebKey> among) {
        return among.stream()
                .filter(k -> token.keyId().isEmpty() || k.id().equals(token.keyId()))
                .anyMatch(k -> signatures.isSigned(token, k.key()));
    }

    /** Keys other than these, where there are; those who come while one asks wait for it. */
    private List<JsonWebKey> newer(List<JsonWebKey> known) {
        if (isRecent()) {
            return keys;
        }
        fetching.lock();
        try {
            if (!keys.equals(known) || isRecent()) {
                return keys;
            }
            fetched = clock.instant();
            keys = fetch();
            if (failing) {
                LOG.info("the keys of {} are known again", issuer);
            }
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.warn("the keys of {} can't be fetched: {}", issuer, e.getMessage());
            }
            failing = true;
        } finally {
            fetching.unlock();
        }
        return keys;
    }

    private boolean isRecent() {
        return clock.instant().isBefore(fetched.plus(AGAIN_AFTER));
    }

    private List<JsonWebKey> fetch() throws IOException {
        try {
            Map<String, @Nullable Object> document = JsonTree.parseObject(get(discovery));
            if (!issuer.equals(document.get("issuer"))) {
                throw new IOException(
                        discovery + " is of another issuer: " + document.get("issuer"));
            }
            URI uri = URI.create(String.valueOf(document.get("jwks_uri")));
            if (!"https".equals(uri.getScheme())) {
                throw new IOException("jwks_uri must be https, is " + uri);
            }
            return JsonWebKey.set(get(uri));
        } catch (DecodeException | IllegalArgumentException e) {
            throw new IOException(discovery + " or its keys can't be read: " + e.getMessage(), e);
        }
    }

    private byte[] get(URI uri) throws IOException {
        HttpsOptions options =
                new HttpsOptions(
                        List.of(URI.create(uri.getScheme() + "://" + uri.getAuthority())),
                        tls,
                        () -> "",
                        "quilla",
                        CONNECT_MAX,
                        ANSWER_MAX,
                        BYTES_MAX);
        String target = uri.getPath() + (uri.getQuery() == null ? "" : "?" + uri.getQuery());
        try (HttpsTransport transport = new HttpsTransport(options)) {
            ApiResponse response = transport.call(ApiRequest.getTarget(target));
            if (response.code() != 200) {
                throw new IOException(uri + " answers with HTTP " + response.code());
            }
            return response.body().encoded().shared();
        } catch (TransportException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }
}
