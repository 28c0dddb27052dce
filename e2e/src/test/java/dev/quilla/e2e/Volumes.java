package dev.quilla.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.UnaryOperator;

/** What must be found in the pod that {@link Manifests#files} declares. */
final class Volumes {

    private Volumes() {}

    /** Looks, by a shell in the pod. */
    static void assertHold(UnaryOperator<String> shell) {
        assertEquals("green", shell.apply("cat /mnt/settings/color"));
        assertEquals("sesame", shell.apply("cat /mnt/password/word"));
        assertEquals("kept", shell.apply("echo kept > /mnt/room/f; cat /mnt/room/f"));
        String token = "/var/run/secrets/kubernetes.io/serviceaccount/token";
        assertEquals(3, shell.apply("cat " + token).split("\\.").length, "a signed token");
    }
}
