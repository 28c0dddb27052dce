package dev.quilla.plugin;

import java.util.Collection;
import java.util.Map;

/** All nodes and their pods at one moment; immutable. */
public interface ClusterView {

    /** The nodes, in no particular order. */
    Collection<NodeView> nodes();

    /** Labels of a namespace; empty where it is unknown. */
    Map<String, String> namespaceLabels(String namespace);
}
