package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.scheduling.v1.PriorityClass;
import java.util.Comparator;
import java.util.Optional;

/**
 * A pod's priority, from its class. One class alone is the default, and those of the system stay.
 */
public final class PriorityAdmission implements Admission {

    private static final String SYSTEM = "system-";
    private static final String PREEMPTS = "PreemptLowerPriority";

    private final ObjectStore objects;
    private final ApiResource classes =
            Schema.builtin().find(Resources.PRIORITY_CLASSES.gvr()).orElseThrow();

    /** Looks up classes there. */
    public PriorityAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public boolean handles(Request request) {
        return request.writes()
                || (request.operation() == Operation.DELETE
                        && isClasses(request)
                        && request.call().info().name().startsWith(SYSTEM));
    }

    /** Only deletions come here that {@link #handles} has let through. */
    @Override
    public void validate(Request request, Optional<Struct> object) {
        if (request.operation() == Operation.DELETE) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    request.call().info().name(),
                    "this is a system priority class and cannot be deleted");
        }
    }

    private static boolean isClasses(Request request) {
        return request.resource()
                .groupResource()
                .toString()
                .equals("priorityclasses.scheduling.k8s.io");
    }

    private void checkDefault(Request request, PriorityClass wanted) {
        if (!wanted.globalDefault()) {
            return;
        }
        objects.list(objects.local(), classes, "").stream()
                .map(PriorityClass::new)
                .filter(c -> c.globalDefault() && !c.name().equals(wanted.name()))
                .findFirst()
                .ifPresent(c -> {
                    throw ApiErrors.forbidden(
                            request.resource().groupResource(),
                            wanted.name(),
                            "PriorityClass %s is already marked as default. Only one default can exist"
                                    .formatted(c.name()));
                });
    }

    @Override
    public Struct admit(Request request, Struct object) {
        if (isClasses(request)) {
            checkDefault(request, new PriorityClass(object));
            return object;
        }
        if (request.changes("", "pods", "")) {
            return request.before().map(b -> kept(b, object)).orElse(object);
        }
        if (!request.creates("", "pods")) {
            return object;
        }
        Pod pod = new Pod(object);
        Optional<PriorityClass> chosen = chosen(request, pod);
        int priority = chosen.map(PriorityClass::value).orElse(0);
        String preemption =
                chosen.map(PriorityClass::preemptionPolicy)
                        .filter(p -> !p.isEmpty())
                        .orElse(PREEMPTS);
        if (pod.spec().hasPriority() && pod.spec().priority() != priority) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    pod.name(),
                    "the integer value of priority (%d) must not be provided in pod spec; priority admission controller computed %d from the given PriorityClass name"
                            .formatted(pod.spec().priority(), priority));
        }
        if (pod.spec().hasPreemptionPolicy() && !pod.spec().preemptionPolicy().equals(preemption)) {
            throw ApiErrors.forbidden(
                    request.resource().groupResource(),
                    pod.name(),
                    "the string value of PreemptionPolicy (%s) must not be provided in pod spec; priority admission controller computed %s from the given PriorityClass name"
                            .formatted(pod.spec().preemptionPolicy(), preemption));
        }
        return pod.toBuilder()
                .spec(s -> {
                    s.priority(priority).preemptionPolicy(preemption);
                    chosen.ifPresent(c -> s.priorityClassName(c.name()));
                    return s;
                })
                .build()
                .struct();
    }

    /** Whoever replaces a pod need not repeat what was found out when it was made. */
    private static Struct kept(Struct before, Struct object) {
        PodSpec old = new Pod(before).spec();
        Pod pod = new Pod(object);
        PodSpec.Builder spec = pod.spec().toBuilder();
        if (old.hasPriority() && !pod.spec().hasPriority()) {
            spec.priority(old.priority());
        }
        if (old.hasPreemptionPolicy() && !pod.spec().hasPreemptionPolicy()) {
            spec.preemptionPolicy(old.preemptionPolicy());
        }
        return pod.toBuilder().spec(spec.build()).build().struct();
    }

    private Optional<PriorityClass> chosen(Request request, Pod pod) {
        String name = pod.spec().priorityClassName();
        if (!name.isEmpty()) {
            return Optional.of(
                    objects.find(objects.local(), classes, ObjectKey.cluster(name))
                            .map(s -> new PriorityClass(s.object()))
                            .orElseThrow(() ->
                                    ApiErrors.forbidden(
                                            request.resource().groupResource(),
                                            pod.name(),
                                            "no PriorityClass with name " + name + " was found")));
        }
        // Of several that claim to be the default, the least one is.
        return objects.list(objects.local(), classes, "").stream()
                .map(PriorityClass::new)
                .filter(PriorityClass::globalDefault)
                .min(Comparator.comparing(PriorityClass::value));
    }
}
