package dev.quilla.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.model.Quantity;
import dev.quilla.model.core.v1.Container;
import dev.quilla.model.core.v1.DownwardAPIVolumeFile;
import dev.quilla.model.core.v1.KeyToPath;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.Volume;
import dev.quilla.model.core.v1.VolumeMount;
import dev.quilla.model.core.v1.VolumeProjection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root: what must be in memory is. */
class PodVolumesTest {

    @TempDir Path temporary;
    private final FakeSources cluster = new FakeSources();
    private PodVolumes volumes = open(Path.of("/"), true);

    private PodVolumes open(Path directory, boolean mounts) {
        DownwardFields fields = new DownwardFields(Map.of("cpu", Quantity.of(2)));
        return new PodVolumes(
                new PodVolumes.Config(directory.resolve("pods"), mounts, mounts, fields),
                cluster,
                cluster);
    }

    @BeforeEach
    void prepare() {
        volumes = open(temporary, true);
    }

    @AfterEach
    void remove() throws IOException {
        PodVolumes.unmountAll(temporary.resolve("pods"));
    }

    private static Pod pod(Volume... volumes) {
        List<VolumeMount> mounts =
                List.of(volumes).stream().map(v -> mount(v.name(), "/in/" + v.name())).toList();
        return Pod.builder()
                .metadata(
                        m -> m.namespace("shop").name("web").uid("uid-1").labels(Map.of("v", "1")))
                .spec(s ->
                        s.volumes(List.of(volumes))
                                .containers(
                                        List.of(
                                                Container.builder()
                                                        .name("main")
                                                        .volumeMounts(mounts)
                                                        .build())))
                .build();
    }

    private static VolumeMount mount(String volume, String path) {
        return VolumeMount.builder().name(volume).mountPath(path).build();
    }

    private static Volume volume(String name, UnaryOperator<Volume.Builder> kind) {
        return kind.apply(Volume.builder().name(name)).build();
    }

    private Path source(Pod pod) throws VolumeException {
        return mounts(pod).getFirst().source();
    }

    private List<Mount> mounts(Pod pod) throws VolumeException {
        return volumes.mounts(pod, pod.spec().containers().getFirst(), text -> text);
    }

    private String refusal(Pod pod) {
        return assertThrows(VolumeException.class, () -> volumes.prepare(pod)).getMessage();
    }

    @Test
    void aConfigMapsKeysAreFilesThatFollowIt() throws Exception {
        cluster.configMap("settings", Map.of("a", "1", "b", "2"));
        Pod pod = pod(volume("v", b -> b.configMap(c -> c.name("settings").defaultMode(0440))));
        volumes.prepare(pod);
        assertEquals("1", Files.readString(source(pod).resolve("a")));
        assertEquals("2", Files.readString(source(pod).resolve("b")));
        assertTrue(mounts(pod).getFirst().readOnly());

        cluster.configMap("settings", Map.of("a", "changed"));
        cluster.now = cluster.now.plus(RecentSources.AGE_MAX).plusSeconds(1);
        volumes.refresh(pod);
        assertEquals("changed", Files.readString(source(pod).resolve("a")));
        assertFalse(Files.exists(source(pod).resolve("b")));
    }

    @Test
    void itemsChooseKeysPathsAndModes() throws Exception {
        cluster.configMap("settings", Map.of("a", "1", "b", "2"));
        List<KeyToPath> items =
                List.of(KeyToPath.builder().key("a").path("deep/x").mode(0400).build());
        Pod pod = pod(volume("v", b -> b.configMap(c -> c.name("settings").items(items))));
        volumes.prepare(pod);
        assertEquals("1", Files.readString(source(pod).resolve("deep/x")));
        assertFalse(Files.exists(source(pod).resolve("b")));
    }

    @Test
    void whatIsMissingIsNamedUnlessItIsOptional() throws Exception {
        assertEquals(
                "MountVolume.SetUp failed for volume \"v\" : configmap \"none\" not found",
                refusal(pod(volume("v", b -> b.configMap(c -> c.name("none"))))));
        assertEquals(
                "MountVolume.SetUp failed for volume \"v\" : secret \"none\" not found",
                refusal(pod(volume("v", b -> b.secret(c -> c.secretName("none"))))));
        cluster.configMap("settings", Map.of());
        List<KeyToPath> items = List.of(KeyToPath.builder().key("k").path("p").build());
        assertEquals(
                "MountVolume.SetUp failed for volume \"v\" : configmap \"settings\" references"
                        + " non-existent config key: k",
                refusal(pod(volume("v", b -> b.configMap(c -> c.name("settings").items(items))))));
        Pod optional = pod(volume("v", b -> b.secret(c -> c.secretName("none").optional(true))));
        volumes.prepare(optional);
        assertTrue(Files.isDirectory(source(optional)));
    }

