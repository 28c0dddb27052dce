package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.registry.ChangeWorker;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.model.Resources;
import dev.quilla.model.admissionregistration.v1.TypeChecking;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicy;

/**
 * Shows in the status of validating policies what is doubtful about their expressions. Runs on the
 * leader.
 */
public final class PolicyStatus implements AutoCloseable {

    private static final String GROUP = "admissionregistration.k8s.io";

    private final ApiClient client;
    private final TypeChecks checks;
    private final ChangeWorker<String> worker;

    /** Works through a client that may write the status of policies. */
    public PolicyStatus(ObjectStore objects, ResourceRegistry registry, ApiClient client) {
        this.client = client;
        this.checks = new TypeChecks(registry);
        this.worker = ChangeWorker.ofGroup("policy-status", objects, GROUP, this::check);
    }

    /** Starts. */
    public void start() {
        worker.start();
    }

    /** Writes the status of all whose specification has changed since it was written. */
    void check() {
        var policies = client.resource(Resources.VALIDATING_ADMISSION_POLICIES);
        for (ValidatingAdmissionPolicy policy : policies.list(ListOptions.ALL).items()) {
            if (policy.status().observedGeneration() != policy.metadata().generation()) {
                policies.updateStatus(
                        policy.toBuilder()
                                .status(s ->
                                        s.observedGeneration(policy.metadata().generation())
                                                .typeChecking(
                                                        TypeChecking.builder()
                                                                .expressionWarnings(
                                                                        checks.of(policy.spec()))
                                                                .build()))
                                .build());
            }
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
