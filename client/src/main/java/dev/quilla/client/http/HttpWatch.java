package dev.quilla.client.http;

import dev.quilla.client.WatchEndedException;
import dev.quilla.client.WatchEvent;
import dev.quilla.client.WatchStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** A watch as a response that does not end: one JSON event a line. */
final class HttpWatch implements WatchStream {

    private final Exchange exchange;
    private final int eventBytesMax;
    private final byte[] buffer = new byte[16 << 10];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int start;
    private int end;
    private volatile boolean closed;

    HttpWatch(Exchange exchange, int eventBytesMax) {
        this.exchange = exchange;
        this.eventBytesMax = eventBytesMax;
    }

    @Override
    public Optional<WatchEvent> next(Duration atMost) {
        try {
            exchange.connection().readTimeout(atMost.isZero() ? Duration.ofMillis(1) : atMost);
            while (true) {
                byte[] whole = readLine();
                if (whole.length > 0) {
                    return Optional.of(checked(WatchLines.parse(whole)));
                }
            }
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new WatchEndedException(
                    closed ? "the watch was closed" : "the connection broke: " + e.getMessage(), e);
        }
    }

    /** A whole line; what was read of it before a time-out is kept. */
    private byte[] readLine() throws IOException {
        while (true) {
            for (int i = start; i < end; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, start, i - start);
                    start = i + 1;
                    byte[] whole = line.toByteArray();
                    line.reset();
                    return whole;
                }
            }
            line.write(buffer, start, end - start);
            start = 0;
            end = 0;
            if (line.size() > eventBytesMax) {
                throw new IOException("an event is longer than " + eventBytesMax + " bytes");
            }
            int count = exchange.body().read(buffer, 0, buffer.length);
            if (count < 0) {
                throw new WatchEndedException("the server ended the watch");
            }
            end = count;
        }
    }

    private static WatchEvent checked(WatchEvent event) {
        if (event.type() != WatchEvent.Type.ERROR) {
            return event;
        }
        throw WatchLines.failure(event.object());
    }

    @Override
    public void close() {
        closed = true;
        exchange.connection().close();
    }
}
