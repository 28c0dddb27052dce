package dev.quilla.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.core.v1.HostPathVolumeSource;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostPathTest {

    @TempDir Path temporary;

    private static HostPath path(Path path, String type) throws VolumeException {
        return new HostPath(
                HostPathVolumeSource.builder().path(path.toString()).type(type).build());
    }

    private static void refused(Path path, String type, String what) {
        VolumeException e =
                assertThrows(VolumeException.class, () -> path(path, type).prepare(), type);
        assertEquals(
                "hostPath type check failed: %s is not %s".formatted(path, what), e.getMessage());
    }

    @Test
    void whatIsMissingIsMadeOnlyWhereThatIsAskedFor() throws Exception {
        path(temporary.resolve("a/b"), "DirectoryOrCreate").prepare();
        assertTrue(Files.isDirectory(temporary.resolve("a/b")));
        path(temporary.resolve("a/f"), "FileOrCreate").prepare();
        assertTrue(Files.isRegularFile(temporary.resolve("a/f")));
        path(temporary.resolve("any"), "").prepare();
        assertTrue(Files.isDirectory(temporary.resolve("any")));
        refused(temporary.resolve("none"), "Directory", "a directory");
        refused(temporary.resolve("none"), "File", "a file");
        refused(temporary.resolve("none"), "Socket", "a socket");
    }

    @Test
    void itMustBeOfTheKindThatIsAskedFor() throws Exception {
        Path file = Files.writeString(temporary.resolve("f"), "text");
        path(file, "File").prepare();
        path(file, "").prepare();
        path(temporary, "Directory").prepare();
        path(Path.of("/dev/null"), "CharDevice").prepare();
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(temporary.resolve("s")));
            path(temporary.resolve("s"), "Socket").prepare();
            refused(temporary.resolve("s"), "File", "a file");
        }
        refused(file, "Directory", "a directory");
        refused(file, "Socket", "a socket");
        refused(file, "CharDevice", "a character device");
        refused(Path.of("/dev/null"), "BlockDevice", "a block device");
        assertEquals("text", Files.readString(file));
    }

    @Test
    void aPathThatIsNotPlainIsRefused() {
        assertThrows(VolumeException.class, () -> path(Path.of("/a/../b"), ""));
        assertThrows(VolumeException.class, () -> path(Path.of("a"), ""));
        assertThrows(VolumeException.class, () -> path(temporary, "Wonder").prepare());
    }
}
