package dev.quilla.model.codec;

import java.util.List;

/** Input that is not an object of the expected type; the message names the place. */
public final class DecodeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> strictErrors;

    /** Input that can't be read. */
    public DecodeException(String message) {
        this(message, List.of());
    }

    /** Input with fields that strict validation refuses. */
    public DecodeException(String message, List<String> strictErrors) {
        super(message);
        this.strictErrors = List.copyOf(strictErrors);
    }

    /** The unknown and duplicate fields, where they are the reason. */
    public List<String> strictErrors() {
        return strictErrors == null ? List.of() : strictErrors;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
