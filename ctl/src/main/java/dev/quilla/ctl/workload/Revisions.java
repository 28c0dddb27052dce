package dev.quilla.ctl.workload;

import dev.quilla.client.ApiRequest;
import dev.quilla.ctl.cluster.Cluster;
import dev.quilla.ctl.cluster.Target;
import dev.quilla.ctl.cluster.Tree;
import dev.quilla.ctl.failure.CommandException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A deployment's replica sets by revision. */
record Revisions(SortedMap<Long, Tree> replicaSets) {

    private static final String NUMBER = "deployment.kubernetes.io/revision";
    private static final String CAUSE = "kubernetes.io/change-cause";
    private static final String HASH = "pod-template-hash";

    static Revisions of(Cluster cluster, Tree deployment) {
        String uid = deployment.text("metadata", "uid");
        SortedMap<Long, Tree> sets = new TreeMap<>();
        String path = "/apis/apps/v1/namespaces/" + deployment.namespace() + "/replicasets";
        for (Tree set : cluster.call(ApiRequest.get(path)).trees("items")) {
            boolean owned =
                    set.trees("metadata", "ownerReferences").stream()
                            .anyMatch(o -> o.text("uid").equals(uid));
            String number = set.text("metadata", "annotations", NUMBER);
            if (owned && number.matches("\\d{1,18}")) {
                sets.put(Long.parseLong(number), set);
            }
        }
        return new Revisions(sets);
    }

    /** The revision before the newest. */
    long previous(Target target) {
        if (replicaSets.size() < 2) {
            throw new CommandException(target.label() + " has no earlier revision to go back to");
        }
        return replicaSets.headMap(replicaSets.lastKey()).lastKey();
    }

    /** The pod template of a revision. */
    Tree template(Target target, long revision) {
        Tree set = replicaSets.get(revision);
        if (set == null) {
            throw new CommandException(
                    "%s has no revision %d: see quilla rollout history"
                            .formatted(target.label(), revision));
        }
        return set.tree("spec", "template").without("metadata", "labels", HASH);
    }

    /** Why each revision came to be. */
    Map<Long, String> causes() {
        Map<Long, String> causes = new TreeMap<>();
        replicaSets.forEach((number, set) ->
                causes.put(number, set.textOr("<none>", "metadata", "annotations", CAUSE)));
        return causes;
    }
}
