package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.authentication.v1.TokenRequest;
import dev.quilla.model.core.v1.ServiceAccount;
import java.time.Duration;

/** A new token of a service account. */
final class TokenSubresource {

    private static final long SECONDS_DEFAULT = 3600;
    private static final long SECONDS_MIN = 600;
    private static final long SECONDS_MAX = Duration.ofDays(2).toSeconds();

    private final ObjectStore objects;
    private final TokenIssuer issuer;

    TokenSubresource(ObjectStore objects, TokenIssuer issuer) {
        this.objects = objects;
        this.issuer = issuer;
    }

    ApiReply handle(ServedResource accounts, ApiCall call) {
        TokenRequest request =
                new TokenRequest(
                        Bodies.object(
                                        call,
                                        TokenRequest.definition(),
                                        TokenRequest.definition().kinds().getFirst())
                                .struct());
        ObjectKey key = new ObjectKey(call.info().namespace(), call.info().name());
        ServiceAccount account =
                new ServiceAccount(objects.get(objects.newest(), accounts.type(), key).object());
        long asked =
                request.spec().hasExpirationSeconds()
                        ? request.spec().expirationSeconds()
                        : SECONDS_DEFAULT;
        TokenIssuer.Token token =
                issuer.issue(
                        account,
                        request.spec(),
                        Duration.ofSeconds(Math.clamp(asked, SECONDS_MIN, SECONDS_MAX)));
        return ApiReply.of(
                201,
                request.toBuilder()
                        .metadata(m -> m.name(key.name()).namespace(key.namespace()))
                        .status(s -> s.token(token.text()).expirationTimestamp(token.expires()))
                        .build()
                        .struct());
    }
}
