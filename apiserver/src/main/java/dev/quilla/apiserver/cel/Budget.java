package dev.quilla.apiserver.cel;

/**
 * How many steps the expressions of one request may take together: whoever writes an expression
 * must not be able to keep a master busy. Used by one thread.
 */
public final class Budget {

    private long left;

    /** Allows that many steps. */
    public Budget(long steps) {
        this.left = steps;
    }

    /** Whether all is spent. */
    public boolean isSpent() {
        return left <= 0;
    }

    void spend() {
        if (--left < 0) {
            throw new SpentException();
        }
    }

    /** Ends an evaluation from within. */
    static final class SpentException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        SpentException() {
            super("it takes too many steps", null, false, false);
        }
    }
}
