package dev.quilla.server.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster or a store that is started again while what was killed is still there to be seen. It is
 * told by what gets started; that ends at once here, so that nothing real is waited for.
 */
@Timeout(60)
class JustKilledTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final PrintStream NOWHERE =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

    @TempDir private Path folder;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void aMasterThatIsJustEndingIsStarted() throws IOException {
        FakeProcesses processes = new FakeProcesses().ending("master-1").endAllThatIsStarted();
        LocalCluster cluster = new LocalCluster(new ClusterDirectory(folder), processes, NOWHERE);
        LocalCluster.Wanted wanted =
                new LocalCluster.Wanted(
                        1, 0, RuntimeMode.PROCESS, NetworkMode.LOOPBACK, freePort() - 1);
        LocalClusterException e =
                assertThrows(LocalClusterException.class, () -> cluster.up(wanted, LONG));
        assertEquals("master-1 ended: said nothing", e.getMessage());
        assertEquals(List.of("master master-1"), processes.started);
    }

    @Test
    void aMemberThatIsJustEndingIsStarted() throws IOException {
        FakeProcesses processes = new FakeProcesses().ending("member-1").endAllThatIsStarted();
        LocalStore store = new LocalStore(new ClusterDirectory(folder), processes, NOWHERE);
        StoreSpec wanted = new StoreSpec("0badcafe", 1, freePort(), true);
        LocalClusterException e =
                assertThrows(LocalClusterException.class, () -> store.up(wanted, LONG));
        assertEquals("member-1 ended: said nothing", e.getMessage());
        assertEquals(List.of("store member-1"), processes.started);
    }
}
