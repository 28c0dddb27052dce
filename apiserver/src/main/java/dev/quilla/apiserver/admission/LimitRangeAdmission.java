package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.LimitRange;
import dev.quilla.model.core.v1.LimitRangeItem;
import dev.quilla.model.core.v1.PersistentVolumeClaim;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ResourceRequirements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** A namespace's limit ranges: what containers get that ask for nothing, and what is too much. */
public final class LimitRangeAdmission implements Admission {

    private static final String ANNOTATION = "kubernetes.io/limit-ranger";

    private final ObjectStore objects;
    private final ApiResource ranges =
            Schema.builtin().find(Resources.LIMIT_RANGES.gvr()).orElseThrow();

    /** Looks up limit ranges there. */
    public LimitRangeAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public Struct admit(Request request, Struct object) {
        if (request.creates("", "pods")) {
            Pod pod = new Pod(object);
            for (LimitRangeItem item : items(pod.namespace(), "Container")) {
                pod = withDefaults(pod, item);
            }
            check(request, pod.name(), problems(pod));
            return pod.struct();
        }
        if (request.changes("", "pods", "resize")) {
            check(request, new Pod(object).name(), problems(new Pod(object)));
        }
        if (request.creates("", "persistentvolumeclaims")) {
            check(request, new PersistentVolumeClaim(object).name(), problems(object));
        }
        return object;
    }

    private List<LimitRangeItem> items(String namespace, String type) {
        return objects.list(objects.local(), ranges, namespace).stream()
                .flatMap(s -> new LimitRange(s).spec().limits().stream())
                .filter(i -> i.type().equals(type))
                .toList();
    }

    private static Pod withDefaults(Pod pod, LimitRangeItem item) {
        List<String> set = new ArrayList<>();
        Pod changed =
                pod.toBuilder()
                        .spec(s -> {
                            s.containers(withDefaults(pod.spec().containers(), "", item, set));
                            return pod.spec().hasInitContainers()
                                    ? s.initContainers(
                                            withDefaults(
                                                    pod.spec().initContainers(),
                                                    "init ",
                                                    item,
                                                    set))
                                    : s;
                        })
                        .build();
        if (set.isEmpty()) {
            return pod;
        }
        Map<String, String> annotations = new LinkedHashMap<>(pod.metadata().annotations());
        annotations.put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", set));
        return changed.toBuilder().metadata(m -> m.annotations(annotations)).build();
    }

    private static List<Container> withDefaults(
            List<Container> containers, String kind, LimitRangeItem item, List<String> set) {
        return containers.stream().map(c -> withDefaults(c, kind, item, set)).toList();
    }

    private static Container withDefaults(
            Container container, String kind, LimitRangeItem item, List<String> set) {
        ResourceRequirements has = container.resources();
        Map<String, Quantity> limits = merged(has.limits(), item.default_());
        Map<String, Quantity> requests = merged(has.requests(), item.defaultRequest());
        note(set, "request", has.requests(), requests, kind, container);
        note(set, "limit", has.limits(), limits, kind, container);
        return container.toBuilder()
                .resources(r -> {
                    if (!limits.isEmpty()) {
                        r.limits(limits);
                    }
                    return requests.isEmpty() ? r : r.requests(requests);
                })
                .build();
    }

    private static Map<String, Quantity> merged(
            Map<String, Quantity> has, Map<String, Quantity> defaults) {
        Map<String, Quantity> all = new LinkedHashMap<>(has);
        defaults.forEach(all::putIfAbsent);
        return all;
    }

    private static void note(
            List<String> set,
            String what,
            Map<String, Quantity> before,
            Map<String, Quantity> now,
            String kind,
            Container container) {
        TreeSet<String> added = new TreeSet<>(now.keySet());
        added.removeAll(before.keySet());
        if (!added.isEmpty()) {
            set.add(
                    "%s %s for %scontainer %s"
                            .formatted(String.join(", ", added), what, kind, container.name()));
        }
    }

    private List<String> problems(Pod pod) {
        List<String> problems = new ArrayList<>();
        List<Container> all = new ArrayList<>(pod.spec().containers());
        all.addAll(pod.spec().initContainers());
        for (LimitRangeItem item : items(pod.namespace(), "Container")) {
            for (Container container : all) {
                ResourceRequirements has = container.resources();
                problems.addAll(LimitRules.broken(item, has.requests(), has.limits()));
            }
        }
        for (LimitRangeItem item : items(pod.namespace(), "Pod")) {
            problems.addAll(
                    LimitRules.broken(
                            item, PodAmounts.requests(pod.spec()), PodAmounts.limits(pod.spec())));
        }
        return problems;
    }

    private List<String> problems(Struct claim) {
        PersistentVolumeClaim wanted = new PersistentVolumeClaim(claim);
        List<String> problems = new ArrayList<>();
        for (LimitRangeItem item : items(wanted.namespace(), "PersistentVolumeClaim")) {
            problems.addAll(
                    LimitRules.broken(
                            item,
                            wanted.spec().resources().requests(),
                            wanted.spec().resources().limits()));
        }
        return problems;
    }

    private static void check(Request request, String name, List<String> problems) {
        if (!problems.isEmpty()) {
            String text =
                    problems.size() == 1
                            ? problems.getFirst()
                            : "[" + String.join(", ", problems) + "]";
            throw ApiErrors.forbidden(request.resource().groupResource(), name, text);
        }
    }
}
