package dev.quilla.examples.labelpolicy;

import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.QuillaPlugin;
import dev.quilla.plugin.SchedulingPolicy;
import java.util.List;
import org.pf4j.Extension;

/** Brings the policy, as the plugin's {@code config} wants it: {@code label} and {@code prefer}. */
@Extension
public final class LabelPolicyPlugin implements QuillaPlugin {

    @Override
    public List<SchedulingPolicy> schedulingPolicies(PluginContext context) {
        String label = context.config().getOrDefault("label", "disk");
        String preferred = context.config().getOrDefault("prefer", "ssd");
        context.logger().info("nodes need the label {}, best {}={}", label, label, preferred);
        return List.of(new LabelPolicy(label, preferred));
    }
}
