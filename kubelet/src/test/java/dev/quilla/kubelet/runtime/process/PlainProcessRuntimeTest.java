package dev.quilla.kubelet.runtime.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.kubelet.runtime.ContainerRuntime;
import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import dev.quilla.kubelet.runtime.ContainerSpec;
import dev.quilla.kubelet.runtime.Mount;
import dev.quilla.kubelet.runtime.NetworkNamespace;
import dev.quilla.kubelet.runtime.RuntimeContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** As an ordinary user has it: plain processes, no namespaces, no mounts. */
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
    @Override
    public void mountsAreSeenAndReadOnlyOnesStaySo() {
        ContainerSpec spec =
                shell("main", "true").withMounts(List.of(Mount.of(directory, mountTarget(), true)));

        ContainerRuntimeException refused =
                assertThrows(ContainerRuntimeException.class, () -> runtime.create(sandbox, spec));

        assertEquals(Reason.CONTAINER_CONFIG, refused.reason());
    }

    @Test
    void usesTheMachinesNetwork() {
        assertEquals(new NetworkNamespace.Host(), runtime.networkNamespace(sandbox));
    }
}
