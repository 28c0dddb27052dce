package dev.quilla.apiserver.metrics;

import dev.quilla.apiserver.metrics.NodeUsage.Usage;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ResourceRegistry;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.apiserver.request.ResourceHandler;
import dev.quilla.apiserver.verbs.Concurrently;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.Definition;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Quantity;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Schema.ApiResource;
import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.meta.v1.ListMeta;
import dev.quilla.model.meta.v1.ObjectMeta;
import dev.quilla.model.metrics.v1beta1.ContainerMetrics;
import dev.quilla.model.metrics.v1beta1.NodeMetrics;
import dev.quilla.model.metrics.v1beta1.PodMetrics;
import dev.quilla.model.selector.FieldSelector;
import dev.quilla.model.selector.Selector;
import dev.quilla.store.View;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Answers requests about {@code metrics.k8s.io} itself, and hands on all others. Nothing of it is
 * stored: kubelets are asked. A node that does not answer, and a pod that has only just started, is
 * left out.
 */
public final class MetricsApi implements ResourceHandler {

    private static final String GROUP = "metrics.k8s.io";

    /** How many kubelets are asked at once for one request. */
    private static final int NODES_AT_ONCE_MAX = 32;

    private final ResourceHandler others;
    private final ResourceRegistry registry;
    private final ObjectStore objects;
    private final RecentUsage usage;
    private final ApiResource nodes = Schema.builtin().find(Resources.NODES.gvr()).orElseThrow();
    private final ApiResource pods = Schema.builtin().find(Resources.PODS.gvr()).orElseThrow();

    /**
     * Answers from kubelets.
     *
     * @param others answers all other requests
     */
    public MetricsApi(
            ResourceHandler others,
            ResourceRegistry registry,
            ObjectStore objects,
            KubeletFigures kubelets,
            InstantSource clock) {
        this.others = others;
        this.registry = registry;
        this.objects = objects;
        this.usage = new RecentUsage(kubelets, clock);
    }

    @Override
    public ApiReply handle(ApiCall call) {
        if (!call.info().group().equals(GROUP)) {
            return others.handle(call);
        }
        ServedResource resource =
                registry.find(call.info().gvr()).orElseThrow(ApiErrors::noSuchPath);
        if (!call.info().subresource().isEmpty()) {
            throw ApiErrors.noSuchPath();
        }
        return switch (call.info().verb()) {
            case "get" -> ApiReply.of(200, one(resource, call));
            case "list" -> ApiReply.of(200, list(resource, items(resource, call)));
            default ->
                    throw ApiErrors.methodNotSupported(
                            resource.groupResource(), call.info().verb());
        };
    }

    private Struct one(ServedResource resource, ApiCall call) {
        View view = objects.local();
        ObjectKey key =
                new ObjectKey(
                        resource.type().namespaced() ? call.info().namespace() : "",
                        call.info().name());
        Optional<Struct> found =
                resource.type().namespaced()
                        ? objects.find(view, pods, key).stream()
                                .flatMap(p -> ofPods(view, List.of(new Pod(p.object()))).stream())
                                .findFirst()
                        : objects.find(view, nodes, key).stream()
                                .flatMap(n -> ofNodes(List.of(new Node(n.object()))).stream())
                                .findFirst();
        return found.orElseThrow(() -> ApiErrors.notFound(resource.groupResource(), key.name()));
    }

