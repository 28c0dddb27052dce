package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.apps.v1.ReplicaSet;
import dev.quilla.model.core.v1.PodTemplateSpec;
import dev.quilla.model.meta.v1.LabelSelector;

/** ReplicaSets. */
final class ReplicaSetKind extends WorkloadKind {

    @Override
    LabelSelector selector(Struct object) {
        return new ReplicaSet(object).spec().selector();
    }

    @Override
    PodTemplateSpec template(Struct object) {
        return new ReplicaSet(object).spec().template();
    }

    @Override
    String podsOwner() {
        return "ReplicaSet";
    }

    @Override
    public Struct defaults(Struct object) {
        ReplicaSet r = new ReplicaSet(object);
        return r.toBuilder()
                .spec(s -> {
                    if (!r.spec().hasReplicas()) {
                        s.replicas(1);
                    }
                    return s.template(PodTemplates.defaults(r.spec().template()));
                })
                .build()
                .struct();
    }
}
