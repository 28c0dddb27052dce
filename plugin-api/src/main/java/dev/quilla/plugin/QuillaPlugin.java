package dev.quilla.plugin;

import java.util.List;
import org.pf4j.ExtensionPoint;

/**
 * What a plugin adds to the cluster. A plugin JAR holds one implementation, marked with PF4J's
 * {@code @Extension}; Quilla loads it into the scheduler, kubelets and proxies of the running
 * cluster and asks only for the parts that the process at hand uses.
 *
 * <p>Every method has a default, so a plugin names only what it brings and later versions of this
 * interface can grow without breaking it. Methods are called once per load, on one thread; what
 * they return must be thread-safe.
 */
public interface QuillaPlugin extends ExtensionPoint {

    /** Policies that take part in placing pods; loaded by the scheduler. */
    default List<SchedulingPolicy> schedulingPolicies(PluginContext context) {
        return List.of();
    }

    /** Checks that a pod can name in an annotation; loaded by every kubelet. */
    default List<HealthCheck> healthChecks(PluginContext context) {
        return List.of();
    }

    /** Ways to put services on a node's network; loaded by every proxy. */
    default List<NetworkProxyFactory> networkProxies(PluginContext context) {
        return List.of();
    }
}
