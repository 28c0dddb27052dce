package dev.quilla.controller.workload;

import dev.quilla.controller.Owners;
import dev.quilla.model.Resources;
import dev.quilla.model.apps.v1.Deployment;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.core.v1.PodTemplateSpec;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A deployment's templates over time: one replica set each, numbered in annotations. Pure. */
final class Revisions {

    static final String HASH = "pod-template-hash";
    static final String REVISION = "deployment.kubernetes.io/revision";

    /** Which revisions a set was before, if it has been gone back to. */
    static final String HISTORY = "deployment.kubernetes.io/revision-history";

    private static final int HISTORY_CHARS_MAX = 2_000;
    private static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    private static final String MAX = "deployment.kubernetes.io/max-replicas";

    /** What belongs to the deployment itself, or to a revision that is not the newest. */
    private static final List<String> NOT_COPIED =
            List.of(
                    "kubectl.kubernetes.io/last-applied-configuration",
                    "deprecated.deployment.rollback.to",
                    REVISION,
                    HISTORY,
                    DESIRED,
                    MAX);

    private Revisions() {}

    /** The set of the current template; the oldest, should there be more than one. */
    static Optional<ReplicaSet> newest(Deployment deployment, List<ReplicaSet> sets) {
        return sets.stream()
                .filter(s -> sameTemplate(s, deployment))
                .min(
                        Comparator.comparing((ReplicaSet s) ->
                                        s.metadata().creationTimestamp().orElseThrow())
                                .thenComparing(ReplicaSet::name));
    }

    /** The same but for the label by which the pods of different sets are told apart. */
    static boolean sameTemplate(ReplicaSet set, Deployment deployment) {
        Map<String, String> labels = new HashMap<>(set.spec().template().metadata().labels());
        labels.remove(HASH);
        return withLabels(set.spec().template(), labels)
                .equals(
                        withLabels(
                                deployment.spec().template(),
                                deployment.spec().template().metadata().labels()));
    }

    private static PodTemplateSpec withLabels(
            PodTemplateSpec template, Map<String, String> labels) {
        return template.toBuilder().metadata(m -> m.labels(labels)).build();
    }

    /** A set for the current template. */
    static ReplicaSet create(Deployment deployment, int replicas, long revision) {
        String hash = hash(deployment.spec().template(), deployment.status().collisionCount());
        Map<String, String> labels =
                new HashMap<>(deployment.spec().template().metadata().labels());
        labels.put(HASH, hash);
        Map<String, String> selector = new HashMap<>(deployment.spec().selector().matchLabels());
        selector.put(HASH, hash);
        return ReplicaSet.builder()
                .metadata(m ->
                        m.namespace(deployment.namespace())
                                .name(deployment.name() + "-" + hash)
                                .labels(labels)
                                .annotations(annotations(deployment, Map.of(), revision))
                                .ownerReferences(
                                        List.of(
                                                Owners.reference(
                                                        Resources.DEPLOYMENTS, deployment))))
                .spec(s ->
                        s.replicas(replicas)
                                .minReadySeconds(deployment.spec().minReadySeconds())
                                .selector(
                                        deployment.spec().selector().toBuilder()
                                                .matchLabels(selector)
                                                .build())
                                .template(withLabels(deployment.spec().template(), labels)))
                .build();
    }

    /** A short name for a template. */
    static String hash(PodTemplateSpec template, int collisions) {
        return Integer.toUnsignedString(31 * template.hashCode() + collisions, 36);
    }

    /** What a set says of its deployment, on top of what it says already. */
    static Map<String, String> annotations(
            Deployment deployment, Map<String, String> before, long revision) {
        Map<String, String> annotations = new HashMap<>(before);
        deployment
                .metadata()
                .annotations()
                .forEach((name, value) -> {
                    if (!NOT_COPIED.contains(name)) {
                        annotations.put(name, value);
                    }
                });
        String was = annotations.put(REVISION, Long.toString(revision));
        if (was != null && !was.equals(annotations.get(REVISION))) {
            annotations.put(HISTORY, history(annotations.getOrDefault(HISTORY, ""), was));
        }
        return sized(deployment, annotations);
    }

    /** Of a history that grows too long the oldest goes. */
    private static String history(String before, String was) {
        String history = before.isEmpty() ? was : before + "," + was;
        while (history.length() > HISTORY_CHARS_MAX) {
            history = history.substring(history.indexOf(',') + 1);
        }
        return history;
    }

    /** The annotations of a set that has been scaled to what the deployment wants now. */
    static Map<String, String> sized(Deployment deployment, Map<String, String> before) {
        Rollout rollout = Rollout.of(deployment);
        Map<String, String> annotations = new HashMap<>(before);
        annotations.put(DESIRED, Integer.toString(rollout.wanted()));
        annotations.put(MAX, Integer.toString(rollout.wanted() + rollout.surge()));
        return annotations;
    }

    /** Whether the deployment has been scaled since a set was. */
    static boolean isStale(Deployment deployment, ReplicaSet set) {
        long desired = number(set, DESIRED);
        return set.spec().replicas() > 0 && desired >= 0 && desired != deployment.spec().replicas();
    }

    /** The most pods that there were allowed to be when a set was last scaled. */
    static int mostBefore(Deployment deployment, ReplicaSet set) {
        long most = number(set, MAX);
        return most > 0 ? Math.toIntExact(most) : deployment.status().replicas();
    }

    static long revision(ReplicaSet set) {
        return Math.max(0, number(set, REVISION));
    }

    private static long number(ReplicaSet set, String annotation) {
        try {
            return Long.parseLong(set.metadata().annotations().getOrDefault(annotation, "-1"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
