package dev.quilla.kubelet.runtime.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.quilla.kubelet.runtime.ContainerId;
import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ExecSession;
import dev.quilla.kubelet.runtime.ExecSpec;
import dev.quilla.kubelet.runtime.LogOptions;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.RuntimeContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** As an ordinary user has it: plain processes, and a root directory for who has volumes. */
class PlainProcessRuntimeTest extends RuntimeContract {

    @Override
    protected ContainerRuntime open(Path directory) throws IOException {
        return ProcessRuntime.open(
                new ProcessConfig(
                        "test-" + ProcessHandle.current().pid(),
                        "node-1",
                        directory.resolve("sandboxes"),
                        false),
                InstantSource.system());
    }

    @Override
    protected String image() {
        return "host";
    }

    @Override
    protected String mountTarget() {
        return directory.resolve("mounted").toString();
    }

    @Test
    void aVolumeHasAPlaceWhereTheMachineHasNone() throws Exception {
        Path volume = Files.createDirectory(directory.resolve("volume"));
        Files.writeString(volume.resolve("file"), "content\n");
        Path file = Files.writeString(directory.resolve("one"), "one\n");
        ContainerId id =
                run(
                        shell(
                                        "main",
                                        "cat /quilla-test/deep/file /etc/quilla-test/one;"
                                                + " ls -d /quilla-test/deep/inner /etc/passwd;"
                                                + " id -u; echo more > /quilla-test/deep/more")
                                .withMounts(
                                        List.of(
                                                Mount.of(volume, "/quilla-test/deep", false),
                                                Mount.of(volume, "/quilla-test/deep/inner", true),
                                                Mount.of(file, "/etc/quilla-test/one", true))));
        exit(id);
        assertEquals(
                "content\none\n/etc/passwd\n/quilla-test/deep/inner\n0\n", log(id, LogOptions.ALL));
        assertEquals("more\n", Files.readString(volume.resolve("more")));
        assertFalse(Files.exists(Path.of("/quilla-test")), "nothing is left on the machine");
        assertFalse(Files.exists(Path.of("/etc/quilla-test")), "nothing is left on the machine");
    }

    @Test
    void aLinkOfTheMachineOnTheWayStaysInTheContainersRoot() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        Path volume = Files.writeString(directory.resolve("data"), "content\n");
        ContainerId id =
                run(
                        shell("main", "cat " + link + "/new/file")
                                .withMounts(List.of(Mount.of(volume, link + "/new/file", true))));
        exit(id);
        assertEquals("content\n", log(id, LogOptions.ALL));
        assertFalse(Files.exists(real.resolve("new")));
    }

    @Test
    void aProgramBesideSeesTheVolumeToo() throws Exception {
        Path file = Files.writeString(directory.resolve("data"), "content\n");
        ContainerId id =
                run(
                        shell("main", "sleep 60")
                                .withMounts(List.of(Mount.of(file, "/quilla-test/data", true))));
        try (ExecSession session = runtime.exec(id, ExecSpec.of("cat", "/quilla-test/data"))) {
            assertEquals("content\n", text(session.stdout()));
            assertEquals(0, session.waitFor());
        }
    }

    @Test
    void usesTheMachinesNetwork() {
        assertEquals(new NetworkNamespace.Host(), runtime.networkNamespace(sandbox));
    }
}
