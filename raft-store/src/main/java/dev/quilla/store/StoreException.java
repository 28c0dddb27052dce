package dev.quilla.store;

/**
 * Why the store can't do what was asked, in one line that says what to do where something can be.
 */
public class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Fails without a cause worth keeping. */
    public StoreException(String message) {
        super(message);
    }

    /** Fails because of something else. */
    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
