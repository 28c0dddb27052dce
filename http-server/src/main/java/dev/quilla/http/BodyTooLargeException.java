package dev.quilla.http;

import java.io.IOException;

/** A request's body is larger than it may be. A handler that lets it through answers 413. */
public final class BodyTooLargeException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Says the limit. */
    public BodyTooLargeException(int bytesMax) {
        super("the request is larger than " + bytesMax + " bytes");
    }
}
