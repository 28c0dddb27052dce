package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.IOException;
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
        try (source;
                WatchStream stream = stream(exchange, form, source)) {
            boolean first = true;
            Duration wait = Duration.ZERO;
            while (true) {
                Optional<List<ApiReply.EventSource.Frame>> frames = source.next(wait);
                if (frames.isEmpty()) {
                    return;
                }
                for (ApiReply.EventSource.Frame frame : frames.get()) {
                    stream.add(encoder.event(wanted, frame, first));
                    first = false;
                }
                if (!source.hasBegun()) {
                    continue;
                }
                stream.send();
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

    private static WatchStream stream(
            HttpExchange exchange, Representation form, ApiReply.EventSource source)
            throws IOException {
        boolean binary = form.media() == Representation.Media.PROTOBUF;
        if (exchange.asksForWebSocket()) {
            return WatchStream.ofMessages(
                    exchange.acceptWebSocket(Optional.empty()), binary, source::close);
        }
        String type = form.media().type() + (binary ? ";stream=watch" : "");
        return WatchStream.ofBytes(exchange.stream(200, Headers.of("Content-Type", type)));
    }
}
