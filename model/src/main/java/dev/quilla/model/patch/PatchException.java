package dev.quilla.model.patch;

/** A patch that is malformed, or that does not fit what it is applied to. */
public final class PatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PatchException(String message) {
        super(message);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
