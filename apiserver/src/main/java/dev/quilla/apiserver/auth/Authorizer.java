package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.List;

/** Says who may do what. Thread-safe. */
public interface Authorizer {

    /** Whether somebody may make a request. */
    boolean allows(Identity who, RequestInfo what);

    /** What lets somebody make a request that they may make, for the audit log; may be empty. */
    default String reason(Identity who, RequestInfo what) {
        return "";
    }

    /** Allows what one of them allows; they are asked in that order. */
    static Authorizer anyOf(List<Authorizer> authorizers) {
        List<Authorizer> all = List.copyOf(authorizers);
        return new Authorizer() {
            @Override
            public boolean allows(Identity who, RequestInfo what) {
                return all.stream().anyMatch(a -> a.allows(who, what));
            }

            @Override
            public String reason(Identity who, RequestInfo what) {
                return all.stream()
                        .filter(a -> a.allows(who, what))
                        .findFirst()
                        .map(a -> a.reason(who, what))
                        .orElse("");
            }
        };
    }
}
