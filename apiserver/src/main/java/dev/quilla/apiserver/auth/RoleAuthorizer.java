package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.rbac.v1.PolicyRule;
import java.util.List;

/** Role-based access control. */
public final class RoleAuthorizer implements Authorizer {

    private final RoleRules rules;

    /** Decides by these roles and bindings. */
    public RoleAuthorizer(RoleRules rules) {
        this.rules = rules;
    }

    @Override
    public boolean allows(Identity who, RequestInfo what) {
        return rules.any(
                who, what.isResource() ? what.namespace() : "", rule -> allows(rule, what));
    }

    @Override
    public String reason(Identity who, RequestInfo what) {
        return rules.grant(
                        who, what.isResource() ? what.namespace() : "", rule -> allows(rule, what))
                .map(grant -> "RBAC: allowed by " + grant)
                .orElse("");
    }

    private static boolean allows(PolicyRule rule, RequestInfo what) {
        if (!has(rule.verbs(), what.verb())) {
            return false;
        }
        if (!what.isResource()) {
            return rule.nonResourceURLs().stream()
                    .anyMatch(url ->
                            url.equals(what.path())
                                    || (url.endsWith("*")
                                            && what.path()
                                                    .startsWith(
                                                            url.substring(0, url.length() - 1))));
        }
        String resource =
                what.subresource().isEmpty()
                        ? what.resource()
                        : what.resource() + "/" + what.subresource();
        boolean named =
                rule.resourceNames().isEmpty() || rule.resourceNames().contains(what.name());
        return named
                && has(rule.apiGroups(), what.group())
                && (has(rule.resources(), resource)
                        || (!what.subresource().isEmpty()
                                && rule.resources().contains("*/" + what.subresource())));
    }

    private static boolean has(List<String> allowed, String wanted) {
        return allowed.contains("*") || allowed.contains(wanted);
    }
}
