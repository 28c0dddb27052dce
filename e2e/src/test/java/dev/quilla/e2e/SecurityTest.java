package dev.quilla.e2e;

import static dev.quilla.e2e.Eventually.within;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disks of a cluster, who did what, and who comes in by other doors. */
class SecurityTest {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final String NEEDLE = "needle-in-a-haystack-7316";
    private static final String CLEAR = "everybody-may-read-7316";

    @TempDir private static Path folder;

    private static Optional<IdentityProvider> provider = Optional.empty();
    private static Optional<TestCluster> running = Optional.empty();

    @BeforeAll
    static void up() throws IOException {
        provider = Optional.of(new IdentityProvider(folder));
        Path authentication = provider.orElseThrow().configuration(folder);
        running =
                Optional.of(
                        TestCluster.configured(
                                Setting.SECURITY,
                                """
                                audit: {logFile: audit.log}
                                authentication: {configFile: "%s"}
                                """
                                        .formatted(authentication),
                                "--workers",
                                "1"));
    }

    @AfterAll
    static void down() {
        running.ifPresent(TestCluster::close);
        provider.ifPresent(IdentityProvider::close);
    }

    private static TestCluster cluster() {
        return running.orElseThrow();
    }

    private static String kubectl(String... words) {
        return cluster().kubectl(words).output();
    }

    private static void createSecret(String name) {
        kubectl("create", "secret", "generic", name, "--from-literal=password=" + NEEDLE);
    }

    /** Whether any file of the cluster, or below another path, holds a text. */
    private static boolean isOnDisk(String text, Path... more) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (Path root :
                Stream.concat(Stream.of(cluster().directory()), Stream.of(more)).toList()) {
            try (Stream<Path> files = Files.walk(root)) {
                if (files.filter(Files::isRegularFile).anyMatch(f -> holds(f, wanted))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean holds(Path file, byte[] wanted) {
        try {
            String content = Files.readString(file, StandardCharsets.ISO_8859_1);
            return content.contains(new String(wanted, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            // Written and removed meanwhile.
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void neitherDisksNorBackupsHoldASecret() throws IOException {
        createSecret("hidden");
        kubectl("create", "configmap", "shown", "--from-literal=text=" + CLEAR);
        Path backup = folder.resolve("saved.backup");
        cluster().manage("backup", "save", backup.toString()).output();
        String base64 = Base64.getEncoder().encodeToString(NEEDLE.getBytes(StandardCharsets.UTF_8));
        assertTrue(isOnDisk(CLEAR));
        assertFalse(isOnDisk(NEEDLE, backup));
        assertFalse(isOnDisk(base64, backup));
        assertEquals(base64, cluster().path("secret", "hidden", ".data.password"));
    }

    @Test
    void keysRotateWhileSecretsAreWritten() throws IOException {
        createSecret("before");
        CompletableFuture<Void> writer =
                CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 8; i++) {
                        createSecret("during-" + i);
                    }
                });
        cluster().manage("secrets", "rotate").output();
        writer.join();
        List<String> keys = keys();
        String status = cluster().manage("secrets", "status").output();
        assertTrue(status.contains("with key " + keys.getFirst()), status);
        assertFalse(status.contains("with key " + keys.get(1)), status);
        assertFalse(status.contains("in clear"), status);
        String first = keys.getFirst();
        Path file = cluster().directory().resolve("pki/encryption.keys");
        String kept = Files.readString(file);
        Files.writeString(file, without(kept, first));
        restart("master-1");
        Command lacking = cluster().quilla("up", "--detach", "--timeout", "8s");
        assertTrue(lacking.err().contains("'" + first + "'"), lacking.toString());
        Files.writeString(file, kept);
        restart("master-1");
        cluster().up();
        assertEquals(
                Base64.getEncoder().encodeToString(NEEDLE.getBytes(StandardCharsets.UTF_8)),
                kubectl(
                        "--server=https://127.0.0.1:" + (Setting.SECURITY.basePort() + 1),
                        "get",
                        "secret",
                        "before",
                        "-o",
                        "jsonpath={.data.password}"));
        cluster().manage("secrets", "forget", keys.get(1)).output();
        assertEquals(List.of(first), keys());
    }

    /** What is left of a key file without a key. */
    private static String without(String text, String id) {
        return String.join("\n", text.lines().filter(l -> !l.startsWith(id)).toList()) + "\n";
    }

    private static List<String> keys() throws IOException {
        return Files.readAllLines(cluster().directory().resolve("pki/encryption.keys")).stream()
                .filter(l -> !l.startsWith("#"))
                .map(l -> l.split(" ")[0])
                .toList();
    }

    /** Ends a master; the next {@code up} starts it. */
    private static void restart(String master) {
        ProcessHandle process = cluster().master(master);
        process.destroyForcibly();
        process.onExit().join();
    }

    @Test
    void theAuditLogSaysWhoDidWhatAndNotWhatIsInIt() {
        createSecret("audited");
        within(
                SOON,
                "recorded",
                () -> {
                    assertTrue(
                            isOnDisk(
                                    "\"resource\":\"secrets\",\"namespace\":\"default\","
                                            + "\"name\":\"audited\""));
                    assertTrue(isOnDisk("\"authorization.k8s.io/decision\":\"allow\""));
                });
    }

    @Test
    void whoHasATokenOfAnotherIssuerIsLetIn() throws GeneralSecurityException {
        kubectl(
                "config",
                "set-credentials",
                "anna",
                "--token=" + provider.orElseThrow().token("anna@example.com", "dev"));
        assertEquals(
                "oidc:anna@example.com [\"oidc:dev\",\"system:authenticated\"]",
                kubectl(
                        "--user=anna",
                        "auth",
                        "whoami",
                        "-o",
                        "jsonpath={.status.userInfo.username} {.status.userInfo.groups}"));
        kubectl("config", "set-credentials", "anna", "--token=nonsense");
        assertTrue(cluster().kubectl("--user=anna", "get", "pods").err().contains("Unauthorized"));
    }

    @Test
    void whoMayCanBeTakenForSomebodyElse() {
        assertEquals(
                "bert 7 [\"ops\",\"system:authenticated\"]",
                kubectl(
                        "auth",
                        "whoami",
                        "--as=bert",
                        "--as-uid=7",
                        "--as-group=ops",
                        "-o",
                        "jsonpath={.status.userInfo.username} {.status.userInfo.uid}"
                                + " {.status.userInfo.groups}"));
    }

    @Test
    void othersCanCheckTokensOfServiceAccounts() {
        String header = kubectl("create", "token", "default").split("\\.")[0];
        String keyId =
                new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8)
                        .replaceAll(".*\"kid\":\"([^\"]+)\".*", "$1");
        assertTrue(kubectl("get", "--raw", "/openid/v1/jwks").contains("\"kid\":\"" + keyId));
        assertTrue(
                kubectl("get", "--raw", "/.well-known/openid-configuration")
                        .contains("/openid/v1/jwks"));
    }
}
