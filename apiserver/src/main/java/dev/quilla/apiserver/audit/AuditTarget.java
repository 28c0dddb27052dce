package dev.quilla.apiserver.audit;

import java.io.IOException;
import java.util.List;

/** Where events are brought, many at a time. Used by one thread. */
public interface AuditTarget extends AutoCloseable {

    /**
     * Brings events there; when it returns, they are there.
     *
     * @param events each is JSON on one line, with its end
     * @throws IOException if it can't be said of all of them that they are
     */
    void deliver(List<byte[]> events) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