    @Test
    void aPathOutOfTheVolumeIsRefused() {
        cluster.configMap("settings", Map.of("k", "v"));
        List<KeyToPath> items = List.of(KeyToPath.builder().key("k").path("../../x").build());
        String said =
                refusal(pod(volume("v", b -> b.configMap(c -> c.name("settings").items(items)))));
        assertTrue(said.contains("\"../../x\" is no path of a file in a volume"), said);
    }

    @Test
    void secretsAreInMemory() throws Exception {
        cluster.secret("keys", Map.of("k", "s3cret"));
        Pod pod = pod(volume("v", b -> b.secret(c -> c.secretName("keys"))));
        volumes.prepare(pod);
        assertEquals("s3cret", Files.readString(source(pod).resolve("k")));
        assertEquals("tmpfs", Files.getFileStore(source(pod)).type());
        volumes.remove(pod.uid());
        assertFalse(Files.exists(source(pod)));
        assertTrue(volumes.uids().isEmpty());
    }

    @Test
    void aTokenIsReplacedAfterFourFifthsOfItsLife() throws Exception {
        VolumeProjection token =
                VolumeProjection.builder()
                        .serviceAccountToken(
                                t -> t.path("token").audience("vault").expirationSeconds(1000L))
                        .build();
        Pod pod = pod(volume("v", b -> b.projected(p -> p.sources(List.of(token)))));
        volumes.prepare(pod);
        assertEquals("token-1", Files.readString(source(pod).resolve("token")));
        assertEquals(List.of("vault"), cluster.tokenAudiences);
        cluster.now = cluster.now.plusSeconds(799);
        volumes.refresh(pod);
        assertEquals("token-1", Files.readString(source(pod).resolve("token")));
        cluster.now = cluster.now.plusSeconds(2);
        volumes.refresh(pod);
        assertEquals("token-2", Files.readString(source(pod).resolve("token")));
    }

    @Test
    void whatIsProjectedComesFromAllItsSources() throws Exception {
        cluster.configMap("settings", Map.of("c", "1"));
        cluster.secret("keys", Map.of("s", "2"));
        DownwardAPIVolumeFile labels =
                DownwardAPIVolumeFile.builder()
                        .path("labels")
                        .fieldRef(f -> f.fieldPath("metadata.labels"))
                        .build();
        Pod pod =
                pod(
                        volume(
                                "v",
                                b ->
                                        b.projected(p ->
                                                p.sources(
                                                        List.of(
                                                                VolumeProjection.builder()
                                                                        .configMap(c ->
                                                                                c.name("settings"))
                                                                        .build(),
                                                                VolumeProjection.builder()
                                                                        .secret(c -> c.name("keys"))
                                                                        .build(),
                                                                VolumeProjection.builder()
                                                                        .downwardAPI(d ->
                                                                                d.items(
                                                                                        List.of(
                                                                                                labels)))
                                                                        .build())))));
        volumes.prepare(pod);
        assertEquals("1", Files.readString(source(pod).resolve("c")));
        assertEquals("2", Files.readString(source(pod).resolve("s")));
        assertEquals("v=\"1\"", Files.readString(source(pod).resolve("labels")));
        Pod changed = pod.toBuilder().metadata(m -> m.labels(Map.of("v", "2"))).build();
        volumes.refresh(changed);
        assertEquals("v=\"2\"", Files.readString(source(pod).resolve("labels")));
    }

    @Test
    void whatQuillaDoesNotHaveIsRefusedInWords() {
        assertTrue(
                refusal(pod(volume("v", b -> b.persistentVolumeClaim(c -> c.claimName("data")))))
                        .endsWith("Quilla has no persistent volume claims for now"));
        VolumeProjection bundle =
                VolumeProjection.builder().clusterTrustBundle(c -> c.path("x")).build();
        assertTrue(
                refusal(pod(volume("v", b -> b.projected(p -> p.sources(List.of(bundle))))))
                        .endsWith("no clusterTrustBundle for now"));
        assertTrue(
                refusal(pod(volume("v", b -> b.nfs(n -> n.server("s").path("/x")))))
                        .contains("no volumes of this kind"));
    }

