package dev.quilla.apiserver.http;

import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.apiserver.auth.Authenticator;
import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.http.HttpExchange;
import dev.quilla.model.ApiErrors;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds out who makes a request, and whether they may. Thread-safe. */
public final class Callers {

    private final List<Authenticator> authenticators;
    private final Authorizer authorizer;
    private final Predicate<String> anonymous;

    /**
     * Asks these, in that order.
     *
     * @param anonymous the paths that somebody may ask for who does not say who they are
     */
    public Callers(
            List<Authenticator> authenticators,
            Authorizer authorizer,
            Predicate<String> anonymous) {
        this.authenticators = List.copyOf(authenticators);
        this.authorizer = authorizer;
        this.anonymous = anonymous;
    }

    /**
     * Who makes a request, or whom they are to be taken for.
     *
     * @param info what it asks for: some may be taken for others only for that
     * @throws dev.quilla.model.ApiException if that can't be found out, or they may not
     */
    Identity identify(HttpExchange exchange, RequestInfo info, AuditTrail trail) {
        Optional<String> bearer =
                exchange.headers()
                        .first("Authorization")
                        .filter(h -> h.regionMatches(true, 0, "Bearer ", 0, 7))
                        .map(h -> h.substring(7).strip());
        Authenticator.Credentials credentials =
                new Authenticator.Credentials(exchange.clientCertificate(), bearer);
        for (Authenticator authenticator : authenticators) {
            Optional<Identity> identity = authenticator.authenticate(credentials);
            if (identity.isPresent()) {
                trail.identified(identity.get());
                return impersonated(exchange, info, identity.get(), trail);
            }
        }
        if (bearer.isPresent() || !anonymous.test(exchange.path())) {
            trail.unauthenticated(bearer.isPresent() ? "bearer" : "anonymous");
            throw ApiErrors.unauthorized();
        }
        trail.identified(Identity.ANONYMOUS);
        return Identity.ANONYMOUS;
    }

    private Identity impersonated(
            HttpExchange exchange, RequestInfo info, Identity real, AuditTrail trail) {
        Optional<Impersonation> said = Impersonation.of(exchange.headers());
        if (said.isEmpty()) {
            return real;
        }
        RequestInfo what = info.selected(exchange.query());
        for (LimitedImpersonation way : LimitedImpersonation.of(said.get(), real)) {
            if (way.rights(what).stream().allMatch(right -> authorizer.allows(real, right))) {
                trail.impersonates(way.identity(), way.verb());
                return way.identity();
            }
        }
        said.get().rights().forEach(right -> authorize(real, right, AuditTrail.NONE));
        Identity other = said.get().identity();
        trail.impersonates(other, "");
        return other;
    }

    /**
     * Looks whether somebody may make a request.
     *
     * @throws dev.quilla.model.ApiException if they may not
     */
    void authorize(Identity identity, RequestInfo info, AuditTrail trail) {
        boolean allowed = authorizer.allows(identity, info);
        if (trail.records()) {
            trail.decided(allowed, allowed ? authorizer.reason(identity, info) : "");
        }
        if (allowed) {
            return;
        }
        if (identity.equals(Identity.ANONYMOUS)) {
            throw ApiErrors.unauthorized();
        }
        if (!info.isResource()) {
            throw ApiErrors.forbiddenPath(
                    "User \"%s\" cannot %s path \"%s\""
                            .formatted(identity.user(), info.verb(), info.path()));
        }
        String resource =
                info.subresource().isEmpty()
                        ? info.resource()
                        : info.resource() + "/" + info.subresource();
        String where =
                info.namespace().isEmpty()
                        ? "at the cluster scope"
                        : "in the namespace \"" + info.namespace() + "\"";
        throw ApiErrors.forbidden(
                info.groupResource(),
                info.name(),
                "User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                        .formatted(identity.user(), info.verb(), resource, info.group(), where));
    }
}
