package dev.quilla.server.demo;

/** Why the demo can't be had, in one line that says what to do. */
public final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
