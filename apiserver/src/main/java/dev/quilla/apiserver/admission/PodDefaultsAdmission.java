package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Toleration;
import dev.quilla.model.scheduling.v1.PriorityClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod's priority from its class, and how long it stays on a node that is lost. */
public final class PodDefaultsAdmission implements Admission {

    private static final long STAYS_SECONDS = 300;
    private static final List<String> LOST =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    private final ObjectStore objects;

    /** Looks up classes there. */
    public PodDefaultsAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("", "pods")) {
            return object;
        }
        Pod pod = new Pod(object);
        Optional<PriorityClass> chosen = priorityClass(pod);
        return pod.toBuilder()
                .spec(s -> {
                    s.priority(chosen.map(PriorityClass::value).orElse(0))
                            .preemptionPolicy(
                                    chosen.map(PriorityClass::preemptionPolicy)
                                            .filter(p -> !p.isEmpty())
                                            .orElse("PreemptLowerPriority"))
                            .tolerations(tolerations(pod));
                    chosen.ifPresent(c -> s.priorityClassName(c.name()));
                    return s;
                })
                .build()
                .struct();
    }

    private Optional<PriorityClass> priorityClass(Pod pod) {
        var type = Schema.builtin().find(Resources.PRIORITY_CLASSES.gvr()).orElseThrow();
        String name = pod.spec().priorityClassName();
        if (!name.isEmpty()) {
            return Optional.of(
                    objects.find(objects.local(), type, ObjectKey.cluster(name))
                            .map(s -> new PriorityClass(s.object()))
                            .orElseThrow(() ->
                                    ApiErrors.forbidden(
                                            Resources.PODS.gvr().groupResource(),
                                            pod.name(),
                                            "no PriorityClass with name " + name + " was found")));
        }
        return objects.list(objects.local(), type, "").stream()
                .map(PriorityClass::new)
                .filter(PriorityClass::globalDefault)
                .findFirst();
    }

    private static List<Toleration> tolerations(Pod pod) {
        List<Toleration> all = new ArrayList<>(pod.spec().tolerations());
        for (String taint : LOST) {
            boolean known =
                    all.stream()
                            .anyMatch(t ->
                                    (t.key().equals(taint) || t.key().isEmpty())
                                            && (t.effect().isEmpty()
                                                    || t.effect().equals("NoExecute")));
            if (!known) {
                all.add(
                        Toleration.builder()
                                .key(taint)
                                .operator("Exists")
                                .effect("NoExecute")
                                .tolerationSeconds(STAYS_SECONDS)
                                .build());
            }
        }
        return all;
    }
}
