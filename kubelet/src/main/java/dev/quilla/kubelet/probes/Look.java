package dev.quilla.kubelet.probes;

/** A way to look at a container. */
@FunctionalInterface
public interface Look {

    /** Looks once; blocks for as long as the probe's time-out at the most. */
    Finding look() throws InterruptedException;
}
