package dev.quilla.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.kubelet.runtime.libc.Filesystems;
import dev.quilla.kubelet.runtime.libc.Libc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root: mounts are real. */
class PodTreeTest {

    @TempDir Path temporary;

    private Path machine() throws IOException {
        Path machine = Files.createDirectories(temporary.resolve("machine"));
        Files.writeString(machine.resolve("precious"), "keep");
        return machine;
    }

    private void bind(Path source, Path target) throws IOException {
        int found = Filesystems.find(source);
        try {
            Filesystems.bind(found, target);
        } finally {
            Libc.close(found);
        }
    }

    @Test
    void aLinkIsRemovedAndNotFollowed() throws Exception {
        Path machine = machine();
        Path tree = Files.createDirectories(temporary.resolve("pod/volume"));
        Files.createSymbolicLink(tree.resolve("out"), machine);
        Files.createSymbolicLink(tree.resolve("file"), machine.resolve("precious"));
        PodTree.remove(temporary.resolve("pod"));

        assertFalse(Files.exists(temporary.resolve("pod")));
        assertEquals("keep", Files.readString(machine.resolve("precious")));
    }

    @Test
    void aLinkInThePlaceOfTheTreeIsRemovedAndNotFollowed() throws Exception {
        Path machine = machine();
        Path link = Files.createSymbolicLink(temporary.resolve("pod"), machine);
        PodTree.remove(link);

        assertFalse(Files.isSymbolicLink(link));
        assertEquals("keep", Files.readString(machine.resolve("precious")));
    }

    @Test
    void whatIsMountedInItIsLetGoAndNotEmptied() throws Exception {
        Path machine = machine();
        Path directory = Files.createDirectories(temporary.resolve("pod/a b/mounted"));
        Path file = Files.createFile(temporary.resolve("pod/file"));
        Path memory = Files.createDirectories(temporary.resolve("pod/memory"));
        bind(machine, directory);
        bind(machine.resolve("precious"), file);
        Filesystems.mountTmpfs(memory, "size=64k");
        bind(machine, Files.createDirectories(memory.resolve("deeper")));
        assertTrue(Files.exists(directory.resolve("precious")));
        PodTree.remove(temporary.resolve("pod"));

        assertFalse(Files.exists(temporary.resolve("pod")));
        assertEquals("keep", Files.readString(machine.resolve("precious")));
        assertTrue(MountTable.now().under(temporary).isEmpty());
    }

    @Test
    void whatIsNotThereIsNoFailure() throws Exception {
        PodTree.remove(temporary.resolve("nothing"));
        assertFalse(Files.exists(temporary.resolve("nothing")));
    }
}
