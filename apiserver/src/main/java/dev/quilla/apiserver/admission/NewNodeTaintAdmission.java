package dev.quilla.apiserver.admission;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.Node;
import dev.quilla.model.core.v1.Taint;
import java.util.ArrayList;
import java.util.List;

/**
 * A new node takes no pods until it is ready: the controller that taints nodes by their conditions
 * takes this taint off, and could put it on only after the scheduler has seen the node.
 */
public final class NewNodeTaintAdmission implements Admission {

    private static final String KEY = "node.kubernetes.io/not-ready";
    private static final String EFFECT = "NoSchedule";

    @Override
    public Struct admit(Request request, Struct object) {
        if (!request.creates("", "nodes")) {
            return object;
        }
        Node node = new Node(object);
        List<Taint> taints = new ArrayList<>(node.spec().taints());
        if (taints.stream().anyMatch(t -> t.key().equals(KEY) && t.effect().equals(EFFECT))) {
            return object;
        }
        taints.add(Taint.builder().key(KEY).effect(EFFECT).build());
        return node.toBuilder().spec(s -> s.taints(taints)).build().struct();
    }
}
