package dev.quilla.apiserver.admission.policy;

import dev.quilla.apiserver.registry.Keys;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.client.ApiClient;
import dev.quilla.client.ListOptions;
import dev.quilla.client.WorkQueue;
import dev.quilla.model.ApiException;
import dev.quilla.model.Resources;
import dev.quilla.model.admissionregistration.v1.TypeChecking;
import dev.quilla.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.quilla.store.CompactedException;
import dev.quilla.store.StoreException;
import dev.quilla.store.Watch;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows in the status of validating policies what is doubtful about their expressions. Runs on the
 * leader; two threads: {@code policy-watch} learns that something changed, {@code policy-status}
 * writes.
 */
public final class PolicyStatus implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PolicyStatus.class);
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final Duration WATCH = Duration.ofSeconds(10);

    private final ObjectStore objects;
    private final ApiClient client;
    private final TypeChecks checks;

    /** There is one thing to do: to look at all policies. */
    private final WorkQueue<String> queue = new WorkQueue<>();

    private final Thread watcher = Thread.ofVirtual().name("policy-watch").unstarted(this::follow);
    private final Thread writer = Thread.ofVirtual().name("policy-status").unstarted(this::write);

    /** Works through a client that may write the status of policies. */
    public PolicyStatus(ObjectStore objects, ResourceRegistry registry, ApiClient client) {
        this.objects = objects;
        this.client = client;
        this.checks = new TypeChecks(registry);
    }

    /** Starts. */
    public void start() {
        watcher.start();
        writer.start();
    }

    private void follow() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                followOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void followOnce() throws InterruptedException {
        long revision = objects.local().revision();
        queue.add(GROUP);
        try (Watch watch = objects.store().watch(Keys.group(GROUP), revision)) {
            while (!Thread.currentThread().isInterrupted()) {
                if (!watch.next(WATCH).events().isEmpty()) {
                    queue.add(GROUP);
                }
            }
        } catch (CompactedException e) {
            LOG.debug("the history of policies is no longer kept: looking at all of them again");
        }
    }

    private void write() {
        try {
            for (Optional<String> key = queue.take(); key.isPresent(); key = queue.take()) {
                tryCheck(key.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryCheck(String key) {
        try {
            check();
            queue.forget(key);
        } catch (ApiException | StoreException e) {
            LOG.debug("the status of policies could not be written: {}", e.getMessage());
            queue.addRateLimited(key);
        } finally {
            queue.done(key);
        }
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
        queue.close();
        for (Thread thread : new Thread[] {watcher, writer}) {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
