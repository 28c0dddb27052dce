package dev.quilla.examples.bannercheck;

import dev.quilla.plugin.HealthCheck;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.QuillaPlugin;
import java.util.List;
import org.pf4j.Extension;

/** Brings the check. */
@Extension
public final class BannerCheckPlugin implements QuillaPlugin {

    @Override
    public List<HealthCheck> healthChecks(PluginContext context) {
        return List.of(new BannerCheck());
    }
}
