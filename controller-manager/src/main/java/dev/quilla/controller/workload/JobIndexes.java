package dev.quilla.controller.workload;

import dev.quilla.model.core.v1.Pod;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The indexes of an indexed job's pods, and sets of them as a status tells them. Pure. */
final class JobIndexes {

    /** The annotation, and the label, with a pod's index. */
    static final String INDEX = "batch.kubernetes.io/job-completion-index";

    private JobIndexes() {}

    /** A pod's index; empty where none is written that could be one. */
    static Optional<Integer> of(Pod pod) {
        return number(pod.metadata().annotations().getOrDefault(INDEX, ""));
    }

    /** Indexes as text, such as {@code 0-2,5}. */
    static String ranges(Set<Integer> indexes) {
        StringBuilder text = new StringBuilder();
        int start = -1;
        int last = -2;
        for (int index : new TreeSet<>(indexes)) {
            if (index != last + 1) {
                closeRange(text, start, last);
                text.append(text.isEmpty() ? "" : ",").append(index);
                start = index;
            }
            last = index;
        }
        closeRange(text, start, last);
        return text.toString();
    }

    private static void closeRange(StringBuilder text, int start, int last) {
        if (last > start) {
            text.append('-').append(last);
        }
    }

    /**
     * What {@link #ranges} wrote. Whoever may write a status may write anything there: indexes from
     * a limit on, and what is no range, are left out.
     */
    static SortedSet<Integer> parse(String ranges, int limit) {
        SortedSet<Integer> indexes = new TreeSet<>();
        for (String range : ranges.split(",", -1)) {
            int dash = range.indexOf('-');
            Optional<Integer> first = number(dash < 0 ? range : range.substring(0, dash));
            Optional<Integer> last = dash < 0 ? first : number(range.substring(dash + 1));
            if (first.isPresent() && last.isPresent()) {
                for (int i = first.get(); i <= last.get() && i < limit; i++) {
                    indexes.add(i);
                }
            }
        }
        return indexes;
    }

    private static Optional<Integer> number(String text) {
        try {
            return Optional.of(Integer.valueOf(text)).filter(n -> n >= 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
