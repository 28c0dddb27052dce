package dev.quilla.store;

/**
 * Names a lease. Whoever grants one chooses its number.
 *
 * @param number above 0; 0 names none
 */
public record LeaseId(long number) implements Comparable<LeaseId> {

    /** What a key has that lives until it is deleted. */
    public static final LeaseId NONE = new LeaseId(0);

    public LeaseId {
        if (number < 0) {
            throw new IllegalArgumentException("a lease has a number above 0, not " + number);
        }
    }

    /** The lease of this number; of all that name none there is one. */
    public static LeaseId of(long number) {
        return number == 0 ? NONE : new LeaseId(number);
    }

    /** Whether it names a lease. */
    public boolean isSome() {
        return number != 0;
    }

    @Override
    public int compareTo(LeaseId other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return Long.toHexString(number);
    }
}
