package dev.quilla.controller.workload;

import dev.quilla.client.ApiClient;
import dev.quilla.client.EventRecorder;
import dev.quilla.client.EventType;
import dev.quilla.model.ApiException;
import dev.quilla.model.ApiObject;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.DeleteOptions;
import dev.quilla.model.meta.v1.OwnerReference;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes and removes pods for their owners, and says so in events. Thread-safe. */
final class PodFactory {

    private final ApiClient client;
    private final EventRecorder events;
    private final Expectations expectations;

    PodFactory(ApiClient client, EventRecorder events, Expectations expectations) {
        this.client = client;
        this.events = events;
        this.expectations = expectations;
    }

    /** Makes a pod of a template with something changed. */
    void create(
            ApiObject owner,
            OwnerReference reference,
            PodTemplateSpec template,
            UnaryOperator<Pod> change) {
        Pod pod =
                Pod.builder()
                        .metadata(m ->
                                m.namespace(owner.namespace())
                                        .generateName(owner.name() + "-")
                                        .labels(template.metadata().labels())
                                        .annotations(template.metadata().annotations())
                                        .ownerReferences(List.of(reference)))
                        .spec(template.spec())
                        .build();
        try {
            Pod created = client.resource(Resources.PODS).create(change.apply(pod));
            expectations.wrote(owner.key(), created);
            events.record(
                    owner, EventType.NORMAL, "SuccessfulCreate", "Created pod: " + created.name());
        } catch (ApiException e) {
            events.record(
                    owner, EventType.WARNING, "FailedCreate", "Error creating: " + e.getMessage());
            throw e;
        }
    }

    /** Removes a pod, unless another one has its name by now. */
    void delete(ApiObject owner, Pod pod) {
        try {
            client.resource(Resources.PODS)
                    .delete(
                            pod.key(),
                            DeleteOptions.builder().preconditions(p -> p.uid(pod.uid())).build());
            events.record(
                    owner, EventType.NORMAL, "SuccessfulDelete", "Deleted pod: " + pod.name());
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                events.record(
                        owner,
                        EventType.WARNING,
                        "FailedDelete",
                        "Error deleting: " + e.getMessage());
                throw e;
            }
        }
        expectations.deleted(owner.key(), pod);
    }
}
