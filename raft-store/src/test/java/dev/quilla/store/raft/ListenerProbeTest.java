package dev.quilla.store.raft;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ListenerProbeTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ServerSocket listener = listener();

    private static ServerSocket listener() {
        try {
            return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    private Future<Boolean> probe() {
        Callable<Boolean> probe = () -> ListenerProbe.isGone(address());
        return threads.submit(probe);
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        threads.close();
    }

    @Test
    void aClosedPortIsGone() throws Exception {
        String address = address();
        listener.close();
        assertTrue(ListenerProbe.isGone(address));
    }

    @Test
    void oneThatListensAndIsSilentIsThere() throws Exception {
        assertFalse(ListenerProbe.isGone(address()));
    }

    @Test
    void oneThatGreetsIsThere() throws Exception {
        Future<Boolean> gone = probe();
        try (Socket socket = listener.accept()) {
            socket.getOutputStream().write('s');
            assertFalse(gone.get());
        }
    }

    @Test
    void oneWhoseConnectionEndsBeforeItsPortClosesIsGone() throws Exception {
        Future<Boolean> gone = probe();
        listener.accept().close();
        Socket second = listener.accept();
        listener.close();
        second.setSoLinger(true, 0);
        second.close();
        assertTrue(gone.get());
    }

    @Test
    void oneThatClosesAllConnectionsButListensIsThere() throws Exception {
        Future<Boolean> gone = probe();
        while (!gone.isDone()) {
            listener.setSoTimeout(100);
            try {
                listener.accept().close();
            } catch (java.net.SocketTimeoutException e) {
                continue;
            }
        }
        assertFalse(gone.get());
    }
}
