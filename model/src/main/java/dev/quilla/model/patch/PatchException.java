package dev.quilla.model.patch;

/** A patch that is malformed, or that does not fit what it is applied to. */
public final class PatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean test;

    PatchException(String message) {
        this(message, false);
    }

    private PatchException(String message, boolean test) {
        super(message);
        this.test = test;
    }

    /** A test of a JSON patch has failed: nothing is malformed. */
    static PatchException ofTest(String message) {
        return new PatchException(message, true);
    }

    /** Whether it is a test of a JSON patch that has failed. */
    public boolean isTest() {
        return test;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
