package dev.quilla.store;

import java.util.List;
import java.util.Optional;

/** The whole state at one revision; immutable, and cheap to hold. */
public interface View {

    /** The revision at which there is nothing yet: as etcd has it, so 0 is free to mean none. */
    long FIRST = 1;

    /** The revision. */
    long revision();

    /** The entry of a key. */
    Optional<Entry> get(Key key);

    /**
     * Entries in the order of their keys.
     *
     * @param limit how many at the most; 0 for all
     */
    List<Entry> range(KeyRange range, int limit);

    /** How many entries a range has. */
    long count(KeyRange range);
}
