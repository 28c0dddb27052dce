package dev.quilla.apiserver.cel;

/** An expression that can't be compiled or evaluated; the message says why. */
public final class ExpressionException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says why. */
    public ExpressionException(String message) {
        super(message);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
