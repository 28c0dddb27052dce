package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.authentication.v1.TokenReview;
import dev.quilla.model.authentication.v1.TokenReviewStatus;
import dev.quilla.model.authentication.v1.UserInfo;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a service whose a token is, by a {@code TokenReview} of {@code authentication.k8s.io/v1}.
 * What it says is remembered for a while, that a token is nobody's too; that it did not answer is
 * not.
 */
public final class WebhookAuthenticator implements Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookAuthenticator.class);
    private static final int REMEMBERED_MAX = 4096;
    private static final int TOKEN_LENGTH_MAX = 64 << 10;

    private final Transport transport;
    private final String path;
    private final Duration lifetime;
    private final InstantSource clock;

    private final Remembered<Bytes, Optional<Identity>> known = new Remembered<>(REMEMBERED_MAX);

    /**
     * Asks that service.
     *
     * @param path where it answers
     * @param lifetime how long an answer is remembered
     */
    public WebhookAuthenticator(
            Transport transport, String path, Duration lifetime, InstantSource clock) {
        this.transport = transport;
        this.path = path;
        this.lifetime = lifetime;
        this.clock = clock;
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials
                .bearer()
                .filter(t -> !t.isEmpty() && t.length() <= TOKEN_LENGTH_MAX)
                .flatMap(this::identity);
    }

    private Optional<Identity> identity(String token) {
        Bytes hash = hash(token);
        Instant now = clock.instant();
        Optional<Optional<Identity>> before = known.find(hash, now);
        if (before.isPresent()) {
            return before.get();
        }
        Optional<TokenReviewStatus> answer = ask(token);
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        Optional<Identity> who = identity(answer.get());
        known.put(hash, who, now.plus(lifetime));
        return who;
    }

    private Optional<TokenReviewStatus> ask(String token) {
        TokenReview review =
                TokenReview.builder()
                        .spec(s -> s.token(token).audiences(List.of(TokenIssuer.ISSUER)))
                        .build();
        try {
            Body answer =
                    transport
                            .call(ApiRequest.of("POST", path).withBody(Body.of(review.struct())))
                            .orThrow()
                            .body();
            return Optional.of(new TokenReview(answer.struct(TokenReview.definition())).status());
        } catch (TransportException | ApiException | DecodeException e) {
            LOG.warn("the token webhook did not answer as it should: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** One that names audiences must name us; one that names none knows of none. */
    private static Optional<Identity> identity(TokenReviewStatus status) {
        boolean forUs =
                status.audiences().isEmpty() || status.audiences().contains(TokenIssuer.ISSUER);
        UserInfo user = status.user();
        if (!status.authenticated() || !forUs || user.username().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Identity.known(user.username(), user.uid(), user.groups()).with(user.extra()));
    }

    /** So that the memory of this process holds no tokens. */
    private static Bytes hash(String token) {
        try {
            return Bytes.wrap(
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no SHA-256", e);
        }
    }
}
