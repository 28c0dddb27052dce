package dev.quilla.client;

import dev.quilla.model.ApiException;

/**
 * The API as a value: one call, one answer. Thread-safe; calls block, so make them on virtual
 * threads.
 *
 * <p>What the API refuses comes back as a response with its code, or as an {@link ApiException}:
 * callers use {@link ApiResponse#orThrow()} and need not care. What kept the call from being
 * answered is a {@link TransportException}.
 */
public interface Transport extends AutoCloseable {

    /**
     * Makes a call and waits for the answer.
     *
     * @throws TransportException if there is no answer
     */
    ApiResponse call(ApiRequest request);

    /**
     * Starts a watch: a list request with {@code watch=true}. Returns once the server accepted it.
     *
     * @throws ApiException if the server refused it; code 410 means that the revision is no longer
     *     kept
     * @throws TransportException if there is no answer
     */
    WatchStream watch(ApiRequest request);

    /** Ends all watches and connections. */
    @Override
    void close();
}
