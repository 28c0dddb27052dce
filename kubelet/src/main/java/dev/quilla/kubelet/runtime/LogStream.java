package dev.quilla.kubelet.runtime;

import java.io.IOException;
import java.util.Optional;

/** A container's log being read, oldest first. Closing it from another thread ends a wait. */
public interface LogStream extends AutoCloseable {

    /**
     * The next line; waits for one when following.
     *
     * @return empty at the end
     */
    Optional<LogEntry> next() throws IOException;

    @Override
    void close();
}
