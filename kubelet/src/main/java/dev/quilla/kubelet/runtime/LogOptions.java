package dev.quilla.kubelet.runtime;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which part of a log, and how.
 *
 * @param follow go on with what is written later, until the container has ended
 * @param tailLines only that many of the last lines
 * @param since only lines from then on
 * @param limitBytes stop after so many bytes of output
 * @param timestamps each line begins with its time
 */
public record LogOptions(
        boolean follow,
        OptionalLong tailLines,
        Optional<Instant> since,
        OptionalLong limitBytes,
        boolean timestamps) {

    /** All of it, up to now. */
    public static final LogOptions ALL =
            new LogOptions(
                    false, OptionalLong.empty(), Optional.empty(), OptionalLong.empty(), false);
}
