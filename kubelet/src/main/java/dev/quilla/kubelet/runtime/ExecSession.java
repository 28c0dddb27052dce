package dev.quilla.kubelet.runtime;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A program's streams while it runs, by exec or attach. Read both outputs at once: a program that
 * writes to one that nobody reads may block. Not reading holds the program back.
 */
public interface ExecSession extends AutoCloseable {

    /** Its input. Closing it is the end of input for the program, while its outputs go on. */
    OutputStream stdin();

    /** Its standard output, or all its output on a terminal. Ends when the program does. */
    InputStream stdout();

    /** Its standard error. Empty on a terminal. */
    InputStream stderr();

    /** Tells the terminal's new size; nothing without a terminal. */
    void resize(int columns, int rows);

    /**
     * Waits for the end of the program.
     *
     * @return its exit code, 128 + number when a signal ended it
     */
    int waitFor() throws InterruptedException;

    /**
     * Lets go. A program run by exec is asked to end by the loss of its streams; a container's own
     * goes on.
     */
    @Override
    void close();
}
