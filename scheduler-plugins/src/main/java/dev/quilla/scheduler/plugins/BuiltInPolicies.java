package dev.quilla.scheduler.plugins;

import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.QuillaPlugin;
import dev.quilla.plugin.SchedulingPolicy;
import java.util.List;
import org.pf4j.Extension;

/** The plugin that brings the built-in policies; cheap ones that reject most come first. */
@Extension
public final class BuiltInPolicies implements QuillaPlugin {

    @Override
    public List<SchedulingPolicy> schedulingPolicies(PluginContext context) {
        return List.of(
                new NodeUnschedulable(),
                new NodeName(),
                new TaintToleration(),
                new NodeAffinity(),
                new NodePorts(),
                new NodeResourcesFit(),
                new NodeResourcesBalancedAllocation(),
                new PodTopologySpread(),
                new InterPodAffinity());
    }
}
