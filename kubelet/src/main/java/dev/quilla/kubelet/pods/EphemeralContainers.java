package dev.quilla.kubelet.pods;

import dev.quilla.model.Definition;
import dev.quilla.model.Field;
import dev.quilla.model.StructBuilder;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.EphemeralContainer;
import dev.quilla.model.core.v1.Pod;
import java.util.List;

/**
 * Containers that were added to a pod that runs, to look into it. They are started like any other,
 * never again once they ended, and the pod's own fate is none of theirs.
 */
final class EphemeralContainers {

    private EphemeralContainers() {}

    /** A pod's, as containers. Which container they are meant to look at is not in them. */
    static List<Container> of(Pod pod) {
        return pod.spec().ephemeralContainers().stream()
                .map(EphemeralContainers::asContainer)
                .toList();
    }

    /** Both have the same fields, of the same types; an ephemeral one has a target besides. */
    private static Container asContainer(EphemeralContainer ephemeral) {
        Definition definition = Container.definition();
        StructBuilder builder = new StructBuilder(definition);
        for (Field field : ephemeral.struct().definition().fields()) {
            if (ephemeral.struct().has(field)) {
                definition
                        .find(field.name())
                        .ifPresent(own -> builder.set(own, ephemeral.struct().get(field)));
            }
        }
        return new Container(builder.build());
    }
}
