package dev.quilla.apiserver.request;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Lets those who compute for long do so a few at a time. A virtual thread gives its processor up
 * only where it waits, so hundreds of lists that could all go on would keep whoever asks for little
 * waiting for all of them. Used by one thread.
 */
public final class Turn {

    /** For who needs not wait for a turn. */
    public static final Turn FREE = new Turn(null);

    private final @Nullable Semaphore turns;
    private boolean taken;

    private Turn(@Nullable Semaphore turns) {
        this.turns = turns;
    }

    /** One of so many; a fair semaphore, so that nobody is overtaken. */
    public static Turn of(Semaphore turns) {
        return new Turn(turns);
    }

    /** Waits until it is there, and then behind those who wait for a processor. */
    public void take() {
        if (turns != null && !taken) {
            turns.acquireUninterruptibly();
            taken = true;
            pause();
        }
    }

    /** Gives it back: to be done before waiting for anything. */
    public void giveBack() {
        if (turns != null && taken) {
            taken = false;
            turns.release();
        }
    }

    /** Lets those run who wait for a processor: to be done now and then while computing. */
    @SuppressWarnings("ThreadPriorityCheck") // A virtual thread goes on after those that wait.
    public void pause() {
        Thread.yield();
    }
}
