package dev.quilla.ctl.failure;

/** A command that makes no sense; the message says how it would. Exit code 2. */
public final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Refuses with one line for people. */
    public UsageException(String message) {
        super(message);
    }
}
