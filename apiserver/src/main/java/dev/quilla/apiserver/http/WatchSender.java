package dev.quilla.apiserver.http;

import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.http.Headers;
import dev.quilla.http.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Sends a watch's events, one after the other. */
final class WatchSender {

    private static final Duration WAIT = Duration.ofSeconds(5);

    private final ObjectEncoder encoder;
    private final LongSupplier nanoTime;

    /**
     * Sends events.
     *
     * @param nanoTime as {@link System#nanoTime}
     */
    WatchSender(ObjectEncoder encoder, LongSupplier nanoTime) {
        this.encoder = encoder;
        this.nanoTime = nanoTime;
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
            ApiReply.OfWatch watch,
            Runnable onStarted)
            throws IOException {
        ObjectEncoder.Wanted wanted = encoder.wanted(call, form);
        ApiReply.EventSource source = watch.source();
        exchange.onCancel(source::close);
        try (source;
                WatchStream stream = stream(exchange, call, form, watch)) {
            SendPace pace = new SendPace(nanoTime);
            boolean first = true;
            Duration wait = Duration.ZERO;
            while (true) {
                Optional<List<ApiReply.EventSource.Frame>> frames = source.next(wait);
                if (frames.isEmpty()) {
                    return;
                }
                for (ApiReply.EventSource.Frame frame : frames.get()) {
                    if (wait.isZero()) {
                        // What it begins with may be much; the stream gives the turn back.
                        call.turn().take();
                    }
                    stream.add(encoder.event(wanted, frame, first));
                    first = false;
                }
                if (!source.hasBegun()) {
                    // Which is waited for now.
                    call.turn().giveBack();
                    continue;
                }
                stream.send();
                if (wait.isZero()) {
                    // Waiting for what comes is no work: nothing is held for it.
                    wait = WAIT;
                    onStarted.run();
                } else if (!frames.get().isEmpty()) {
                    rest(pace.sent());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rest(Duration time) throws InterruptedException {
        if (time.isPositive()) {
            Thread.sleep(time);
        }
    }

    private static WatchStream stream(
            HttpExchange exchange, ApiCall call, Representation form, ApiReply.OfWatch watch)
            throws IOException {
        boolean binary = form.media() == Representation.Media.PROTOBUF;
        if (exchange.asksForWebSocket()) {
            return WatchStream.ofMessages(
                    exchange.acceptWebSocket(Optional.empty()),
                    binary,
                    call.turn(),
                    watch.source()::close);
        }
        String type = form.media().type() + (binary ? ";stream=watch" : "");
        Headers headers = WarningFields.add(Headers.of("Content-Type", type), watch.warnings());
        return WatchStream.ofBytes(exchange.stream(200, headers), call.turn());
    }
}
