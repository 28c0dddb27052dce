package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sends a watch's events, one after the other. */
final class WatchSender {

    private static final Duration WAIT = Duration.ofSeconds(5);

    private final ObjectEncoder encoder;

    WatchSender(ObjectEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Sends events until there are no more.
     *
     * @param onStarted done once what the watch begins with has been sent
     */
    void send(
            HttpExchange exchange,
            ApiCall call,
            Representation form,
            ApiReply.EventSource source,
            Runnable onStarted)
            throws IOException {
        ObjectEncoder.Wanted wanted = encoder.wanted(call, form);
        exchange.onCancel(source::close);
        String type =
                form.media() == Representation.Media.PROTOBUF
                        ? form.media().type() + ";stream=watch"
                        : form.media().type();
        try (source;
                OutputStream out = exchange.stream(200, Headers.of("Content-Type", type))) {
            boolean first = true;
            Duration wait = Duration.ZERO;
            while (true) {
                Optional<List<ApiReply.EventSource.Frame>> frames = source.next(wait);
                if (frames.isEmpty()) {
                    return;
                }
                ByteArrayOutputStream batch = new ByteArrayOutputStream();
                for (ApiReply.EventSource.Frame frame : frames.get()) {
                    encoder.event(wanted, frame, first, batch);
                    first = false;
                }
                if (batch.size() > 0) {
                    out.write(batch.toByteArray());
                }
                if (wait.isZero()) {
                    // Waiting for what comes is no work: nothing is held for it.
                    wait = WAIT;
                    onStarted.run();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
