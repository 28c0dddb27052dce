package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.core.v1.ReplicationController;
import dev.quilla.model.meta.v1.LabelSelector;
import java.util.Map;

/** ReplicationControllers. */
final class ReplicationControllerKind extends WorkloadKind {

    @Override
    LabelSelector selector(Struct object) {
        Map<String, String> labels = new ReplicationController(object).spec().selector();
        LabelSelector.Builder selector = LabelSelector.builder();
        return (labels.isEmpty() ? selector : selector.matchLabels(labels)).build();
    }

    @Override
    PodTemplateSpec template(Struct object) {
        return new ReplicationController(object).spec().template();
    }

    @Override
    String podsOwner() {
        return "ReplicationController";
    }

    @Override
    boolean keepsSelector() {
        return false;
    }

    @Override
    boolean fitsUnselected() {
        return true;
    }

    /** What its pods are called is what it is called and what it chooses, unless it says so. */
    @Override
    public Struct defaults(Struct object) {
        ReplicationController c = new ReplicationController(object);
        Map<String, String> labels = c.spec().template().metadata().labels();
        return c.toBuilder()
                .metadata(m ->
                        c.metadata().labels().isEmpty() && !labels.isEmpty() ? m.labels(labels) : m)
                .spec(s -> {
                    if (!c.spec().hasReplicas()) {
                        s.replicas(1);
                    }
                    if (c.spec().selector().isEmpty() && !labels.isEmpty()) {
                        s.selector(labels);
                    }
                    return c.spec().hasTemplate()
                            ? s.template(PodTemplates.defaults(c.spec().template()))
                            : s;
                })
                .build()
                .struct();
    }
}
