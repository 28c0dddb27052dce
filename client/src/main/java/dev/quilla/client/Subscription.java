package dev.quilla.client;

/** Someone's wish to be told of changes. */
public interface Subscription extends AutoCloseable {

    /** No more changes after this; one that is being delivered may still arrive. Idempotent. */
    @Override
    void close();
}
