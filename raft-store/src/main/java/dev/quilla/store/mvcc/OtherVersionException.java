package dev.quilla.store.mvcc;

import java.io.IOException;

/** A snapshot that is whole, but of a form that this version does not know. */
public final class OtherVersionException extends IOException {

    private static final long serialVersionUID = 1L;

    OtherVersionException(int found, int known) {
        super(
                "has format "
                        + found
                        + ", and this version of Quilla knows formats up to "
                        + known
                        + ": start the version that wrote it, or a newer one");
    }
}
