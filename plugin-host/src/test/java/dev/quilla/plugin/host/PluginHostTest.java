package dev.quilla.plugin.host;

import static dev.quilla.client.Eventually.eventually;
import static dev.quilla.plugin.host.Cluster.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.client.Informers;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.quilla.v1.PluginNodeStatus;
import dev.quilla.plugin.Health;
import dev.quilla.plugin.HealthCheck;
import dev.quilla.plugin.PluginContext;
import dev.quilla.plugin.PluginContext.Component;
import dev.quilla.plugin.QuillaPlugin;
import dev.quilla.plugin.Target;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginHostTest {

    private static final String WELL = "return new Health.Healthy();";

    @TempDir Path directory;
    private Cluster cluster;

    @BeforeEach
    void start() {
        cluster = new Cluster(directory);
    }

    @AfterEach
    void close() throws Exception {
        cluster.close();
    }

    private static byte[] saying(String id, String version, String name, String text) {
        return TestJar.healthCheck(
                id, version, name, "return new Health.Unhealthy(\"" + text + "\");");
    }

    private static String ask(PluginHost host, String name) {
        HealthCheck check = host.extensions().healthCheck(name).orElseThrow();
        Target target = new Target(Pod.builder().build(), "c", "10.0.0.1");
        try {
            return switch (check.check(target, Map.of(), Duration.ofSeconds(1))) {
                case Health.Healthy ignored -> "healthy";
                case Health.Unhealthy(String reason) -> reason;
            };
        } catch (Exception e) {
            return "thrown: " + e.getMessage();
        }
    }

    @Test
    void loadsAPluginThatWasThereAndOneThatComes() throws Exception {
        cluster.install("first", "1.0.0", saying("first", "1.0.0", "one", "A"));
        PluginHost host = cluster.kubelet();
        assertEquals("A", ask(host, "one"));
        cluster.install("second", "1.0.0", saying("second", "1.0.0", "two", "B"));
        PluginNodeStatus status = cluster.awaitState("second", "n1", "Loaded");
        assertEquals("B", ask(host, "two"));
        assertEquals("1.0.0", status.version());
        assertEquals("kubelet", status.component());
        assertEquals(List.of("two"), status.extensions());
        assertEquals(List.of("one", "two"), host.extensions().names());
    }

    @Test
    void followsANewDigestDisablingAndRemoval() throws Exception {
        PluginHost host = cluster.kubelet();
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        host.onChange(e -> seen.add(e.names()));
        cluster.install("p", "1.0.0", saying("p", "1.0.0", "check", "old"));
        cluster.awaitState("p", "n1", "Loaded");
        assertEquals("old", ask(host, "check"));
        byte[] next = saying("p", "2.0.0", "check", "new");
        cluster.upload(next);
        cluster.edit("p", s -> spec("p", "2.0.0", next).toBuilder());
        eventually(
                "version 2",
                () -> cluster.status("p", "n1").orElseThrow().version().equals("2.0.0"));
        assertEquals("new", ask(host, "check"));
        cluster.edit("p", s -> s.enabled(false));
        cluster.awaitState("p", "n1", "Disabled");
        assertTrue(host.extensions().healthCheck("check").isEmpty());
        cluster.edit("p", s -> s.enabled(true));
        cluster.awaitState("p", "n1", "Loaded");
        cluster.client.resource(Resources.PLUGINS).delete(ObjectKey.cluster("p"));
        eventually("gone", () -> host.extensions().healthChecks().isEmpty());
        assertEquals(
                List.of(List.of("check"), List.of("check"), List.of(), List.of("check"), List.of()),
                seen);
        eventually("no JARs are left", () -> jars() == 0);
    }

    private long jars() {
        try (var files = Files.walk(directory)) {
            return files.filter(f -> f.toString().endsWith(".jar")).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void reportsTheRealCauseAndHarmsNobody() throws Exception {
        PluginHost host = cluster.kubelet();
        String source =
                """
                package plugin.bad;
                @org.pf4j.Extension
                public class Main implements dev.quilla.plugin.QuillaPlugin {
                    public Main() { throw new IllegalStateException("no licence"); }
                }
                """;
        byte[] bad = TestJar.build("bad", "1.0.0", "", Map.of("plugin.bad.Main", source));
        cluster.install("bad", "1.0.0", bad);
        PluginNodeStatus status = cluster.awaitState("bad", "n1", "Failed");
        assertTrue(
                status.message().endsWith("java.lang.IllegalStateException: no licence"),
                status.message());
        String starter =
                """
                package plugin.worse;
                public class Starter extends org.pf4j.Plugin {
                    public void start() { throw new StackOverflowError("as asked for"); }
                }
                """;
        byte[] worse =
                TestJar.build(
                        "worse",
                        "1.0.0",
                        "plugin.worse.Starter",
                        Map.of("plugin.worse.Starter", starter));
        cluster.install("worse", "1.0.0", worse);
        assertTrue(cluster.awaitState("worse", "n1", "Failed").message().contains("as asked for"));
        cluster.install("good", "1.0.0", TestJar.healthCheck("good", "1.0.0", "good", WELL));
        cluster.awaitState("good", "n1", "Loaded");
        assertEquals("healthy", ask(host, "good"));
    }

    @Test
    void keepsTheOldVersionWhenTheNewOneFails() throws Exception {
        PluginHost host = cluster.kubelet();
        cluster.install("p", "1.0.0", saying("p", "1.0.0", "check", "old"));
        cluster.awaitState("p", "n1", "Loaded");
        byte[] wrong = saying("other", "2.0.0", "check", "new");
        cluster.upload(wrong);
        cluster.edit("p", s -> spec("p", "2.0.0", wrong).toBuilder());
        PluginNodeStatus status = cluster.awaitState("p", "n1", "Failed");
        assertEquals(
                "the JAR's Plugin-Id is other, not p; version 1.0.0 still runs", status.message());
        assertEquals("old", ask(host, "check"));
    }

    @Test
    void refusesAJarThatIsNotTheOneMeant() throws Exception {
        cluster.kubelet();
        byte[] meant = saying("p", "1.0.0", "check", "A");
        byte[] other = saying("p", "1.0.0", "check", "B");
        cluster.upload(other);
        cluster.install(
                "p",
                spec("p", "1.0.0", other).toBuilder()
                        .artifact(a -> a.sizeBytes(meant.length + 1L))
                        .build());
        assertTrue(
                cluster.awaitState("p", "n1", "Failed")
                        .message()
                        .startsWith("the JAR is not what spec.artifact says"));
        assertEquals(0, jars());
    }

    @Test
    void waitsForChunksThatAreNotThereYet() throws Exception {
        PluginHost host = cluster.kubelet();
        byte[] jar = saying("p", "1.0.0", "check", "A");
        cluster.install("p", spec("p", "1.0.0", jar));
        assertTrue(cluster.awaitState("p", "n1", "Loading").message().contains("not found"));
        cluster.upload(jar);
        cluster.awaitState("p", "n1", "Loaded");
        assertEquals("A", ask(host, "check"));
    }

    @Test
    void loadsOnlyWhatIsMeantForIt() throws Exception {
        byte[] jar = saying("p", "1.0.0", "check", "A");
        cluster.upload(jar);
        cluster.install(
                "p",
                spec("p", "1.0.0", jar).toBuilder()
                        .components(List.of("kubelet"))
                        .nodeSelector(Map.of("disk", "ssd"))
                        .build());
        PluginHost there = cluster.host(Component.KUBELET, "n1", Map.of("disk", "ssd"));
        PluginHost elsewhere = cluster.host(Component.KUBELET, "n2", Map.of());
        PluginHost proxy = cluster.host(Component.PROXY, "n3", Map.of("disk", "ssd"));
        cluster.awaitState("p", "n1", "Loaded");
        assertEquals("A", ask(there, "check"));
        assertEquals(Extensions.NONE, elsewhere.extensions());
        assertEquals(Extensions.NONE, proxy.extensions());
        assertEquals(1, cluster.plugin("p").status().nodes().size());
        cluster.edit("p", s -> s.nodeSelector(Map.of("disk", "tape")));
        eventually("unloaded", () -> cluster.status("p", "n1").isEmpty());
        assertEquals(Extensions.NONE, there.extensions());
    }

    @Test
    void hostsShareTheStatusWithoutAFight() throws Exception {
        int hosts = 6;
        for (int i = 0; i < hosts; i++) {
            cluster.host(Component.KUBELET, "n" + i, Map.of());
        }
        cluster.install("p", "1.0.0", saying("p", "1.0.0", "check", "A"));
        eventually("all report", () -> cluster.plugin("p").status().nodes().size() == hosts);
        long revision = cluster.api.revision();
        cluster.edit("p", s -> s.config(Map.of()));
        eventually("seen", () -> cluster.api.revision() > revision);
        for (int i = 0; i < hosts; i++) {
            PluginNodeStatus status = cluster.status("p", "n" + i).orElseThrow();
            assertEquals("Loaded", status.state(), status.message());
        }
    }

    @Test
    void refusesANameThatIsTaken() throws Exception {
        PluginHost host = cluster.kubelet();
        cluster.install("a", "1.0.0", saying("a", "1.0.0", "check", "A"));
        cluster.awaitState("a", "n1", "Loaded");
        cluster.install("b", "1.0.0", saying("b", "1.0.0", "check", "B"));
        assertEquals(
                "another plugin already brings check",
                cluster.awaitState("b", "n1", "Failed").message());
        assertEquals("A", ask(host, "check"));
    }

    @Test
    void aPluginSeesTheSpiAndNothingElseOfTheHost() throws Exception {
        PluginHost host = cluster.kubelet();
        String probe =
                """
                StringBuilder seen = new StringBuilder();
                for (String name : List.of(
                        "dev.quilla.plugin.QuillaPlugin", "dev.quilla.model.Struct",
                        "org.slf4j.Logger", "org.pf4j.Plugin", "java.sql.Connection",
                        "dev.quilla.plugin.host.PluginHost", "dev.quilla.client.ApiClient",
                        "tools.jackson.core.JsonParser", "ch.qos.logback.classic.Logger")) {
                    try {
                        Class.forName(name, false, Main.class.getClassLoader());
                        seen.append(name.substring(name.lastIndexOf('.') + 1)).append(' ');
                    } catch (ClassNotFoundException e) {
                        seen.append("- ");
                    }
                }
                seen.append(Main.class.getResource("/logback-test.xml"));
                return new Health.Unhealthy(seen.toString());
                """;
        cluster.install("probe", "1.0.0", TestJar.healthCheck("probe", "1.0.0", "probe", probe));
        cluster.awaitState("probe", "n1", "Loaded");
        assertEquals(
                "QuillaPlugin Struct Logger Plugin Connection - - - - null", ask(host, "probe"));
    }

    @Test
    void twoPluginsBringTheirOwnVersionsOfALibrary() throws Exception {
        PluginHost host = cluster.kubelet();
        for (String id : List.of("a", "b")) {
            String pack = "plugin." + id;
            Map<String, String> sources =
                    Map.of(
                            "lib.Version",
                            "package lib; public class Version { public static String get() {"
                                    + " return \""
                                    + id
                                    + "\"; } }",
                            pack + ".Main",
                            """
                            package %s;
                            import dev.quilla.plugin.*;
                            import java.util.*;
                            @org.pf4j.Extension
                            public class Main implements QuillaPlugin {
                                public List<HealthCheck> healthChecks(PluginContext c) {
                                    return List.of(new HealthCheck() {
                                        public String name() { return "%s"; }
                                        public Health check(Target t, Map<String, String> p,
                                                java.time.Duration d) {
                                            return new Health.Unhealthy(lib.Version.get());
                                        }
                                    });
                                }
                            }
                            """
                                    .formatted(pack, id));
            cluster.install(id, "1.0.0", TestJar.build(id, "1.0.0", "", sources));
            cluster.awaitState(id, "n1", "Loaded");
        }
        assertEquals("a", ask(host, "a"));
        assertEquals("b", ask(host, "b"));
    }

    @Test
    void unloadsWithoutALeak() throws Exception {
        PluginHost host = cluster.kubelet();
        cluster.install("p", "1.0.0", saying("p", "1.0.0", "check", "0"));
        cluster.awaitState("p", "n1", "Loaded");
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            loaders.add(
                    new WeakReference<>(
                            host.extensions()
                                    .healthCheck("check")
                                    .orElseThrow()
                                    .getClass()
                                    .getClassLoader()));
            byte[] next = saying("p", "1.0." + i, "check", Integer.toString(i));
            cluster.upload(next);
            String version = "1.0." + i;
            cluster.edit("p", s -> spec("p", version, next).toBuilder());
            eventually(
                    version,
                    () -> cluster.status("p", "n1").orElseThrow().version().equals(version));
            assertEquals(Integer.toString(i), ask(host, "check"));
        }
        eventually(
                "old class loaders are gone",
                () -> {
                    System.gc();
                    return loaders.stream().allMatch(l -> l.get() == null);
                });
        eventually("old JARs are closed", () -> openJars() <= 1);
        assertEquals(1, jars());
    }

    private long openJars() {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(f -> target(f).startsWith(directory.toString()))
                    .filter(f -> target(f).contains(".jar"))
                    .count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aBundledPluginNeedsNoCluster() throws Exception {
        Path jar = directory.resolve("built-in.jar");
        Files.write(jar, saying("builtin", "1.0.0", "check", "A"));
        PluginHost host = cluster.host(Component.KUBELET, "n1", Map.of(), jar);
        assertEquals("A", ask(host, "check"));
        assertTrue(host.extensions().healthChecks().getFirst().bundled());
        Path broken = directory.resolve("broken.jar");
        Files.write(broken, new byte[] {1, 2, 3});
        assertThrows(
                IllegalStateException.class,
                () -> cluster.host(Component.KUBELET, "n2", Map.of(), broken));
    }

    @Test
    void saysInTheStatusWhatWentWrongLaterUntilThePluginChanges() throws Exception {
        PluginHost host = cluster.kubelet();
        cluster.install("p", "1.0.0", saying("p", "1.0.0", "check", "old"));
        cluster.awaitState("p", "n1", "Loaded");
        host.faulted("p", "check threw", true);
        eventually(
                "a message",
                () -> cluster.status("p", "n1").orElseThrow().message().equals("check threw"));
        assertEquals("Loaded", cluster.status("p", "n1").orElseThrow().state());
        host.faulted("p", "check hangs", false);
        assertEquals("check hangs", cluster.awaitState("p", "n1", "Failed").message());
        byte[] next = saying("p", "2.0.0", "check", "new");
        cluster.upload(next);
        cluster.edit("p", s -> spec("p", "2.0.0", next).toBuilder());
        assertEquals("", cluster.awaitState("p", "n1", "Loaded").message());
    }

    @Test
    void aNewSchedulerReplacesWhatTheLastOneSaid() throws Exception {
        cluster.install("p", "1.0.0", saying("p", "1.0.0", "check", "A"));
        cluster.host(Component.SCHEDULER, "m1", Map.of()).close();
        cluster.awaitState("p", "m1", "Loaded");
        cluster.host(Component.SCHEDULER, "m2", Map.of());
        cluster.awaitState("p", "m2", "Loaded");
        assertEquals(1, cluster.plugin("p").status().nodes().size());
    }

    @Test
    void aPartOfTheProcessIsFoundLikeAnyPlugin() throws Exception {
        Informers informers = new Informers(cluster.client);
        PluginHost host =
                new PluginHost(
                        new PluginHostConfig(
                                Component.KUBELET,
                                "n1",
                                Map::of,
                                directory,
                                List.of(new BundledPlugin.Part("own", new Own()))),
                        cluster.client,
                        informers);
        host.start();
        assertEquals("own", ask(host, "own-check"));
        assertTrue(host.extensions().healthChecks().getFirst().bundled());
        host.close();
        informers.close();
    }

    private static final class Own implements QuillaPlugin {
        @Override
        public List<HealthCheck> healthChecks(PluginContext context) {
            return List.of(
                    new HealthCheck() {
                        @Override
                        public String name() {
                            return "own-check";
                        }

                        @Override
                        public Health check(Target t, Map<String, String> p, Duration timeout) {
                            return new Health.Unhealthy(context.pluginId());
                        }
                    });
        }
    }

    @Test
    void asksAPluginOnlyForWhatTheProcessUses() throws Exception {
        String source =
                """
                package plugin.p;
                import dev.quilla.plugin.*;
                import java.util.*;
                @org.pf4j.Extension
                public class Main implements QuillaPlugin {
                    public List<HealthCheck> healthChecks(PluginContext c) {
                        throw new IllegalStateException("not for the scheduler");
                    }
                    public List<SchedulingPolicy> schedulingPolicies(PluginContext c) {
                        String name = c.config().get("name") + c.nodeName();
                        return List.of(new SchedulingPolicy() {
                            public String name() { return name; }
                        });
                    }
                }
                """;
        byte[] jar = TestJar.build("p", "1.0.0", "", Map.of("plugin.p.Main", source));
        cluster.upload(jar);
        cluster.install(
                "p",
                spec("p", "1.0.0", jar).toBuilder()
                        .config(Map.of("name", "policy-"))
                        .joinDefaultProfile(false)
                        .build());
        PluginHost host = cluster.host(Component.SCHEDULER, "m1", Map.of());
        assertTrue(host.extensions().schedulingPolicy("policy-m1").isPresent());
        Provided<?> provided = host.extensions().schedulingPolicies().getFirst();
        assertFalse(provided.joinsDefaultProfile());
        assertEquals("p", provided.plugin());
        cluster.edit("p", s -> s.config(Map.of("name", "other-")));
        eventually("loaded anew", () -> host.extensions().schedulingPolicy("other-m1").isPresent());
    }
}
