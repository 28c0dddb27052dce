package dev.quilla.pki;

/** A key or certificate that can't be read or made; the message says which and why. */
public final class PkiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Something is wrong with the input. */
    public PkiException(String message) {
        super(message);
    }

    /** Something went wrong underneath. */
    public PkiException(String message, Throwable cause) {
        super(message, cause);
    }
}
