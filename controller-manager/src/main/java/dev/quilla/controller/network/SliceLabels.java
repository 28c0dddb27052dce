package dev.quilla.controller.network;

/** Labels of endpoint slices that say whose they are, as Kubernetes' documentation names them. */
final class SliceLabels {

    /** The service whose endpoints a slice holds. */
    static final String SERVICE_NAME = "kubernetes.io/service-name";

    /** Who makes it, and alone changes it. */
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    private SliceLabels() {}
}