    private List<Struct> items(ServedResource resource, ApiCall call) {
        View view = objects.local();
        try {
            Selector labels = Selector.parse(call.text("labelSelector"));
            Optional<String> name =
                    FieldSelector.parse(call.text("fieldSelector")).exact("metadata.name");
            boolean namespaced = resource.type().namespaced();
            List<Struct> chosen =
                    objects
                            .list(
                                    view,
                                    namespaced ? pods : nodes,
                                    namespaced ? call.info().namespace() : "")
                            .stream()
                            .filter(s -> labels.matches(metadata(s).labels()))
                            .filter(s -> name.map(metadata(s).name()::equals).orElse(true))
                            .toList();
            return namespaced
                    ? ofPods(view, chosen.stream().map(Pod::new).toList())
                    : ofNodes(chosen.stream().map(Node::new).toList());
        } catch (IllegalArgumentException e) {
            throw ApiErrors.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static ObjectMeta metadata(Struct object) {
        return new ObjectMeta((Struct) object.find("metadata").orElseThrow());
    }

    private List<Struct> ofNodes(List<Node> asked) {
        Map<String, NodeUsage> known = usages(asked);
        return asked.stream()
                .flatMap(n ->
                        Optional.ofNullable(known.get(n.name())).stream()
                                .map(u -> metrics(n, u.node())))
                .toList();
    }

    private List<Struct> ofPods(View view, List<Pod> asked) {
        List<Pod> running =
                asked.stream().filter(p -> p.status().phase().equals("Running")).toList();
        Set<String> names =
                running.stream().map(p -> p.spec().nodeName()).collect(Collectors.toSet());
        List<Node> on =
                names.stream()
                        .flatMap(n -> objects.find(view, nodes, ObjectKey.cluster(n)).stream())
                        .map(n -> new Node(n.object()))
                        .toList();
        Map<String, NodeUsage> known = usages(on);
        return running.stream()
                .flatMap(p ->
                        Optional.ofNullable(known.get(p.spec().nodeName())).stream()
                                .flatMap(n -> metrics(p, n).stream()))
                .toList();
    }

    private Map<String, NodeUsage> usages(List<Node> asked) {
        Map<String, NodeUsage> known = new ConcurrentHashMap<>();
        Concurrently.forEach(
                asked,
                NODES_AT_ONCE_MAX,
                node -> usage.of(node).ifPresent(u -> known.put(node.name(), u)));
        return known;
    }

    private static Struct metrics(Node node, Usage usage) {
        return NodeMetrics.builder()
                .metadata(m ->
                        m.name(node.name())
                                .labels(node.metadata().labels())
                                .creationTimestamp(seconds(usage)))
                .timestamp(usage.at())
                .window(window(usage))
                .usage(amounts(usage))
                .build()
                .struct();
    }

    private static Optional<Struct> metrics(Pod pod, NodeUsage node) {
        Map<String, Usage> containers = node.pods().getOrDefault(pod.uid(), Map.of());
        Optional<Usage> oldest = containers.values().stream().min(Comparator.comparing(Usage::at));
        return oldest.map(o ->
                PodMetrics.builder()
                        .metadata(m ->
                                m.name(pod.name())
                                        .namespace(pod.namespace())
                                        .labels(pod.metadata().labels())
                                        .creationTimestamp(seconds(o)))
                        .timestamp(o.at())
                        .window(window(o))
                        .containers(containers(containers))
                        .build()
                        .struct());
    }

    private static List<ContainerMetrics> containers(Map<String, Usage> usages) {
        List<ContainerMetrics> containers = new ArrayList<>();
        usages.forEach((name, usage) ->
                containers.add(
                        ContainerMetrics.builder().name(name).usage(amounts(usage)).build()));
        return containers;
    }

    private static Instant seconds(Usage usage) {
        return usage.at().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String window(Usage usage) {
        return usage.window().toMillis() / 1000.0 + "s";
    }

    private static Map<String, Quantity> amounts(Usage usage) {
        return Map.of(
                "cpu", Quantity.parse(usage.nanoCores() + "n"),
                "memory", Quantity.parse((usage.memoryBytes() >> 10) + "Ki"));
    }

    private static Struct list(ServedResource resource, List<Struct> items) {
        Definition definition = resource.type().listDefinition().orElseThrow();
        return definition
                .empty()
                .edit()
                .set(definition.field("kind"), resource.gvk().kind() + "List")
                .set(definition.field("apiVersion"), resource.gvk().groupVersion().toString())
                .set(definition.field("metadata"), ListMeta.builder().build().struct())
                .set(definition.field("items"), items)
                .build();
    }
}
