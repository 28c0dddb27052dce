package dev.quilla.kubelet.runtime.process;

import dev.quilla.kubelet.runtime.ContainerRuntimeException;
import dev.quilla.kubelet.runtime.ContainerRuntimeException.Reason;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what other processes do to files: they have no other way to tell. */
final class Waiting {

    private static final long LOOK_MILLIS = 5;

    private Waiting() {}

    /** True once it is so, false when the time is over first. */
    static boolean until(BooleanSupplier condition, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ContainerRuntimeException(Reason.UNAVAILABLE, "interrupted", e);
            }
        }
        return true;
    }
}
