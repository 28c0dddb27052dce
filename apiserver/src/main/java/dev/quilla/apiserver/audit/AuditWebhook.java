package dev.quilla.apiserver.audit;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Brings events to a service: an {@code EventList} of {@code audit.k8s.io/v1} each time. Where the
 * service does not answer, or says that it can't just now, it is asked again some times.
 */
public final class AuditWebhook implements AuditTarget {

    private static final int ATTEMPTS_MAX = 5;
    private static final double LONGER = 1.5;
    private static final byte[] HEAD =
            "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":["
                    .getBytes(StandardCharsets.US_ASCII);

    private final Transport transport;
    private final String path;
    private final Duration firstPause;
    private final Pause pause;

    /** Waits, such as {@link Thread#sleep(Duration)}. */
    public interface Pause {
        /** Returns when the time is over. */
        void pause(Duration time) throws InterruptedException;
    }

    /**
     * Sends there.
     *
     * @param transport closed with it
     * @param path where the service takes events
     * @param firstPause before it is asked for the second time; the next pauses are longer
     */
    public AuditWebhook(Transport transport, String path, Duration firstPause, Pause pause) {
        this.transport = transport;
        this.path = path;
        this.firstPause = firstPause;
        this.pause = pause;
    }

    @Override
    public void deliver(List<byte[]> events) throws IOException, InterruptedException {
        ApiRequest request = ApiRequest.of("POST", path).withBody(Body.of(list(events), Body.JSON));
        Duration wait = firstPause;
        for (int attempt = 1; ; attempt++) {
            try {
                ApiResponse response = transport.call(request);
                if (response.ok()) {
                    return;
                }
                boolean later = response.code() >= 500 || response.code() == 429;
                if (!later || attempt == ATTEMPTS_MAX) {
                    throw new IOException("it answered " + response.code());
                }
            } catch (TransportException e) {
                if (attempt == ATTEMPTS_MAX) {
                    throw new IOException(e.getMessage(), e);
                }
            }
            pause.pause(wait);
            wait = Duration.ofMillis((long) (wait.toMillis() * LONGER));
        }
    }

    private static byte[] list(List<byte[]> events) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        json.writeBytes(HEAD);
        for (int i = 0; i < events.size(); i++) {
            if (i > 0) {
                json.write(',');
            }
            json.writeBytes(events.get(i));
        }
        json.writeBytes(new byte[] {']', '}'});
        return json.toByteArray();
    }

    @Override
    public void close() {
        transport.close();
    }
}
