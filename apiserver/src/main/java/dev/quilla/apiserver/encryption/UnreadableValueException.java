package dev.quilla.apiserver.encryption;

/** A stored value can't be decrypted: its key is not here, or it is not what was encrypted. */
public final class UnreadableValueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableValueException(String message) {
        super(message);
    }
}
