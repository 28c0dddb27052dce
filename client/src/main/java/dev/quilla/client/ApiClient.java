package dev.quilla.client;

import dev.quilla.model.ApiObject;
import dev.quilla.model.ResourceType;

/** The API by types. Thread-safe; closing the transport is its owner's. */
public final class ApiClient {

    private final Transport transport;

    /** Talks through a transport. */
    public ApiClient(Transport transport) {
        this.transport = transport;
    }

    /** Access to one resource. */
    public <T extends ApiObject> ResourceClient<T> resource(ResourceType<T> type) {
        return new ResourceClient<>(transport, type);
    }

    /** What carries the calls; for paths that are no resource. */
    public Transport transport() {
        return transport;
    }
}
