package dev.quilla.apiserver.kinds;

import dev.quilla.model.Struct;
import dev.quilla.model.meta.v1.Condition;
import dev.quilla.model.networking.v1.ServiceCIDR;
import java.util.ArrayList;
import java.util.List;

/** Ranges of service addresses: ready from the start, and held until nobody has one of them. */
final class ServiceRangeKind implements KindBehaviour {

    private static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";

    @Override
    public Struct beforeCreate(Struct object) {
        ServiceCIDR range = new ServiceCIDR(object);
        Condition.Builder ready =
                Condition.builder()
                        .type("Ready")
                        .status("True")
                        .message("Kubernetes Service CIDR is ready");
        range.metadata().creationTimestamp().ifPresent(ready::lastTransitionTime);
        return held(range.toBuilder().status(s -> s.conditions(List.of(ready.build()))).build());
    }

    /**
     * Who replaces a range need not say that it is held; who deletes one may say that it is not.
     */
    @Override
    public Struct beforeUpdate(Struct before, Struct object) {
        ServiceCIDR range = new ServiceCIDR(object);
        return range.metadata().hasDeletionTimestamp() ? object : held(range);
    }

    private static Struct held(ServiceCIDR range) {
        List<String> finalizers = new ArrayList<>(range.metadata().finalizers());
        if (finalizers.contains(FINALIZER)) {
            return range.struct();
        }
        finalizers.add(FINALIZER);
        return range.toBuilder().metadata(m -> m.finalizers(finalizers)).build().struct();
    }
}
