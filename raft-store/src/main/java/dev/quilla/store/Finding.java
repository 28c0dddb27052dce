package dev.quilla.store;

import java.util.List;
import java.util.Optional;

/** What a {@link Step} found. */
public sealed interface Finding {

    /**
     * What a range had.
     *
     * @param entries as many as were asked for, in the order of their keys
     * @param count how many there are
     */
    record Found(List<Entry> entries, long count) implements Finding {
        public Found {
            entries = List.copyOf(entries);
        }
    }

    /**
     * A key was written.
     *
     * @param previous what was there, if it was to be told
     */
    record Written(Optional<Entry> previous) implements Finding {}

    /**
     * Keys were removed.
     *
     * @param previous what was there, if it was to be told
     */
    record Deleted(long count, List<Entry> previous) implements Finding {
        public Deleted {
            previous = List.copyOf(previous);
        }
    }

    /**
     * A choice was made.
     *
     * @param held whether its conditions held
     * @param findings one for each step that was taken, in order
     */
    record Chosen(boolean held, List<Finding> findings) implements Finding {
        public Chosen {
            findings = List.copyOf(findings);
        }
    }
}
