package dev.quilla.kubelet.runtime.process;

/** How far a container's programs are set apart from the machine's. */
enum Confinement {
    /** In namespaces, under limits, with mounts: what a worker that runs as root can do. */
    NAMESPACES,

    /**
     * In a user namespace in which the worker's own user looks like root, with a root directory of
     * its own that shows the machine's files and the container's volumes.
     */
    OWN_ROOT,

    /** Not at all: a plain process of the worker's user. */
    NONE
}
