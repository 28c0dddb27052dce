package dev.quilla.ctl.failure;

/** A command that can't be carried out; the message says why, and what to do. Exit code 1. */
public final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Fails with one line for people. */
    public CommandException(String message) {
        super(message);
    }
}
