package dev.quilla.kubelet;

import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import dev.quilla.http.HttpHandler;
import dev.quilla.kubelet.pods.PodManager;
import dev.quilla.model.ObjectKey;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the masters ask of a kubelet. Only they may: their certificates name a group of its own. */
final class KubeletServer implements HttpHandler {

    private static final String MASTERS = "O=quilla:kubelet-api";
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int BLOCK = 32 << 10;

    private final PodManager pods;

    KubeletServer(PodManager pods) {
        this.pods = pods;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException, InterruptedException {
        boolean master =
                exchange.clientCertificate()
                        .map(c -> c.getSubjectX500Principal().getName())
                        .filter(n -> List.of(n.split(",")).contains(MASTERS))
                        .isPresent();
        if (!master) {
            text(exchange, 401, "only the masters may ask");
            return;
        }
        List<String> parts = List.of(exchange.path().substring(1).split("/"));
        if (exchange.path().equals("/healthz")) {
            text(exchange, 200, "ok");
        } else if (parts.getFirst().equals("containerLogs") && parts.size() == 4) {
            logs(exchange, new ObjectKey(parts.get(1), parts.get(2)), parts.get(3));
        } else {
            text(exchange, 501, "the process runtime does not offer " + parts.getFirst() + " yet");
        }
    }

    private void logs(HttpExchange exchange, ObjectKey pod, String container)
            throws IOException, InterruptedException {
        Optional<Path> file = pods.log(pod, container, isTrue(exchange, "previous"));
        if (file.isEmpty() || !Files.exists(file.get())) {
            text(exchange, 404, "container " + container + " of pod " + pod + " has no log here");
            return;
        }
        AtomicBoolean gone = new AtomicBoolean();
        exchange.onCancel(() -> gone.set(true));
        boolean follow = isTrue(exchange, "follow");
        try (RandomAccessFile log = new RandomAccessFile(file.get().toFile(), "r");
                OutputStream out = exchange.stream(200, Headers.of("Content-Type", "text/plain"))) {
            log.seek(start(log, number(exchange, "tailLines")));
            byte[] buffer = new byte[BLOCK];
            while (!gone.get()) {
                int read = log.read(buffer);
                if (read > 0) {
                    out.write(buffer, 0, read);
                } else if (!follow || !Files.exists(file.get())) {
                    return;
                } else {
                    Thread.sleep(LOOK);
                }
            }
        }
    }

    /** Where the last lines begin. */
    private static long start(RandomAccessFile log, long lines) throws IOException {
        if (lines < 0) {
            return 0;
        }
        long position = log.length();
        long found = 0;
        while (position > 0) {
            log.seek(position - 1);
            if (log.read() == '\n' && position < log.length() && ++found >= lines) {
                return position;
            }
            position--;
        }
        return lines == 0 ? log.length() : 0;
    }

    private static boolean isTrue(HttpExchange exchange, String name) {
        return exchange.query().getOrDefault(name, List.of()).contains("true");
    }

    private static long number(HttpExchange exchange, String name) {
        List<String> values = exchange.query().getOrDefault(name, List.of());
        try {
            return values.isEmpty() ? -1 : Long.parseLong(values.getFirst());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static void text(HttpExchange exchange, int code, String text) throws IOException {
        exchange.respond(
                code,
                Headers.of("Content-Type", "text/plain"),
                (text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
