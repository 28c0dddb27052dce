package dev.quilla.kubelet.runtime;

/** A listener's place; closing it ends the calls. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

    @Override
    void close();
}
