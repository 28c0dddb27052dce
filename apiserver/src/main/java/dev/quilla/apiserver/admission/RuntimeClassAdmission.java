package dev.quilla.apiserver.admission;

import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.PodSpec;
import dev.quilla.model.core.v1.Toleration;
import dev.quilla.model.node.v1.RuntimeClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod's runtime class says what running it costs beside its containers, and which nodes can. The
 * class has to be there.
 */
public final class RuntimeClassAdmission implements Admission {

    private static final String WITHOUT =
            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";

    private final ObjectStore objects;
    private final ApiResource classes =
            Schema.builtin()
                    .find(new GroupVersion("node.k8s.io", "v1").resource("runtimeclasses"))
                    .orElseThrow();

    /** Looks up classes there. */
    public RuntimeClassAdmission(ObjectStore objects) {
        this.objects = objects;
    }

    @Override
    public boolean handles(Request request) {
        return request.creates("", "pods") && request.writes();
    }

    @Override
    public Struct admit(Request request, Struct object) {
        Pod pod = new Pod(object);
        String name = pod.spec().runtimeClassName();
        Optional<RuntimeClass> chosen =
                name.isEmpty() ? Optional.empty() : Optional.of(find(request, pod, name));
        Map<String, Quantity> overhead = overhead(request, pod, chosen);
        if (chosen.isEmpty()) {
            return object;
        }
        RuntimeClass runtime = chosen.get();
        PodSpec.Builder spec = pod.spec().toBuilder();
        if (!overhead.isEmpty()) {
            spec.overhead(overhead);
        }
        if (!runtime.scheduling().nodeSelector().isEmpty()) {
            spec.nodeSelector(nodes(request, pod, runtime));
        }
        List<Toleration> tolerations = new ArrayList<>(pod.spec().tolerations());
        runtime.scheduling().tolerations().stream()
                .filter(toleration -> !tolerations.contains(toleration))
                .forEach(tolerations::add);
        if (!tolerations.isEmpty()) {
            spec.tolerations(tolerations);
        }
        return pod.toBuilder().spec(spec.build()).build().struct();
    }

    private RuntimeClass find(Request request, Pod pod, String name) {
        ObjectKey key = ObjectKey.cluster(name);
        return objects.find(objects.local(), classes, key)
                // One that was just made may not have come here yet.
                .or(() -> objects.find(objects.newest(), classes, key))
                .map(stored -> new RuntimeClass(stored.object()))
                .orElseThrow(() ->
                        refused(
                                request,
                                pod,
                                "pod rejected: RuntimeClass \"" + name + "\" not found"));
    }

    private static Map<String, Quantity> overhead(
            Request request, Pod pod, Optional<RuntimeClass> runtime) {
        Map<String, Quantity> defined = runtime.map(r -> r.overhead().podFixed()).orElse(Map.of());
        Map<String, Quantity> said = pod.spec().overhead();
        if (!said.isEmpty() && defined.isEmpty()) {
            throw refused(request, pod, WITHOUT);
        }
        if (!said.isEmpty() && !said.equals(defined)) {
            throw refused(
                    request,
                    pod,
                    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
        return defined;
    }

    private static Map<String, String> nodes(Request request, Pod pod, RuntimeClass runtime) {
        Map<String, String> all = new HashMap<>(pod.spec().nodeSelector());
        runtime.scheduling()
                .nodeSelector()
                .forEach((key, value) -> {
                    String said = all.put(key, value);
                    if (said != null && !said.equals(value)) {
                        throw refused(
                                request,
                                pod,
                                "conflict: runtimeClass.scheduling.nodeSelector["
                                        + key
                                        + "] = "
                                        + value
                                        + "; pod.spec.nodeSelector["
                                        + key
                                        + "] = "
                                        + said);
                    }
                });
        return all;
    }

    private static RuntimeException refused(Request request, Pod pod, String why) {
        return ApiErrors.forbidden(request.resource().groupResource(), pod.name(), why);
    }
}
