package dev.quilla.kubelet.probes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.quilla.client.ApiClient;
import dev.quilla.client.Informers;
import dev.quilla.client.fake.FakeApi;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.health.PluginProbe;
import dev.quilla.plugin.Health;
import dev.quilla.plugin.HealthCheck;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.PluginContext.Component;
import dev.quilla.plugin.QuillaPlugin;
import dev.quilla.plugin.Target;
import dev.quilla.plugin.host.BundledPlugin;
import dev.quilla.plugin.host.PluginHost;
import dev.quilla.plugin.host.PluginHostConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginLookTest {

    private static final Target TARGET = new Target(Pod.builder().build(), "db", "10.0.0.1");

    @TempDir Path directory;

    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger stuckLooks = new AtomicInteger();
    private Informers informers;
    private PluginHost host;

    @BeforeEach
    void start() {
        ApiClient client = new ApiClient(new FakeApi());
        informers = new Informers(client);
        host =
                new PluginHost(
                        new PluginHostConfig(
                                Component.KUBELET,
                                "n1",
                                Map::of,
                                directory,
                                List.of(new BundledPlugin.Part("checks", new Checks()))),
                        client,
                        informers);
        host.start();
    }

    @AfterEach
    void close() {
        never.countDown();
        host.close();
        informers.close();
    }

    private final class Checks implements QuillaPlugin {
        @Override
        public List<HealthCheck> healthChecks(PluginContext context) {
            return List.of(
                    new Check("port", (t, p) -> new Health.Unhealthy(t.address() + p.get("port"))),
                    new Check("well", (t, p) -> new Health.Healthy()),
                    new Check(
                            "throws",
                            (t, p) -> {
                                throw new IllegalStateException("no route");
                            }),
                    new Check("stuck", (t, p) -> stuck()));
        }
    }

    private Health stuck() {
        stuckLooks.incrementAndGet();
        while (never.getCount() > 0) {
            try {
                never.await();
            } catch (InterruptedException e) {
                continue; // as a check does that doesn't care
            }
        }
        return new Health.Healthy();
    }

    private interface Body {
        Health check(Target target, Map<String, String> parameters);
    }

    private record Check(String name, Body body) implements HealthCheck {
        @Override
        public Health check(Target target, Map<String, String> parameters, Duration timeout) {
            return body.check(target, parameters);
        }
    }

    private PluginLook look(String kind, String check) {
        String json = "{\"plugin\":\"%s\",\"params\":{\"port\":\":6379\"}}".formatted(check);
        return new PluginLook(
                host, PluginProbe.parse("health.quilla.dev/db." + kind, json), TARGET);
    }

    @Test
    void passesOnWhatTheCheckFinds() throws Exception {
        assertEquals(new Finding.Fine(), look("liveness", "well").look());
        assertEquals(new Finding.Wrong("10.0.0.1:6379"), look("liveness", "port").look());
        assertEquals(new Finding.Wrong("no route"), look("liveness", "throws").look());
    }

    @Test
    void aMissingPluginTakesTrafficAwayButKillsNothing() throws Exception {
        assertEquals(
                new Finding.Wrong("no plugin on this node brings the health check redis"),
                look("readiness", "redis").look());
        assertInstanceOf(Finding.Unknown.class, look("liveness", "redis").look());
        assertInstanceOf(Finding.Unknown.class, look("startup", "redis").look());
    }

    @Test
    void aCheckThatNeverAnswersIsWaitedForOnce() throws Exception {
        PluginLook look = look("liveness", "stuck");
        assertEquals(
                new Finding.Wrong("health check stuck did not answer within 1 s"), look.look());
        assertInstanceOf(Finding.Unknown.class, look.look());
        assertInstanceOf(Finding.Unknown.class, look.look());
        assertEquals(1, stuckLooks.get());
    }
}
