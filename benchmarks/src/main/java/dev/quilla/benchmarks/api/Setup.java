package dev.quilla.benchmarks.api;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Brings about what a load begins with, once each. */
final class Setup {

    private static final int CLIENTS = 16;
    private static final String NAMESPACES = "/api/v1/namespaces";

    /** A list of {@link #BIG} has 50 MB. */
    static final String BIG = NAMESPACES + "/big/configmaps";

    private static final int BIG_COUNT = 500;
    private static final int BIG_BYTES = 100_000;

    private static final int REMOVALS = 10;
    private static final Optional<Integer> TIMEOUT = Optional.of(504);

    private final Masters masters;
    private final Nodes nodes;
    private int pods;
    private boolean big;
    private boolean namespaces;

    Setup(Masters masters, Nodes nodes) {
        this.masters = masters;
        this.nodes = nodes;
    }

    /** The namespaces that everything is in. */
    void namespaces() throws IOException {
        if (namespaces) {
            return;
        }
        namespaces = true;
        try (Connection connection = masters.connect(0)) {
            for (String name : List.of("load", "created", "big")) {
                connection.call(
                        Connection.request(
                                "POST", NAMESPACES, Objects.JSON, Objects.namespace(name)),
                        201);
                // Pods need it; ours has a controller that may have made it already.
                connection.refused(
                        Connection.request(
                                "POST",
                                NAMESPACES + "/" + name + "/serviceaccounts",
                                Objects.JSON,
                                Objects.namespace("default")));
            }
        }
    }

    void pods(int count) throws IOException, InterruptedException {
        namespaces();
        nodes.set(Objects.NODES);
        create(Objects.PODS, pods, count, Objects::podNumber);
        pods = Math.max(pods, count);
    }

    void big() throws IOException, InterruptedException {
        namespaces();
        if (!big) {
            create(BIG, 0, BIG_COUNT, i -> Objects.configMap("big-" + i, BIG_BYTES));
            big = true;
        }
    }

    /** Definitions of custom kinds. */
    void definitions(int count) throws IOException, InterruptedException {
        create(Definitions.PATH, 0, count, Definitions::of);
    }

    /** Removes the pods that a load has made. */
    void removeCreated() throws IOException {
        byte[] request =
                Connection.request("DELETE", Objects.CREATED + "?gracePeriodSeconds=0", "", "");
        try (Connection connection = masters.connect(0)) {
            Optional<Integer> refused = connection.refused(request);
            // The original does not get through many within the minute that it gives a request.
            for (int i = 0; i < REMOVALS && refused.equals(TIMEOUT); i++) {
                refused = connection.refused(request);
            }
            if (refused.isPresent()) {
                throw new IOException("the pods are not removed: " + refused.get());
            }
        }
    }

    /** Sends each of these, which make or change something. */
    void applyAll(byte[][] requests) throws IOException {
        try (Connection connection = masters.connect(0)) {
            for (byte[] request : requests) {
                Optional<Integer> refused = connection.refused(request);
                if (refused.isPresent()) {
                    throw new IOException("answered " + refused.get());
                }
            }
        }
    }

    private interface Body {
        String of(int number);
    }

    private void create(String path, int from, int to, Body body)
            throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
            List<Future<Void>> running =
                    IntStream.range(0, CLIENTS)
                            .mapToObj(
                                    c -> threads.submit(() -> create(path, from + c, to, c, body)))
                            .toList();
            for (Future<Void> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("can't make " + path, e.getCause());
        }
    }

    private Void create(String path, int from, int to, int client, Body body) throws IOException {
        try (Connection connection = masters.connect(client)) {
            for (int i = from; i < to; i += CLIENTS) {
                connection.call(Connection.request("POST", path, Objects.JSON, body.of(i)), 201);
            }
        }
        return null;
    }
}
