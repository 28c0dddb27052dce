package dev.quilla.server.local;

/** Why the local cluster can't do what was asked, in one line that says what to do. */
public final class LocalClusterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LocalClusterException(String message) {
        super(message);
    }

    LocalClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
