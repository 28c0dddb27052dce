package dev.quilla.benchmarks.api;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Nodes that nobody runs but that say that they live, as real ones do: nodes that are silent would
 * have the controllers write about all of their pods while something else is measured. A thread
 * says so for all.
 */
final class Nodes implements AutoCloseable {

    private static final String NODES = "/api/v1/nodes";
    private static final String LEASES =
            "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    private static final String MERGE = "Content-Type: application/merge-patch+json\r\n";
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Masters masters;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "nodes");
    private int count;

    Nodes(Masters masters) {
        this.masters = masters;
    }

    void start() {
        thread.start();
    }

    /** Makes nodes, or removes the last ones, until there are so many. */
    synchronized void set(int wanted) throws IOException {
        try (Connection connection = masters.connect(0)) {
            for (; count < wanted; count++) {
                add(connection, Objects.nodeName(count));
            }
            for (; count > wanted; count--) {
                String name = Objects.nodeName(count - 1);
                connection.call(Connection.request("DELETE", LEASES + "/" + name, "", ""), 200);
                connection.call(Connection.request("DELETE", NODES + "/" + name, "", ""), 200);
            }
        }
    }

    private static void add(Connection connection, String name) throws IOException {
        connection.call(Connection.request("POST", NODES, Objects.JSON, Objects.node(name)), 201);
        connection.call(Connection.request("POST", LEASES, Objects.JSON, lease(name)), 201);
        connection.call(
                Connection.request(
                        "PATCH", NODES + "/" + name + "/status", MERGE, Objects.ready(now())),
                200);
    }

    private static String lease(String name) {
        return """
        {"metadata":{"name":"%s"},
         "spec":{"holderIdentity":"%s","leaseDurationSeconds":40,"renewTime":"%s"}}\
        """
                .formatted(name, name, now());
    }

    private static String now() {
        // With six digits behind the dot, as all such times have.
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", ".000000Z");
    }

    private void run() {
        try {
            while (!end.await(EVERY.toSeconds(), TimeUnit.SECONDS)) {
                renew();
            }
        } catch (IOException e) {
            throw new IllegalStateException("the nodes can't say that they live", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void renew() throws IOException {
        try (Connection connection = masters.connect(0)) {
            for (int i = 0; i < count; i++) {
                connection.call(
                        Connection.request(
                                "PATCH",
                                LEASES + "/" + Objects.nodeName(i),
                                MERGE,
                                "{\"spec\":{\"renewTime\":\"" + now() + "\"}}"),
                        200);
            }
        }
    }

    @Override
    public void close() {
        end.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
