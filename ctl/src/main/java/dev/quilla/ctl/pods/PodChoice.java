package dev.quilla.ctl.pods;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the pods that a person means, and a container in them. */
final class PodChoice {

    private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

    private final Cluster cluster;

    PodChoice(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * A pod that was chosen.
     *
     * @param among of how many
     */
    record Chosen(Tree pod, int among) {}

    /** A pod by {@code NAME} or {@code pod/NAME}, or one of a workload's by {@code TYPE/NAME}. */
    Chosen one(String word) {
        if (!word.contains("/")) {
            return new Chosen(cluster.get(path(word)), 1);
        }
        Target target = Target.parseNamed(List.of(word), cluster.discovery()).getFirst();
        if (target.resource().plural().equals("pods")) {
            return new Chosen(cluster.get(path(target.name())), 1);
        }
        Tree owner = cluster.get(target.resource().path(cluster.namespace(), target.name()));
        List<Tree> pods = bySelector(selector(target, owner));
        return pods.stream()
                .min(Comparator.comparing(pod -> isReady(pod) ? 0 : 1))
                .map(pod -> new Chosen(pod, pods.size()))
                .orElseThrow(() -> new CommandException(target.label() + " has no pods"));
    }

    private static String selector(Target target, Tree owner) {
        boolean service = target.resource().kind().equals("Service");
        Map<String, String> labels =
                service
                        ? owner.texts("spec", "selector")
                        : owner.texts("spec", "selector", "matchLabels");
        if (labels.isEmpty()) {
            throw new CommandException(target.label() + " selects no pods by labels");
        }
        return labels.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }

    private static boolean isReady(Tree pod) {
        return pod.trees("status", "conditions").stream()
                .anyMatch(c -> c.text("type").equals("Ready") && c.text("status").equals("True"));
    }

    /** All pods with these labels. */
    List<Tree> bySelector(String selector) {
        return cluster.call(ApiRequest.get(path("")).withQuery("labelSelector", selector))
                .trees("items");
    }

    private String path(String name) {
        String all = "/api/v1/namespaces/" + cluster.namespace() + "/pods";
        return name.isEmpty() ? all : all + "/" + name;
    }

    /** Names of a pod's containers, those that run at its start first. */
    static List<String> containers(Tree pod) {
        List<String> names = new ArrayList<>();
        for (String kind : List.of("initContainers", "containers", "ephemeralContainers")) {
            pod.trees("spec", kind).forEach(c -> names.add(c.text("name")));
        }
        return names;
    }

    /** The container asked for, or the one meant where none is. */
    static String container(Tree pod, String wanted) {
        if (!wanted.isEmpty()) {
            if (!containers(pod).contains(wanted)) {
                throw new CommandException(
                        "pod %s has no container \"%s\": it has %s"
                                .formatted(pod.name(), wanted, String.join(", ", containers(pod))));
            }
            return wanted;
        }
        String first = pod.trees("spec", "containers").getFirst().text("name");
        return pod.textOr(first, "metadata", "annotations", DEFAULT_CONTAINER);
    }
}
