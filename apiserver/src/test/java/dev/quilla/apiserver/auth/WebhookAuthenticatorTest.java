package dev.quilla.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.client.WatchStream;
import dev.quilla.model.authentication.v1.TokenReview;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WebhookAuthenticatorTest {

    private Instant now = Instant.parse("2030-01-02T03:04:05Z");
    private int asked;
    private boolean away;
    private List<String> audiences = List.of();

    private final WebhookAuthenticator authenticator =
            new WebhookAuthenticator(new Service(), "/review", Duration.ofMinutes(2), () -> now);

    /** Knows the token "good". */
    private final class Service implements Transport {

        @Override
        public ApiResponse call(ApiRequest request) {
            asked++;
            if (away) {
                throw new TransportException("away", new IOException("away"), false);
            }
            assertEquals("POST /review", request.method() + " " + request.path());
            TokenReview review = new TokenReview(request.body().struct(TokenReview.definition()));
            assertEquals(List.of(TokenIssuer.ISSUER), review.spec().audiences());
            boolean good = review.spec().token().equals("good");
            TokenReview answer =
                    review.toBuilder()
                            .status(s ->
                                    s.authenticated(good)
                                            .audiences(audiences)
                                            .user(u ->
                                                    u.username("anna")
                                                            .uid("7")
                                                            .groups(List.of("dev"))
                                                            .extra(Map.of("k", List.of("v")))))
                            .build();
            return ApiResponse.of(200, Body.of(answer.struct()));
        }

        @Override
        public WatchStream watch(ApiRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private Optional<Identity> who(String token) {
        return authenticator.authenticate(
                new Authenticator.Credentials(Optional.empty(), Optional.of(token)));
    }

    @Test
    void takesTheServicesWordForAWhile() {
        Identity anna = Identity.known("anna", "7", List.of("dev")).with(Map.of("k", List.of("v")));
        assertEquals(Optional.of(anna), who("good"));
        assertEquals(Optional.of(anna), who("good"));
        assertEquals(Optional.empty(), who("bad"));
        assertEquals(Optional.empty(), who("bad"));
        assertEquals(2, asked);
        now = now.plusSeconds(120);
        assertEquals(Optional.of(anna), who("good"));
        assertEquals(3, asked);
    }

    @Test
    void asksAgainWhenItWasAway() {
        away = true;
        assertEquals(Optional.empty(), who("good"));
        away = false;
        assertEquals(true, who("good").isPresent());
        assertEquals(2, asked);
    }

    @Test
    void aTokenForOthersIsNotForUs() {
        audiences = List.of("vault");
        assertEquals(Optional.empty(), who("good"));
    }
}
