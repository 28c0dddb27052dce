package dev.quilla.apiserver.encryption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.model.GroupResource;
import dev.quilla.store.Bytes;
import dev.quilla.store.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptionTest {

    private static final GroupResource SECRETS = new GroupResource("", "secrets");
    private static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");
    private static final Key KEY = new Key("/objects/core/secrets/default/s");
    private static final Key OTHER = new Key("/objects/core/secrets/default/t");
    private static final byte[] PLAIN = "\1{\"data\":\"hunter2\"}".getBytes(StandardCharsets.UTF_8);

    private final RootKey first = RootKey.generate("k1", new SecureRandom());
    private final RootKey second = RootKey.generate("k2", new SecureRandom());

    @TempDir private Path folder;

    private KeyRing ring(RootKey... keys) throws IOException {
        KeyFile file = new KeyFile(folder.resolve("encryption.keys"));
        file.write(List.of(keys));
        return KeyRing.open(file);
    }

    private static Encryption of(KeyRing ring) {
        return Encryption.of(ring, Set.of(SECRETS));
    }

    @Test
    void whatIsSealedComesBack() throws IOException {
        Encryption encryption = of(ring(first));
        Bytes sealed = encryption.seal(SECRETS, KEY, PLAIN);
        assertFalse(new String(sealed.shared(), StandardCharsets.ISO_8859_1).contains("hunter2"));
        assertEquals(Optional.of("k1"), Encryption.keyOf(sealed));
        assertArrayEquals(PLAIN, encryption.open(KEY, sealed));
        assertArrayEquals(PLAIN, of(ring(first)).open(KEY, sealed));
    }

    @Test
    void theSameValueNeverLooksTheSame() throws IOException {
        Encryption encryption = of(ring(first));
        Bytes sealed = encryption.seal(SECRETS, KEY, PLAIN);
        assertNotEquals(sealed, encryption.seal(SECRETS, KEY, PLAIN));
        assertNotEquals(sealed, of(ring(first)).seal(SECRETS, KEY, PLAIN));
    }

    @Test
    void othersStayInClear() throws IOException {
        Encryption encryption = of(ring(first));
        Bytes kept = encryption.seal(CONFIG_MAPS, KEY, PLAIN);
        assertArrayEquals(PLAIN, kept.shared());
        assertEquals(Optional.empty(), Encryption.keyOf(kept));
        assertArrayEquals(PLAIN, encryption.open(KEY, kept));
    }

    @Test
    void aValueIsGoodInItsOwnPlaceOnly() throws IOException {
        Encryption encryption = of(ring(first));
        Bytes sealed = encryption.seal(SECRETS, KEY, PLAIN);
        assertThrows(UnreadableValueException.class, () -> encryption.open(OTHER, sealed));
    }

    @Test
    void noByteMayDiffer() throws IOException {
        Encryption encryption = of(ring(first, second));
        byte[] sealed = encryption.seal(SECRETS, KEY, PLAIN).shared();
        for (int i = 1; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 3;
            assertThrows(
                    UnreadableValueException.class,
                    () -> encryption.open(KEY, Bytes.wrap(changed)),
                    "byte " + i);
        }
        for (int length = 2; length < sealed.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(sealed, length);
            if (Encryption.keyOf(Bytes.wrap(cut)).isPresent()) {
                assertThrows(
                        UnreadableValueException.class,
                        () -> encryption.open(KEY, Bytes.wrap(cut)),
                        "length " + length);
            }
        }
    }

    @Test
    void anotherKeyTakesOver() throws IOException {
        KeyRing ring = ring(first);
        Encryption encryption = of(ring);
        Bytes old = encryption.seal(SECRETS, KEY, PLAIN);
        assertFalse(encryption.isOutdated(SECRETS, old));
        ring.add(second);
        assertFalse(encryption.isOutdated(SECRETS, old));
        ring.use("k2");
        assertTrue(encryption.isOutdated(SECRETS, old));
        assertTrue(encryption.isOutdated(SECRETS, Bytes.wrap(PLAIN)));
        assertTrue(encryption.isOutdated(CONFIG_MAPS, old));
        assertFalse(encryption.isOutdated(CONFIG_MAPS, Bytes.wrap(PLAIN)));
        Bytes now = encryption.seal(SECRETS, KEY, PLAIN);
        assertEquals(Optional.of("k2"), Encryption.keyOf(now));
        assertArrayEquals(PLAIN, encryption.open(KEY, old));
        assertArrayEquals(PLAIN, encryption.open(KEY, now));
    }

    @Test
    void aMissingKeyIsNamed() throws IOException {
        Bytes sealed = of(ring(first)).seal(SECRETS, KEY, PLAIN);
        String refusal = refusal(of(ring(second)), sealed);
        assertTrue(refusal.startsWith(KEY + " is encrypted with key 'k1', which is not in "));
        assertTrue(
                refusal(Encryption.NONE, sealed)
                        .endsWith("encrypted with key 'k1', and this master has no keys"));
    }

    private static String refusal(Encryption encryption, Bytes sealed) {
        return String.valueOf(
                assertThrows(UnreadableValueException.class, () -> encryption.open(KEY, sealed))
                        .getMessage());
    }
}
