package dev.quilla.apiserver.audit;

import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is recorded of which request: the first rule that matches says so, and where none does,
 * nothing is.
 *
 * @param omitStages made no event of, whatever a rule says
 * @param omitManagedFields whether objects are recorded without them
 */
public record AuditPolicy(
        List<AuditRule> rules, Set<AuditStage> omitStages, boolean omitManagedFields) {

    public AuditPolicy {
        rules = List.copyOf(rules);
        omitStages = Set.copyOf(omitStages);
    }

    /** What is recorded of one request. */
    public record Extent(AuditLevel level, Set<AuditStage> omitStages, boolean omitManagedFields) {

        private static final Extent NOTHING = new Extent(AuditLevel.NONE, Set.of(), false);

        public Extent {
            omitStages = Set.copyOf(omitStages);
        }
    }

    /**
     * The policy of a cluster that has been given none: who did what, never what objects hold. Left
     * out is what would hide the rest: health, discovery, events, and the leases with which nodes
     * and leaders say that they live.
     */
    public static AuditPolicy usual() {
        AuditRule nothing = AuditRule.of(AuditLevel.NONE);
        return new AuditPolicy(
                List.of(
                        nothing.about(
                                List.of(
                                        "/healthz*",
                                        "/livez*",
                                        "/readyz*",
                                        "/version",
                                        "/metrics",
                                        "/openapi*",
                                        "/api",
                                        "/api/*",
                                        "/apis",
                                        "/apis/*")),
                        nothing.about(
                                List.of(),
                                List.of(),
                                List.of(
                                        new AuditRule.Resources("", List.of("events"), List.of()),
                                        new AuditRule.Resources(
                                                "events.k8s.io", List.of("events"), List.of()))),
                        nothing.about(
                                List.of("system:nodes", "system:serviceaccounts:kube-system"),
                                List.of("get", "list", "watch", "update", "patch"),
                                List.of(
                                        new AuditRule.Resources(
                                                "coordination.k8s.io",
                                                List.of("leases"),
                                                List.of()))),
                        AuditRule.of(AuditLevel.METADATA)),
                Set.of(AuditStage.REQUEST_RECEIVED),
                true);
    }

    /** What is recorded of a request. */
    public Extent of(Identity who, RequestInfo what) {
        for (AuditRule rule : rules) {
            if (rule.matches(who, what)) {
                Set<AuditStage> omitted = new HashSet<>(omitStages);
                omitted.addAll(rule.omitStages());
                return new Extent(
                        rule.level(), omitted, rule.omitManagedFields().orElse(omitManagedFields));
            }
        }
        return Extent.NOTHING;
    }
}
