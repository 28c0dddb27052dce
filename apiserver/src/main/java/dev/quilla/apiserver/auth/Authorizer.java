package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.List;

/** Says who may do what. Thread-safe. */
public interface Authorizer {

    /** What one of several says. */
    enum Decision {
        /** It may be done, whatever those say who come later. */
        ALLOW,
        /** It may not be done, whatever those say who come later. */
        DENY,
        /** Others may allow it. */
        NO_OPINION
    }

    /** Whether somebody may make a request. */
    boolean allows(Identity who, RequestInfo what);

    /** What it says where it is one of several. */
    default Decision decide(Identity who, RequestInfo what) {
        return allows(who, what) ? Decision.ALLOW : Decision.NO_OPINION;
    }

    /** What lets somebody make a request that they may make, for the audit log; may be empty. */
    default String reason(Identity who, RequestInfo what) {
        return "";
    }

    /** They are asked in that order, until one allows or denies; what none allows is denied. */
    static Authorizer anyOf(List<Authorizer> authorizers) {
        List<Authorizer> all = List.copyOf(authorizers);
        return new Authorizer() {
            @Override
            public boolean allows(Identity who, RequestInfo what) {
                return decide(who, what) == Decision.ALLOW;
            }

            @Override
            public Decision decide(Identity who, RequestInfo what) {
                for (Authorizer one : all) {
                    Decision decision = one.decide(who, what);
                    if (decision != Decision.NO_OPINION) {
                        return decision;
                    }
                }
                return Decision.NO_OPINION;
            }

            @Override
            public String reason(Identity who, RequestInfo what) {
                return all.stream()
                        .filter(a -> a.decide(who, what) == Decision.ALLOW)
                        .findFirst()
                        .map(a -> a.reason(who, what))
                        .orElse("");
            }
        };
    }
}
