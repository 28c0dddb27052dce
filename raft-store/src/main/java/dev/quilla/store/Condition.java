package dev.quilla.store;

import java.util.Arrays;

/**
 * A comparison that holds if it does for every key of a range. A key that is not there has the
 * numbers 0, but no value: no comparison with its value holds.
 *
 * @param range the keys; one that has none is compared like a key that is not there
 * @param relation how what is there must relate to what is wanted
 * @param wanted what it is compared with
 */
public record Condition(KeyRange range, Relation relation, Wanted wanted) {

    /** What is there is ... what is wanted. */
    public enum Relation {
        EQUAL,
        GREATER,
        LESS,
        NOT_EQUAL;

        boolean holds(int comparison) {
            return switch (this) {
                case EQUAL -> comparison == 0;
                case GREATER -> comparison > 0;
                case LESS -> comparison < 0;
                case NOT_EQUAL -> comparison != 0;
            };
        }
    }

    /** A property of an entry, and what it is compared with. */
    public sealed interface Wanted {

        /** How often it was written since it was made. */
        record Version(long number) implements Wanted {}

        /** The revision that made it. */
        record Created(long revision) implements Wanted {}

        /** The revision that last wrote it. */
        record Modified(long revision) implements Wanted {}

        /** The lease that it lives with. */
        record Leased(long lease) implements Wanted {}

        /** Its value, as unsigned bytes. */
        record Value(Bytes bytes) implements Wanted {}
    }

    /** Whether it holds in a state. */
    public boolean holds(View view) {
        var entries = view.range(range, 0);
        return entries.isEmpty() ? holdsForNothing() : entries.stream().allMatch(this::holdsFor);
    }

    private boolean holdsForNothing() {
        return switch (wanted) {
            case Wanted.Version(long number) -> holds(0, number);
            case Wanted.Created(long revision) -> holds(0, revision);
            case Wanted.Modified(long revision) -> holds(0, revision);
            case Wanted.Leased(long lease) -> holds(0, lease);
            case Wanted.Value ignored -> false;
        };
    }

    private boolean holdsFor(Entry entry) {
        return switch (wanted) {
            case Wanted.Version(long number) -> holds(entry.version(), number);
            case Wanted.Created(long revision) -> holds(entry.createRevision(), revision);
            case Wanted.Modified(long revision) -> holds(entry.modRevision(), revision);
            case Wanted.Leased(long lease) -> holds(entry.lease().number(), lease);
            case Wanted.Value(Bytes bytes) ->
                    relation.holds(Arrays.compareUnsigned(entry.value().shared(), bytes.shared()));
        };
    }

    private boolean holds(long there, long number) {
        return relation.holds(Long.compare(there, number));
    }

    long bytes() {
        int value = wanted instanceof Wanted.Value(Bytes bytes) ? bytes.length() : 0;
        return range.start().length() + range.end().length() + value + Command.SMALL;
    }
}