    @Test
    void aHostPathOutlivesThePod() throws Exception {
        Path machine = Files.createDirectories(temporary.resolve("machine"));
        Files.writeString(machine.resolve("precious"), "keep");
        Pod pod =
                pod(
                        volume("h", b -> b.hostPath(h -> h.path(machine.toString()))),
                        volume("e", b -> b.emptyDir(e -> e)));
        volumes.prepare(pod);
        assertEquals(machine, source(pod));
        Path empty = mounts(pod).getLast().source();
        Files.createSymbolicLink(empty.resolve("link"), machine);
        volumes.remove(pod.uid());

        assertFalse(Files.exists(empty));
        assertEquals("keep", Files.readString(machine.resolve("precious")));
    }

    @Test
    void anEmptyDirInMemoryIsLimitedByTheKernel() throws Exception {
        Pod pod =
                pod(
                        volume(
                                "v",
                                b ->
                                        b.emptyDir(e ->
                                                e.medium("Memory")
                                                        .sizeLimit(Quantity.parse("64Ki")))));
        volumes.prepare(pod);
        Path source = source(pod);
        assertEquals("tmpfs", Files.getFileStore(source).type());
        assertThrows(
                IOException.class, () -> Files.write(source.resolve("big"), new byte[100_000]));
        Files.delete(source.resolve("big"));
        Files.writeString(source.resolve("kept"), "text");
        // A kubelet that starts again, and a container that does.
        volumes = open(temporary, true);
        volumes.prepare(pod);
        assertEquals("text", Files.readString(source.resolve("kept")));
        volumes.release(pod.uid());
        assertTrue(MountTable.now().under(temporary.resolve("pods")).isEmpty());
    }

    @Test
    void anEmptyDirBeyondItsLimitIsSaid() throws Exception {
        Pod pod = pod(volume("v", b -> b.emptyDir(e -> e.sizeLimit(Quantity.parse("1Ki")))));
        volumes.prepare(pod);
        Files.write(source(pod).resolve("some"), new byte[1000]);
        assertEquals(Optional.empty(), volumes.excess(pod));
        Files.write(source(pod).resolve("more"), new byte[1000]);
        assertEquals(
                Optional.of("Usage of EmptyDir volume \"v\" exceeds the limit \"1Ki\". "),
                volumes.excess(pod));
    }

    @Test
    void containersGoOnWithWhatWasThereWhenItsSourceIsGone() throws Exception {
        cluster.configMap("settings", Map.of("a", "1"));
        Pod pod = pod(volume("v", b -> b.configMap(c -> c.name("settings"))));
        volumes.prepare(pod);
        cluster.configMaps.clear();
        volumes.prepare(pod);
        assertEquals("1", Files.readString(source(pod).resolve("a")));
        assertThrows(VolumeException.class, () -> volumes.refresh(pod));
    }

    @Test
    void podsShareWhatWasReadJustNow() throws Exception {
        cluster.configMap("settings", Map.of("a", "1"));
        Pod pod = pod(volume("v", b -> b.configMap(c -> c.name("settings"))));
        volumes.refresh(pod);
        volumes.refresh(pod);
        assertEquals(1, cluster.reads);
        cluster.now = cluster.now.plus(Duration.ofMinutes(1));
        volumes.refresh(pod);
        assertEquals(2, cluster.reads);
    }

    @Test
    void aVolumeThatNobodyMountsIsNotNeeded() throws Exception {
        Pod pod = pod(volume("v", b -> b.persistentVolumeClaim(c -> c.claimName("data"))));
        Container without = Container.builder().name("main").build();
        volumes.prepare(pod.toBuilder().spec(s -> s.containers(List.of(without))).build());
        assertTrue(volumes.uids().isEmpty());
    }

    @Test
    void whereNothingCanBeMountedOnlyTheAccountsTokenIsThere() throws Exception {
        volumes = open(temporary, false);
        assertTrue(
                refusal(pod(volume("v", b -> b.emptyDir(e -> e))))
                        .contains("run the worker as root"));
        VolumeProjection token =
                VolumeProjection.builder().serviceAccountToken(t -> t.path("token")).build();
        Pod account = pod(volume("v", b -> b.projected(p -> p.sources(List.of(token)))));
        Container container =
                Container.builder()
                        .name("main")
                        .volumeMounts(List.of(mount("v", PodVolumes.ACCOUNT)))
                        .build();
        Pod pod = account.toBuilder().spec(s -> s.containers(List.of(container))).build();
        volumes.prepare(pod);
        assertEquals(List.of(), mounts(pod));
        Path directory = volumes.accountDirectory(pod, container).orElseThrow();
        assertEquals("token-1", Files.readString(directory.resolve("token")));
    }
}
