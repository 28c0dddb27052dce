package dev.quilla.controller;

import dev.quilla.client.ApiRequest;
import dev.quilla.client.ApiResponse;
import dev.quilla.client.Transport;
import dev.quilla.client.WatchStream;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way to the API of a process that dies at one of its writes: before the write, or after it and
 * before the answer. Reads go on, as they change nothing.
 */
final class DyingTransport implements Transport {

    private final Transport to;
    private final AtomicInteger writesLeft;
    private final boolean late;

    DyingTransport(Transport to, int writes, boolean late) {
        this.to = to;
        this.writesLeft = new AtomicInteger(writes);
        this.late = late;
    }

    @Override
    public ApiResponse call(ApiRequest request) {
        if (request.readOnly()) {
            return to.call(request);
        }
        int left = writesLeft.getAndDecrement();
        if (left > 0) {
            return to.call(request);
        }
        if (left == 0 && late) {
            to.call(request);
        }
        throw new Death();
    }

    @Override
    public WatchStream watch(ApiRequest request) {
        return to.watch(request);
    }

    @Override
    public void close() {
        to.close();
    }
}
