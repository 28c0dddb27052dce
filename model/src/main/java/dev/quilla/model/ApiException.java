package dev.quilla.model;

import dev.quilla.model.meta.v1.Status;

/** A request that was refused or failed; carries the {@code Status} that tells the client why. */
public final class ApiException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Status status;

    /** Fails with a status. */
    public ApiException(Status status) {
        super(status.message());
        this.status = status;
    }

    /** What the client is told. */
    public Status status() {
        return status;
    }

    /** The HTTP status code. */
    public int code() {
        return status.code();
    }

    /** The machine-readable reason, such as {@code NotFound}. */
    public String reason() {
        return status.reason();
    }

    /** Whether the object isn't there. */
    public boolean isNotFound() {
        return code() == 404;
    }

    /** Whether somebody else changed or made the object first. */
    public boolean isConflict() {
        return code() == 409;
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
