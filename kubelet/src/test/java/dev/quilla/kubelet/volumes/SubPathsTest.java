package dev.quilla.kubelet.volumes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root: parts are bound. */
class SubPathsTest {

    @TempDir Path temporary;
    private Path volume = Path.of("/");
    private SubPaths parts = new SubPaths(Path.of("/"), false);

    @BeforeEach
    void prepare() throws IOException {
        volume = Files.createDirectories(temporary.resolve("volume"));
        parts = new SubPaths(temporary.resolve("parts"), true);
        Files.writeString(temporary.resolve("precious"), "keep");
    }

    @AfterEach
    void remove() throws IOException {
        PodTree.remove(temporary.resolve("parts"));
    }

    @Test
    void aPartIsBoundAndStaysItWhateverBecomesOfItsName() throws Exception {
        Files.createDirectories(volume.resolve("a"));
        Files.writeString(volume.resolve("a/b"), "text");
        Path place = parts.of(volume, "a/b", "one");
        Files.move(volume.resolve("a"), volume.resolve("moved"));
        Files.createSymbolicLink(volume.resolve("a"), temporary);

        assertEquals("text", Files.readString(place));
    }

    @Test
    void aMissingPartBecomesADirectoryAsOpenAsTheVolume() throws Exception {
        Ownership.mode(volume, 02777);
        Path place = parts.of(volume, "x/y", "one");
        Files.writeString(place.resolve("file"), "text");
        assertEquals("text", Files.readString(volume.resolve("x/y/file")));
        Path unbound = new SubPaths(temporary.resolve("parts"), false).of(volume, "p/q", "two");
        assertEquals(volume.toRealPath().resolve("p/q"), unbound);
        assertEquals(02777, (int) Files.getAttribute(unbound, "unix:mode") & 07777);
    }

    @Test
    void aLinkWithinTheVolumeIsFollowed() throws Exception {
        Files.createDirectories(volume.resolve("..2026"));
        Files.writeString(volume.resolve("..2026/key"), "text");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026"));
        Files.createSymbolicLink(volume.resolve("key"), Path.of("..data/key"));
        assertEquals("text", Files.readString(parts.of(volume, "key", "one")));
    }

    @Test
    void aLinkOutOfTheVolumeIsRefused() throws Exception {
        Files.createSymbolicLink(volume.resolve("out"), temporary);
        Files.createSymbolicLink(volume.resolve("dangling"), Path.of("/nowhere/at/all"));
        for (String bad : List.of("out", "out/precious", "out/fresh", "dangling", "dangling/x")) {
            assertThrows(VolumeException.class, () -> parts.of(volume, bad, "one"), bad);
        }
        assertFalse(Files.exists(temporary.resolve("fresh")));
    }

    @Test
    void aPathUpwardsIsRefused() {
        for (String bad : List.of("..", "a/../../b", "/etc", "../volume")) {
            assertThrows(VolumeException.class, () -> parts.of(volume, bad, "one"), bad);
        }
    }

    /** What a pod could do between the look and the opening. */
    @Test
    void aLinkThatTookTheNamesPlaceIsNotFollowed() throws Exception {
        Files.createSymbolicLink(volume.resolve("swapped"), temporary);
        assertThrows(VolumeException.class, () -> SubPaths.open(volume, Path.of("swapped")));
        assertThrows(Exception.class, () -> SubPaths.open(volume, Path.of("swapped", "precious")));
    }
}
