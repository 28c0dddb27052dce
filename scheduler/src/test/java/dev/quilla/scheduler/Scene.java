package dev.quilla.scheduler;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ResourceType;
import dev.quilla.model.Resources;
import dev.quilla.model.codec.JsonCodec;
import dev.quilla.model.codec.YamlCodec;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.SchedulingPolicy;
import dev.quilla.scheduler.plugins.BuiltInPolicies;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.slf4j.LoggerFactory;

/** A cluster as the scheduler sees it, made of YAML, and the built-in policies. */
final class Scene {

    static final Profile PROFILE = profile();

    private final ClusterCache cache = new ClusterCache();
    private final SchedulingCycle cycle;
    private int uids;

    Scene(long seed) {
        this.cycle = new SchedulingCycle(new Random(seed), new PolicyCalls(), new ShapeMemory());
    }

    /** The built-in policies, which have seen nothing yet. */
    static Profile profile() {
        PluginContext context =
                new PluginContext(
                        "quilla-policies",
                        PluginContext.Component.SCHEDULER,
                        "test",
                        Map.of(),
                        LoggerFactory.getLogger(Scene.class));
        List<SchedulingPolicy> policies = new BuiltInPolicies().schedulingPolicies(context);
        return new Profile(
                Profile.DEFAULT,
                policies.stream()
                        .map(p ->
                                new Profile.Weighted(
                                        p.name(), "built-in", p, 1, Profile.Trust.BUILT_IN))
                        .toList(),
                List.of());
    }

    /** Adds a node with four cores, 8 GiB and room for ten pods. */
    Scene node(String name, String more) {
        cache.nodeChanged(
                parse(
                        Resources.NODES,
                        """
                        metadata:
                          name: %s
                          labels: {kubernetes.io/hostname: %s, topology.kubernetes.io/zone: z-%s}
                        status: {allocatable: {cpu: "4", memory: 8Gi, pods: "10"}}
                        %s
                        """
                                .formatted(name, name, name, more)));
        return this;
    }

    Scene node(String name) {
        return node(name, "");
    }

    /** A pod of a name and what its spec says. */
    PodInfo pod(String name, String metadata, String spec) {
        return PodInfo.of(
                parse(
                        Resources.PODS,
                        """
                        metadata: {name: %s, namespace: default, uid: uid-%d%s}
                        spec:
                          %s
                        """
                                .formatted(name, uids++, metadata, spec)));
    }

    /** A pod that wants some cpu and has a priority. */
    PodInfo pod(String name, String cpu, int priority) {
        return pod(
                name,
                "",
                """
                priority: %d
                  containers: [{name: c, image: x, resources: {requests: {cpu: "%s"}}}]
                """
                        .formatted(priority, cpu));
    }

    Scene running(PodInfo pod, String node) {
        cache.place(pod, node);
        return this;
    }

    ClusterCache cache() {
        return cache;
    }

    Decision decide(PodInfo pod) {
        return cycle.schedule(cache.snapshot(), pod, PROFILE);
    }

    /** The decision in the words that people read. */
    String told(PodInfo pod) {
        return switch (decide(pod)) {
            case Decision.Bind(String node) -> "bind " + node;
            case Decision.Preempt preempt ->
                    "preempt on "
                            + preempt.node()
                            + ": "
                            + preempt.victims().stream().map(v -> v.pod().name()).toList();
            case Decision.Unschedulable why -> why.message();
            case Decision.Failed failed -> failed.message();
        };
    }

    static <T extends ApiObject> T parse(ResourceType<T> type, String yaml) {
        return type.view()
                .apply(JsonCodec.fromTree(type.definition(), YamlCodec.readAll(yaml).getFirst()));
    }

    static Pod ending(Pod pod) {
        return pod.toBuilder().metadata(m -> m.deletionTimestamp(java.time.Instant.EPOCH)).build();
    }
}
