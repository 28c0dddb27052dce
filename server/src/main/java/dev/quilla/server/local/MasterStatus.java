package dev.quilla.server.local;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonTree;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a master says of itself.
 *
 * @param role {@code leader}, {@code follower} or {@code candidate}
 */
record MasterStatus(String role, long raftTerm, long appliedIndex) {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Asks a master; empty if it does not answer. */
    static Optional<MasterStatus> ask(Transport transport) {
        try {
            ApiResponse response =
                    transport.call(ApiRequest.get("/quilla/status").withTimeout(PATIENCE));
            if (!response.ok()) {
                return Optional.empty();
            }
            Map<String, @org.jspecify.annotations.Nullable Object> status =
                    JsonTree.parseObject(response.body().encoded().shared());
            return Optional.of(
                    new MasterStatus(
                            String.valueOf(status.get("role")),
                            number(status.get("raftTerm")),
                            number(status.get("appliedIndex"))));
        } catch (TransportException | DecodeException e) {
            return Optional.empty();
        }
    }

    private static long number(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
