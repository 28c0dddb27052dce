package dev.quilla.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyManagerTest {

    private static final int BUFFER = 1 << 16;

    private final CertificateAuthority authority =
            CertificateAuthority.create("ca", Duration.ofDays(1), InstantSource.system());

    @ParameterizedTest
    @CsvSource({
        "EC, TLSv1.3",
        "EC, TLSv1.2",
        "RSA, TLSv1.3",
        "RSA, TLSv1.2",
        "Ed25519, TLSv1.3",
        "Ed25519, TLSv1.2"
    })
    void servesAndCallsWithKeysOfEachKind(String algorithm, String protocol) throws Exception {
        SSLEngine server = engine("server", algorithm, protocol);
        server.setUseClientMode(false);
        server.setNeedClientAuth(true);
        SSLEngine client = engine("client", algorithm, protocol);
        client.setUseClientMode(true);
        shakeHands(client, server);
        assertEquals("CN=server", peer(client));
        assertEquals("CN=client", peer(server));
        assertEquals(protocol, client.getSession().getProtocol());
    }

    @ParameterizedTest
    @CsvSource({"EC, RSA", "RSA, EC", "RSA, RSASSA-PSS"})
    void aServerHasNoKeyOfAnotherKind(String algorithm, String asked) throws Exception {
        assertNull(own("server", algorithm).keyManager().chooseServerAlias(asked, null, null));
    }

    private CertifiedKey own(String name, String algorithm) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        return authority.issue(CertificateRequest.peer(name, List.of(), List.of()), pair);
    }

    private SSLEngine engine(String name, String algorithm, String protocol) throws Exception {
        SSLContext context =
                TlsContexts.of(Optional.of(own(name, algorithm)), List.of(authority.certificate()));
        SSLEngine engine = context.createSSLEngine();
        engine.setEnabledProtocols(new String[] {protocol});
        return engine;
    }

    private static String peer(SSLEngine engine) throws SSLException {
        X509Certificate leaf = (X509Certificate) engine.getSession().getPeerCertificates()[0];
        return leaf.getSubjectX500Principal().getName();
    }

    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
        ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
        client.beginHandshake();
        server.beginHandshake();
        while (busy(client) || busy(server)) {
            step(client, toServer, toClient);
            step(server, toClient, toServer);
        }
    }

    private static boolean busy(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                engine.unwrap(in, ByteBuffer.allocate(BUFFER));
                in.compact();
            }
            case NEED_TASK -> engine.getDelegatedTask().run();
            case FINISHED, NOT_HANDSHAKING -> {}
        }
    }
}
