package dev.quilla.e2e.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Fabric8's client, which operators in Java are written with. In a namespace of its own.
 *
 * @param pod one that runs there
 */
record Fabric8Client(KubernetesClient client, String pod) implements AutoCloseable {

    private static final long SECONDS_MAX = 30;

    static Fabric8Client of(Path kubeconfig, String namespace, String pod) {
        Config config = Config.fromKubeconfig(new File(kubeconfig.toString()));
        config.setNamespace(namespace);
        return new Fabric8Client(new KubernetesClientBuilder().withConfig(config).build(), pod);
    }

    private static ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("by", "fabric8")
                .endMetadata()
                .addToData("a", value)
                .build();
    }

    void makesReadsChangesAndDeletes() {
        ConfigMap made = client.resource(configMap("made", "1")).create();
        client.resource(made).edit(c -> new ConfigMapBuilder(c).addToData("b", "2").build());
        KubernetesClientException old =
                assertThrows(
                        KubernetesClientException.class,
                        () -> client.resource(made).lockResourceVersion().update());
        assertEquals(409, old.getCode());
        client.configMaps()
                .withName("made")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"c\":\"3\"}}");
        assertEquals(
                Map.of("a", "1", "b", "2", "c", "3"),
                client.configMaps().withName("made").get().getData());
        assertEquals(1, client.configMaps().withLabel("by", "fabric8").list().getItems().size());
        client.configMaps().withName("made").delete();
        assertNull(client.configMaps().withName("made").get());
    }

    void appliesOnTheServer() {
        PatchContext ours = new PatchContext.Builder().withFieldManager("ours").build();
        client.resource(configMap("applied", "1")).patch(serverSide(ours));
        PatchContext theirs = new PatchContext.Builder().withFieldManager("theirs").build();
        KubernetesClientException conflict =
                assertThrows(
                        KubernetesClientException.class,
                        () -> client.resource(configMap("applied", "2")).patch(serverSide(theirs)));
        assertEquals(409, conflict.getCode());
        ConfigMap forced =
                client.resource(configMap("applied", "2")).forceConflicts().serverSideApply();
        assertEquals("2", forced.getData().get("a"));
    }

    private static PatchContext serverSide(PatchContext context) {
        context.setPatchType(PatchType.SERVER_SIDE_APPLY);
        return context;
    }

    void watchesAndInforms() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (Watch _ = client.secrets().watch(new Noted<>(seen));
                SharedIndexInformer<ConfigMap> informer =
                        client.configMaps().inform(new Heard(seen))) {
            assertTrue(informer.hasSynced());
            client.resource(configMap("told", "1")).create();
            assertEquals("heard of told", nextAbout("told", seen));
            client.resource(
                            new io.fabric8.kubernetes.api.model.SecretBuilder()
                                    .withNewMetadata()
                                    .withName("noted")
                                    .endMetadata()
                                    .build())
                    .create();
            assertEquals("ADDED noted", nextAbout("noted", seen));
            client.secrets().withName("noted").delete();
            assertEquals("DELETED noted", nextAbout("noted", seen));
            String key = client.getNamespace() + "/told";
            assertEquals("1", informer.getIndexer().getByKey(key).getData().get("a"));
        }
    }

    private static String nextAbout(String name, BlockingQueue<String> seen)
            throws InterruptedException {
        while (true) {
            String next = seen.poll(SECONDS_MAX, TimeUnit.SECONDS);
            if (next == null || next.endsWith(" " + name)) {
                return String.valueOf(next);
            }
        }
    }

    private record Noted<T extends io.fabric8.kubernetes.api.model.HasMetadata>(
            BlockingQueue<String> seen) implements Watcher<T> {
        @Override
        public void eventReceived(Action action, T object) {
            seen.add(action + " " + object.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            seen.add(String.valueOf(cause));
        }
    }

    private record Heard(BlockingQueue<String> seen) implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap object) {
            seen.add("heard of " + object.getMetadata().getName());
        }

        @Override
        public void onUpdate(ConfigMap old, ConfigMap object) {}

        @Override
        public void onDelete(ConfigMap object, boolean unknown) {}
    }

    private PodResource running() {
        return client.pods().withName(pod);
    }

    void readsLogsAndRunsPrograms() throws Exception {
        assertEquals("hello\n", running().tailingLines(1).getLog());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ExecWatch program =
                running()
                        .writingOutput(out)
                        .writingError(err)
                        .exec("sh", "-c", "echo out; echo err >&2; exit 3")) {
            assertEquals(3, program.exitCode().get(SECONDS_MAX, TimeUnit.SECONDS));
        }
        assertEquals("out\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("err\n", err.toString(StandardCharsets.UTF_8));
        ByteArrayOutputStream echoed = new ByteArrayOutputStream();
        try (ExecWatch program =
                running().redirectingInput().writingOutput(echoed).exec("head", "-n", "1")) {
            program.getInput().write("said\n".getBytes(StandardCharsets.UTF_8));
            program.getInput().flush();
            assertEquals(0, program.exitCode().get(SECONDS_MAX, TimeUnit.SECONDS));
        }
        assertEquals("said\n", echoed.toString(StandardCharsets.UTF_8));
    }

    void forwardsPorts() throws IOException {
        try (LocalPortForward forward = running().portForward(8080);
                InputStream page =
                        URI.create("http://127.0.0.1:" + forward.getLocalPort() + "/index.html")
                                .toURL()
                                .openStream()) {
            assertEquals("page\n", new String(page.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(
                "page\n",
                client.raw(
                        "/api/v1/namespaces/%s/pods/%s:8080/proxy/index.html"
                                .formatted(client.getNamespace(), pod)));
    }

    void definesKinds(String definition) {
        CustomResourceDefinition boats =
                client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .load(new ByteArrayInputStream(definition.getBytes(StandardCharsets.UTF_8)))
                        .create();
        client.resource(boats)
                .waitUntilCondition(
                        d ->
                                d.getStatus() != null
                                        && d.getStatus().getConditions().stream()
                                                .anyMatch(c ->
                                                        c.getType().equals("Established")
                                                                && c.getStatus().equals("True")),
                        SECONDS_MAX,
                        TimeUnit.SECONDS);
        var resources =
                client.genericKubernetesResources(
                        new ResourceDefinitionContext.Builder()
                                .withGroup(boats.getSpec().getGroup())
                                .withVersion("v1")
                                .withKind("Boat")
                                .withPlural("boats")
                                .withNamespaced(true)
                                .build());
        GenericKubernetesResource boat =
                client.getKubernetesSerialization()
                        .unmarshal(
                                """
                                apiVersion: %s/v1
                                kind: Boat
                                metadata: {name: one}
                                spec: {color: red}
                                """
                                        .formatted(boats.getSpec().getGroup()),
                                GenericKubernetesResource.class);
        resources.resource(boat).create();
        assertEquals("red", resources.withName("one").get().<String>get("spec", "color"));
        resources.withName("one").scale(4);
        assertEquals(4, resources.withName("one").scale().getSpec().getReplicas());
        assertEquals(1, resources.list().getItems().size());
        client.resource(boats).delete();
    }

    void electsLeaders() throws Exception {
        CompletableFuture<String> leader = new CompletableFuture<>();
        CompletableFuture<Optional<String>> stopped = new CompletableFuture<>();
        var election =
                client.leaderElector()
                        .withConfig(
                                new LeaderElectionConfig(
                                        new LeaseLock(client.getNamespace(), "led", "me"),
                                        Duration.ofSeconds(15),
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(1),
                                        new LeaderCallbacks(
                                                () -> {},
                                                () -> stopped.complete(Optional.empty()),
                                                leader::complete),
                                        true,
                                        "led"))
                        .build();
        CompletableFuture<?> running = election.start();
        assertEquals("me", leader.get(SECONDS_MAX, TimeUnit.SECONDS));
        assertEquals("me", client.leases().withName("led").get().getSpec().getHolderIdentity());
        running.cancel(true);
        assertEquals(Optional.empty(), stopped.get(SECONDS_MAX, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        client.close();
    }
}
