package dev.quilla.plugin;

import dev.quilla.model.core.v1.Node;
import java.util.Collection;

/** A node with the pods that are on it or about to be; immutable. */
public interface NodeView {

    /** The object as the API gives it. */
    Node node();

    /** What the node offers to pods. */
    Amounts allocatable();

    /** What its pods reserve, those just assigned included. */
    Amounts requested();

    /** The pods on it, those just assigned included. */
    Collection<PodView> pods();

    /** The node's name. */
    default String name() {
        return node().name();
    }
}
