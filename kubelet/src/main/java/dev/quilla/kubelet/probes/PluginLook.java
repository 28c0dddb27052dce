package dev.quilla.kubelet.probes;

import dev.quilla.model.health.PluginProbe;
import dev.quilla.plugin.Health;
import dev.quilla.plugin.HealthCheck;
import dev.quilla.plugin.Target;
import dev.quilla.plugin.host.PluginHost;
import dev.quilla.plugin.host.Provided;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks by a plugin's health check. Each look is a platform thread of its own: one that never
 * returns would keep a carrier of virtual threads for ever. While an earlier look still runs there
 * is no further one, so a check that hangs costs one thread a probe. Belongs to the probe's thread.
 */
public final class PluginLook implements Look {

    private final PluginHost plugins;
    private final PluginProbe probe;
    private final Target target;
    private final Duration timeout;
    private Thread latest = Thread.ofPlatform().unstarted(() -> {});

    /** Looks at a container; the check is looked up anew each time, so that it may come and go. */
    public PluginLook(PluginHost plugins, PluginProbe probe, Target target) {
        this.plugins = plugins;
        this.probe = probe;
        this.target = target;
        this.timeout = Duration.ofSeconds(Math.max(1, probe.timing().timeoutSeconds()));
    }

    @Override
    public Finding look() throws InterruptedException {
        Optional<Provided<HealthCheck>> found =
                plugins.extensions().healthChecks().stream()
                        .filter(c -> c.extension().name().equals(probe.plugin()))
                        .findFirst();
        return found.isEmpty() ? missing() : ask(found.get());
    }

    /** A container that can't be looked at gets no traffic, but is not killed for it. */
    private Finding missing() {
        String problem = "no plugin on this node brings the health check " + probe.plugin();
        return probe.kind() == PluginProbe.Kind.READINESS
                ? new Finding.Wrong(problem)
                : new Finding.Unknown(problem);
    }

    private Finding ask(Provided<HealthCheck> check) throws InterruptedException {
        if (latest.isAlive()) {
            return stuck(check);
        }
        FutureTask<Health> task =
                new FutureTask<>(
                        () -> check.extension().check(target, probe.parameters(), timeout));
        latest = Thread.ofPlatform().daemon().name("health-" + probe.plugin()).start(task);
        try {
            return switch (task.get(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                case Health.Healthy _ -> new Finding.Fine();
                case Health.Unhealthy(String reason) -> new Finding.Wrong(reason);
            };
        } catch (TimeoutException e) {
            return new Finding.Wrong(
                    "health check %s did not answer within %d s"
                            .formatted(probe.plugin(), timeout.toSeconds()));
        } catch (ExecutionException e) {
            return new Finding.Wrong(thrown(e));
        } finally {
            task.cancel(true);
        }
    }

    private Finding stuck(Provided<HealthCheck> check) {
        String problem =
                "health check %s still has not answered an earlier look".formatted(probe.plugin());
        plugins.faulted(check.plugin(), problem, true);
        return probe.kind() == PluginProbe.Kind.READINESS
                ? new Finding.Wrong(problem)
                : new Finding.Unknown(problem);
    }

    private static String thrown(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.getClass().getName() : cause.getMessage();
    }
}
