package dev.quilla.apiserver.encryption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {

    private final RootKey first = RootKey.generate("k1", new SecureRandom());
    private final RootKey second = RootKey.generate("k2", new SecureRandom());

    @TempDir private Path folder;
    private KeyFile file = new KeyFile(Path.of(""));

    @BeforeEach
    void writeFile() throws IOException {
        file = new KeyFile(folder.resolve("encryption.keys"));
        file.write(List.of(first));
    }

    @Test
    void onlyTheOwnerReadsTheFile() throws IOException {
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())));
    }

    @Test
    void everyChangeIsInTheFileFirst() throws IOException {
        KeyRing ring = KeyRing.open(file);
        ring.add(second);
        assertEquals(List.of(first, second), ring.keys());
        assertEquals(ring.keys(), file.read());
        ring.use("k2");
        assertEquals(List.of(second, first), file.read());
        ring.forget("k1");
        assertEquals(List.of(second), file.read());
        assertEquals(List.of(second), ring.keys());
    }

    @Test
    void changesMayBeRepeated() throws IOException {
        KeyRing ring = KeyRing.open(file);
        ring.add(second);
        ring.add(second);
        ring.use("k2");
        ring.use("k2");
        ring.forget("k1");
        ring.forget("k1");
        assertEquals(List.of(second), ring.keys());
    }

    @Test
    void mastersOfOneMachineShareAFile() throws IOException {
        KeyRing one = KeyRing.open(file);
        KeyRing other = KeyRing.open(file);
        one.add(second);
        other.add(second);
        one.use("k2");
        assertEquals(List.of(first, second), other.keys());
        other.use("k2");
        assertEquals(one.keys(), other.keys());
    }

    @Test
    void refusesWhatWouldLoseSomething() throws IOException {
        KeyRing ring = KeyRing.open(file);
        RootKey impostor = RootKey.generate("k1", new SecureRandom());
        assertThrows(IllegalArgumentException.class, () -> ring.add(impostor));
        assertThrows(IllegalArgumentException.class, () -> ring.use("k9"));
        assertThrows(IllegalArgumentException.class, () -> ring.forget("k1"));
        assertEquals(List.of(first), file.read());
    }

    @Test
    void saysWhatIsWrongWithAFile() throws IOException {
        assertEquals(
                "the key file %s, line 2: key 'k1' must have 32 bytes, not 3"
                        .formatted(file.path()),
                refusal("# x\nk1 AAAA\n"));
        assertEquals(
                "the key file %s, line 1: key 'k1' is not in base64".formatted(file.path()),
                refusal("k1 ???\n"));
        assertTrue(refusal("K!1 AAAA\n").contains("lower-case letters"));
        assertTrue(refusal("k1\n").contains("an id and a key"));
        assertTrue(refusal("# nothing\n").contains("1 to 64 keys"));
        Files.delete(file.path());
        String missing =
                String.valueOf(assertThrows(IOException.class, () -> file.read()).getMessage());
        assertTrue(missing.contains("is not there") && missing.contains("new-key"), missing);
    }

    @Test
    void neverShowsASecret() {
        assertFalse(first.toString().contains(first.base64()));
        assertFalse(List.of(first).toString().contains("bytes"));
    }

    private String refusal(String text) throws IOException {
        Files.writeString(file.path(), text);
        return String.valueOf(assertThrows(IOException.class, () -> file.read()).getMessage());
    }
}
