package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.quilla.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.ratis.protocol.GroupListRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members talk to nobody whose certificate is not of their authority. */
class PeerTlsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String PASSWORD = "changeit";

    @TempDir Path folder;
    private KeyStore ours;
    private KeyStore others;

    @BeforeEach
    void issueCertificates() throws Exception {
        ours = authority("ours");
        others = authority("others");
    }

    /** An authority and a certificate that it signed, made by the JDK's own tool. */
    private KeyStore authority(String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        keytool(file, "-alias", "ca", "-dname", "CN=" + name, "-ext", "bc:c");
        for (String organization : List.of("quilla:members", "system:nodes")) {
            String alias = organization.equals("quilla:members") ? "m" : "worker";
            String subject = "CN=m, O=" + organization;
            keytool(
                    file,
                    "-alias",
                    alias,
                    "-dname",
                    subject,
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-signer",
                    "ca");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static void keytool(Path file, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
        command.addAll(Arrays.asList(options));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
    }

    private RaftStoreConfig config(int port) throws Exception {
        return new RaftStoreConfig(
                "tls",
                "m1",
                List.of(new RaftStoreConfig.Member("m1", "127.0.0.1", port)),
                folder.resolve("m1"),
                Optional.of(tls("m")),
                Duration.ofMillis(300),
                Duration.ofMillis(600),
                1_000,
                why -> {});
    }

    private RaftStoreConfig.Tls tls(String alias) throws Exception {
        return new RaftStoreConfig.Tls(
                pem("PRIVATE KEY", ours.getKey(alias, PASSWORD.toCharArray()).getEncoded()),
                pem("CERTIFICATE", ours.getCertificate(alias).getEncoded()),
                pem("CERTIFICATE", ours.getCertificate("ca").getEncoded()));
    }

    private Path pem(String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                Files.createTempFile(folder, "part", ".pem"),
                "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    @Test
    void onlyACertificateOfTheSameAuthorityIsLetIn() throws Exception {
        int port = Ports.free();
        try (Store store = RaftStore.open(config(port))) {
            assertEquals("m1", store.status().memberId());
            assertRefused(port, Optional.empty());
            assertRefused(port, Optional.of(others));
        }
    }

    /** The authority signs workers and users too; who is let in could write anything. */
    @Test
    void whoIsNoMemberIsRefusedWhoeverSignedItsCertificate() throws Exception {
        int port = Ports.free();
        try (Store store = RaftStore.open(config(port))) {
            assertEquals("m1", store.status().memberId());
            PeerCalls.Request question =
                    (self, to, call) ->
                            new GroupListRequest(self, to, RaftGroupId.randomId(), call);
            PeerCalls member = new PeerCalls(Optional.of(tls("m")));
            String address = "127.0.0.1:" + port;
            assertTrue(member.ask(address, PATIENCE, question).isSuccess());
            PeerCalls worker = new PeerCalls(Optional.of(tls("worker")));
            IOException refusal =
                    assertThrows(IOException.class, () -> worker.ask(address, PATIENCE, question));
            assertTrue(refusal.getMessage().contains("only members are let in"));
        }
    }

    private void assertRefused(int port, Optional<KeyStore> identity) {
        Exception refusal = assertThrows(IOException.class, () -> firstByte(port, identity));
        assertTrue(refusal instanceof SSLException || refusal instanceof SocketException);
    }

    /** What the member says first to somebody it accepts; refusals come with the first read. */
    private int firstByte(int port, Optional<KeyStore> identity) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(identity.map(PeerTlsTest::leafOnly).orElse(null), PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        KeyStore roots = emptyStore();
        roots.setCertificateEntry("ca", ours.getCertificate("ca"));
        trust.init(roots);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            int first = socket.getInputStream().read();
            if (first < 0) {
                throw new SSLException("closed without a word");
            }
            return first;
        }
    }

    private static KeyStore leafOnly(KeyStore store) {
        try {
            KeyStore leaf = emptyStore();
            Certificate[] chain = {store.getCertificate("m")};
            leaf.setKeyEntry(
                    "m", store.getKey("m", PASSWORD.toCharArray()), PASSWORD.toCharArray(), chain);
            return leaf;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore emptyStore() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
