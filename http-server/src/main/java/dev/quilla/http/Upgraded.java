package dev.quilla.http;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection that no longer speaks HTTP. Reading and writing block, with bounded buffers on both
 * sides. It ends at the latest when the handler returns.
 */
public interface Upgraded extends AutoCloseable {

    /** What the client sends. Closing it ends the connection. */
    InputStream input();

    /**
     * What the client gets; written through, without buffering. Closing it tells the client that
     * nothing more comes, while what it sends can still be read.
     */
    OutputStream output();

    /** Ends the connection after what was written has been sent. */
    @Override
    void close();
}
