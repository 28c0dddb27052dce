package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.registry.Stored;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.Body;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.GroupVersionKind;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Binding;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodCondition;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.policy.v1.Eviction;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Putting a pod on a node, and asking it to leave. */
final class PodSubresources {

    private static final int ATTEMPTS_MAX = 5;

    private final ObjectStore objects;
    private final DeleteVerb delete;
    private final AdmissionChain admissions;
    private final InstantSource clock;
    private final DisruptionBudgets budgets;

    PodSubresources(
            ObjectStore objects,
            DeleteVerb delete,
            AdmissionChain admissions,
            InstantSource clock) {
        this.admissions = admissions;
        this.objects = objects;
        this.delete = delete;
        this.clock = clock;
        this.budgets = new DisruptionBudgets(objects, clock);
    }

    ApiReply bind(ServedResource pods, ApiCall call) {
        Binding binding = new Binding(admitted(pods, call, Binding.definition()));
        checkName(call, binding.name(), "Binding");
        String node = binding.target().name();
        if (node.isEmpty()) {
            throw ApiErrors.badRequest("target.name must name a node");
        }
        String name = call.info().name().isEmpty() ? binding.name() : call.info().name();
        ObjectKey key = new ObjectKey(call.info().namespace(), name);
        for (int attempt = 1; ; attempt++) {
            Stored before = objects.get(objects.newest(), pods.type(), key);
            Pod pod = new Pod(before.object());
            if (!binding.uid().isEmpty() && !binding.uid().equals(pod.uid())) {
                throw ApiErrors.conflict(
                        pods.groupResource(), name, "the pod was replaced by another of its name");
            }
            if (pod.metadata().hasDeletionTimestamp()) {
                throw ApiErrors.conflict(
                        pods.groupResource(),
                        name,
                        "pod " + name + " is being deleted, cannot be assigned to a host");
            }
            if (!pod.spec().nodeName().isEmpty()) {
                throw ApiErrors.conflict(
                        pods.groupResource(),
                        name,
                        "pod "
                                + name
                                + " is already assigned to node \""
                                + pod.spec().nodeName()
                                + "\"");
            }
            if (!pod.spec().schedulingGates().isEmpty()) {
                throw ApiErrors.conflict(
                        pods.groupResource(),
                        name,
                        "pod " + name + " has non-empty .spec.schedulingGates");
            }
            if (call.dryRun()) {
                return success();
            }
            try {
                objects.write(pods.type(), key, call.fenceTerm())
                        .replace(before, bound(pod, node, binding).struct())
                        .commitOrConflict();
                return success();
            } catch (dev.quilla.model.ApiException e) {
                if (!e.isConflict() || attempt >= ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    /** Whoever places a pod may leave a note on it. */
    private static ObjectMeta.Builder noted(Pod pod, Binding binding, ObjectMeta.Builder m) {
        Map<String, String> notes = new HashMap<>(pod.metadata().annotations());
        notes.putAll(binding.metadata().annotations());
        return notes.isEmpty() ? m : m.annotations(notes);
    }

    private Pod bound(Pod pod, String node, Binding binding) {
        List<PodCondition> conditions = new ArrayList<>(pod.status().conditions());
        conditions.removeIf(c -> c.type().equals("PodScheduled"));
        conditions.add(
                PodCondition.builder()
                        .type("PodScheduled")
                        .status("True")
                        .lastTransitionTime(clock.instant())
                        .build());
        return pod.toBuilder()
                .metadata(m -> noted(pod, binding, m))
                .spec(s -> s.nodeName(node))
                .status(s -> s.conditions(conditions).clearNominatedNodeName())
                .build();
    }

    ApiReply evict(ServedResource pods, ApiCall call) {
        Eviction eviction = new Eviction(admitted(pods, call, Eviction.definition()));
        RequestInfo info = call.info();
        checkName(call, eviction.name(), "Eviction");
        ApiCall deletion =
                DeleteVerb.effective(
                        call.with(
                                        new RequestInfo(
                                                "delete",
                                                info.group(),
                                                info.version(),
                                                info.resource(),
                                                "",
                                                info.namespace(),
                                                info.name(),
                                                info.path()))
                                .with(Body.of(eviction.deleteOptions().struct())));
        budgets.take(new ObjectKey(info.namespace(), info.name()), deletion);
        delete.handleEvicted(pods, deletion);
        return success();
    }

    /** What is about one pod says which, as its path does. */
    private static void checkName(ApiCall call, String name, String kind) {
        if (!call.info().name().isEmpty() && !call.info().name().equals(name)) {
            throw ApiErrors.badRequest(
                    "name in URL does not match name in %s object".formatted(kind));
        }
    }

    /** What is sent, if all let it pass. */
    private Struct admitted(ServedResource pods, ApiCall call, Definition definition) {
        GroupVersionKind kind = definition.kinds().getFirst();
        return admissions.pass(
                new Admission.Request(
                        pods, kind, call, Admission.Operation.CREATE, Optional.empty()),
                Bodies.object(call, definition, kind).struct());
    }

    private static ApiReply success() {
        Struct status = ApiErrors.success().toBuilder().code(201).build().struct();
        return ApiReply.of(201, status);
    }
}
