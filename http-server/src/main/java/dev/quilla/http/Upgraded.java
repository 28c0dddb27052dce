package dev.quilla.http;

import java.io.InputStream;
import java.io.OutputStream;

/** A connection that no longer speaks HTTP. Reading and writing block; closing ends both. */
public interface Upgraded extends AutoCloseable {

    /** What the client sends. */
    InputStream input();

    /** What the client gets; written through, without buffering. */
    OutputStream output();

    @Override
    void close();
}
