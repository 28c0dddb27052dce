package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.auth.Authorizer;
import dev.quilla.apiserver.auth.RoleRules;
import dev.quilla.apiserver.auth.RuleCoverage;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.GroupResource;
import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.rbac.v1.ClusterRole;
import dev.quilla.model.rbac.v1.ClusterRoleBinding;
import dev.quilla.model.rbac.v1.PolicyRule;
import dev.quilla.model.rbac.v1.Role;
import dev.quilla.model.rbac.v1.RoleBinding;
import dev.quilla.model.rbac.v1.RoleRef;
import java.util.List;

/**
 * Nobody gives away rights that they do not have: not by writing a role, unless they may {@code
 * escalate} it, and not by binding one, unless they may {@code bind} it.
 */
public final class RoleEscalationAdmission implements Admission {

    private static final String GROUP = "rbac.authorization.k8s.io";

    private final RoleRules roles;
    private final Authorizer authorizer;

    /** Compares with what these say. */
    public RoleEscalationAdmission(RoleRules roles, Authorizer authorizer) {
        this.roles = roles;
        this.authorizer = authorizer;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        boolean concerned =
                request.resource().groupResource().group().equals(GROUP)
                        && !request.call().identity().groups().contains(Identity.MASTERS)
                        && request.before()
                                .map(before -> !intent(before).equals(intent(object)))
                                .orElse(true);
        if (concerned) {
            switch (request.resource().gvk().kind()) {
                case "Role" -> checkRole(request, object, new Role(object).rules());
                case "ClusterRole" -> {
                    ClusterRole role = new ClusterRole(object);
                    if (role.hasAggregationRule()) {
                        checkAggregation(request, role);
                    }
                    checkRole(request, object, role.rules());
                }
                case "RoleBinding" ->
                        checkBinding(request, object, new RoleBinding(object).roleRef());
                case "ClusterRoleBinding" ->
                        checkBinding(request, object, new ClusterRoleBinding(object).roleRef());
                default -> {
                    // The group has no other kinds.
                }
            }
        }
        return object;
    }

    /** The object without what only its deletion is about. */
    private static Struct intent(Struct object) {
        ObjectMeta metadata = metadata(object);
        return object.with(
                "metadata",
                metadata.toBuilder()
                        .clearFinalizers()
                        .clearOwnerReferences()
                        .clearManagedFields()
                        .clearResourceVersion()
                        .build()
                        .struct());
    }

    private static ObjectMeta metadata(Struct object) {
        return new ObjectMeta(
                (Struct) object.find("metadata").orElseGet(() -> ObjectMeta.definition().empty()));
    }

    private void checkRole(Request request, Struct object, List<PolicyRule> rules) {
        ObjectMeta metadata = metadata(object);
        GroupResource resource = request.resource().groupResource();
        if (!may(request, "escalate", resource.resource(), metadata, metadata.name())) {
            check(request, object, rules);
        }
    }

    /** A role that takes in others may come to hold any right. */
    private void checkAggregation(Request request, ClusterRole role) {
        List<PolicyRule> held = roles.of(request.call().identity(), "");
        if (!may(request, "escalate", "clusterroles", role.metadata(), role.name())
                && !RuleCoverage.missing(RuleCoverage.EVERYTHING, held).isEmpty()) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    role.name(),
                    "must have cluster-admin privileges to use the aggregationRule");
        }
    }

    private void checkBinding(Request request, Struct object, RoleRef role) {
        ObjectMeta metadata = metadata(object);
        String resource = role.kind().equals("ClusterRole") ? "clusterroles" : "roles";
        if (!may(request, "bind", resource, metadata, role.name())) {
            List<PolicyRule> rules =
                    roles.find(role, metadata.namespace())
                            .orElseThrow(() ->
                                    ApiErrors.notFound(
                                            new GroupResource(GROUP, resource), role.name()));
            check(request, object, rules);
        }
    }

    private boolean may(
            Request request, String verb, String resource, ObjectMeta metadata, String name) {
        return authorizer.allows(
                request.call().identity(),
                new RequestInfo(verb, GROUP, "v1", resource, "", metadata.namespace(), name, ""));
    }

    private void check(Request request, Struct object, List<PolicyRule> rules) {
        Identity who = request.call().identity();
        List<String> missing =
                RuleCoverage.missing(rules, roles.of(who, metadata(object).namespace()));
        if (!missing.isEmpty()) {
            throw refused(request, metadata(object).name(), who, missing);
        }
    }

    private static ApiException refused(
            Request request, String name, Identity who, List<String> missing) {
        return ApiErrors.forbidden(
                request.resource().groupResource(),
                name,
                "user \"%s\" (groups=%s) is attempting to grant RBAC permissions not currently held:\n%s"
                        .formatted(
                                who.user(),
                                RuleCoverage.quoted(who.groups()),
                                String.join("\n", missing)));
    }
}
