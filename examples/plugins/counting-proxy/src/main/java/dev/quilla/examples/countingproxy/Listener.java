package dev.quilla.examples.countingproxy;

import dev.quilla.plugin.ServiceTable.Backend;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/** One address of one service: takes connections and carries their bytes to the next pod. */
final class Listener implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 2000;

    private final ServerSocket server;
    private final String service;
    private final Logger log;
    private final AtomicLong connections = new AtomicLong();
    private volatile List<Backend> backends = List.of();

    private Listener(ServerSocket server, String service, Logger log) {
        this.server = server;
        this.service = service;
        this.log = log;
    }

    static Listener open(InetSocketAddress address, String service, Logger log) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(address);
        } catch (IOException e) {
            server.close();
            throw new IOException("can't listen on " + address + ": " + e.getMessage(), e);
        }
        Listener listener = new Listener(server, service, log);
        Thread.ofVirtual().name("counting-" + service).start(listener::accept);
        return listener;
    }

    void serve(List<Backend> now) {
        backends = now;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> relay(client));
            } catch (IOException e) {
                log.debug("{}: {}", service, e.getMessage());
            }
        }
    }

    private void relay(Socket client) {
        List<Backend> choice = backends;
        if (choice.isEmpty()) {
            close(client);
            return;
        }
        long number = connections.incrementAndGet();
        Backend backend = choice.get((int) (number % choice.size()));
        log.info("connection {} to {} goes to {}", number, service, backend.address());
        try {
            Socket pod = new Socket();
            pod.connect(
                    new InetSocketAddress(backend.address(), backend.port()), CONNECT_TIMEOUT_MS);
            Thread.ofVirtual().start(() -> carry(pod, client));
            carry(client, pod);
        } catch (IOException e) {
            log.info("{} does not answer: {}", backend, e.getMessage());
            close(client);
        }
    }

    /** Carries bytes one way until their end, and passes the end on. */
    private static void carry(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                close(from);
                close(to);
            }
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            return; // It is of no use any more.
        }
    }

    @Override
    public void close() {
        close(server);
    }
}
