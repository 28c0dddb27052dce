package dev.quilla.apiserver.kinds;

import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Indexes as a job's status has them: numbers and ranges of them, ascending.
 *
 * @param indexes those that could be read
 * @param problem what is wrong with the text
 */
record IndexText(BitSet indexes, Optional<String> problem) {

    static IndexText read(String text, int completions) {
        BitSet indexes = new BitSet();
        Optional<String> problem = Optional.empty();
        int last = -1;
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] ends = part.split("-", -1);
            String to = ends[ends.length - 1];
            problem = problem(part, ends, completions);
            if (problem.isEmpty() && Integer.parseInt(ends[0]) <= last) {
                problem = Optional.of(falling(last, Integer.parseInt(ends[0])));
            }
            if (problem.isPresent()) {
                break;
            }
            last = Integer.parseInt(to);
            indexes.set(Integer.parseInt(ends[0]), last + 1);
        }
        return new IndexText(indexes, problem);
    }

    private static Optional<String> problem(String part, String[] ends, int completions) {
        if (ends.length > 2) {
            return Optional.of(
                    "the fragment \"%s\" violates the requirement that an index interval can have at"
                                    .formatted(part)
                            + " most two parts separated by '-'");
        }
        for (String end : ends) {
            if (!end.matches("\\d{1,9}")) {
                return Optional.of("cannot convert string to integer for index: \"" + end + "\"");
            }
            if (Integer.parseInt(end) >= completions) {
                return Optional.of("too large index: \"" + end + "\"");
            }
        }
        int from = Integer.parseInt(ends[0]);
        int to = Integer.parseInt(ends[ends.length - 1]);
        return ends.length == 2 && from >= to ? Optional.of(falling(from, to)) : Optional.empty();
    }

    private static String falling(int previous, int current) {
        return "non-increasing order, previous: %d, current: %d".formatted(previous, current);
    }

    /** The first index that both have. */
    OptionalInt common(IndexText other) {
        BitSet both = (BitSet) indexes.clone();
        both.and(other.indexes);
        return both.isEmpty() ? OptionalInt.empty() : OptionalInt.of(both.nextSetBit(0));
    }
}
