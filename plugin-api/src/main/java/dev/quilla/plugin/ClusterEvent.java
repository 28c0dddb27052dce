package dev.quilla.plugin;

/** Something that changed in the cluster and might let a waiting pod run. */
public enum ClusterEvent {
    NODE_ADDED,
    /** Labels, taints, allocatable or readiness of a node changed. */
    NODE_CHANGED,
    /** A pod ended or was deleted, which frees what it held. */
    POD_GONE,
    /** A pod was placed or changed its labels, which can satisfy an affinity. */
    POD_CHANGED,
    /** Policies were loaded or unloaded. */
    POLICIES_CHANGED,
    /** Volumes, claims or classes changed. */
    STORAGE_CHANGED
}
