package dev.quilla.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not get as far as HTTP: they hold nothing for long, and harm nobody else. */
@Timeout(60)
class HostileTlsTest {

    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final int READ_MILLIS_MAX = 20_000;

    @TempDir Path directory;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                new TestServer(
                        directory,
                        Limits.USUAL.withTimes(SHORT, SHORT, SHORT),
                        e -> e.respond(200, Headers.NONE, new byte[0]));
    }

    @AfterEach
    void stillServesOthers() throws IOException {
        server.closeServing();
    }

    @Test
    void endsPlainHttpAndNonsense() throws IOException {
        for (String said :
                List.of(
                        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                        "\u0000".repeat(100),
                        "\u0016\u0003\u0001\u00ff\u00ff" + "x".repeat(20_000),
                        "SSH-2.0-x\r\n")) {
            try (Socket client = plain()) {
                client.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
                assertTrue(ends(client), "it is broken off");
            }
        }
    }

    @Test
    void waitsForNoHandshake() throws IOException {
        List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            silent.add(plain());
        }
        try (Socket client = plain()) {
            // The beginning of a handshake, and no more.
            client.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc});
            try (TestSocket other = server.connect()) {
                other.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertEquals("200 ", other.answer());
            }
            assertTrue(ends(client));
        }
        for (Socket one : silent) {
            assertTrue(ends(one));
            one.close();
        }
    }

    @Test
    void refusesOldTls() throws IOException {
        // Else the client itself would refuse to try.
        String before = Security.getProperty("jdk.tls.disabledAlgorithms");
        Security.setProperty("jdk.tls.disabledAlgorithms", "");
        try (SSLSocket client = tls()) {
            client.setEnabledProtocols(new String[] {"TLSv1.1", "TLSv1"});
            assertThrows(IOException.class, client::startHandshake);
        } finally {
            Security.setProperty("jdk.tls.disabledAlgorithms", before);
        }
    }

    @Test
    void speaksHttp1WithWhoNamesNoProtocol() throws IOException {
        try (SSLSocket client = tls()) {
            client.startHandshake();
            client.getOutputStream()
                    .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = client.getInputStream().readNBytes(12);
            assertEquals("HTTP/1.1 200", new String(answer, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void breaksOffHttp1WhereHttp2WasAgreedUpon() throws IOException {
        try (TestSocket client = server.connectHttp2()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            while (!client.ended()) {
                // Its last words.
            }
        }
    }

    private Socket plain() throws IOException {
        URI uri = server.uri("/");
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(READ_MILLIS_MAX);
        return socket;
    }

    private SSLSocket tls() throws IOException {
        URI uri = server.uri("/");
        SSLSocket socket =
                (SSLSocket)
                        server.pki
                                .anonymous()
                                .getSocketFactory()
                                .createSocket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(READ_MILLIS_MAX);
        return socket;
    }

    private static boolean ends(Socket client) {
        try {
            InputStream in = client.getInputStream();
            while (in.read() >= 0) {
                // An alert, perhaps.
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
