package dev.quilla.server.local;

import dev.quilla.server.config.ConfigSection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The members of a local store, or the masters of a local cluster: {@code PREFIX-1}, {@code
 * PREFIX-2} and so on, as far as they are there.
 *
 * @param prefix what their names begin with
 * @param first how many there were at the beginning
 * @param names who is there, by number
 * @param joined those of them who came later, also under a name that was there before
 */
record Roll(String prefix, int first, List<String> names, List<String> joined) {

    /** More members make a Raft group slower and no safer. */
    static final int MAX = 7;

    /** The ports of larger numbers would be those of others. */
    private static final int NUMBER_MAX = 9;

    Roll {
        names = List.copyOf(names);
        joined = List.copyOf(joined);
    }

    /** As it is at the beginning. */
    static Roll first(String prefix, int count) {
        return new Roll(prefix, count, initial(prefix, count), List.of());
    }

    private static List<String> initial(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> prefix + "-" + i).toList();
    }

    /** Reads what {@link #yaml} has written. */
    static Roll read(ConfigSection root, String key, String prefix) {
        int first = root.count(key, MAX);
        List<String> names = root.strings("names");
        List<String> joined = root.strings("joined");
        Roll roll =
                new Roll(prefix, first, names.isEmpty() ? initial(prefix, first) : names, joined);
        for (String name : roll.names()) {
            if (!roll.isName(name)) {
                root.error("names", "has '" + name + "': " + roll.known());
            }
        }
        return roll;
    }

    String yaml(String key) {
        return "%s: %d\nnames: [%s]\njoined: [%s]\n"
                .formatted(key, first, quoted(names), quoted(joined));
    }

    private static String quoted(List<String> words) {
        return words.stream().map(w -> '"' + w + '"').collect(Collectors.joining(", "));
    }

    /** From 0. */
    int index(String name) {
        return Integer.parseInt(name.substring(prefix.length() + 1)) - 1;
    }

    boolean hasJoined(String name) {
        return joined.contains(name);
    }

    /** The lowest name that is free. */
    String next() {
        return IntStream.rangeClosed(1, NUMBER_MAX)
                .mapToObj(i -> prefix + "-" + i)
                .filter(n -> !names.contains(n))
                .findFirst()
                .orElseThrow();
    }

    /**
     * With one more.
     *
     * @throws LocalClusterException if there are enough, or it is there, or it is no name
     */
    Roll with(String name) {
        if (!isName(name)) {
            throw new LocalClusterException("no member can be called '" + name + "': " + known());
        }
        if (names.contains(name)) {
            throw new LocalClusterException(name + " is there already: remove that one first");
        }
        if (names.size() == MAX) {
            throw new LocalClusterException(
                    "there are " + MAX + " members already: more make it slower and no safer");
        }
        List<String> more = new ArrayList<>(names);
        more.add(name);
        more.sort(Comparator.comparingInt(this::index));
        List<String> came = new ArrayList<>(joined);
        came.add(name);
        return new Roll(prefix, first, more, came);
    }

    /** Without one of them. */
    Roll without(String name) {
        return new Roll(prefix, first, rest(names, name), rest(joined, name));
    }

    private static List<String> rest(List<String> all, String name) {
        return all.stream().filter(n -> !n.equals(name)).toList();
    }

    private boolean isName(String name) {
        return name.matches(prefix + "-[1-" + NUMBER_MAX + "]");
    }

    private String known() {
        return "here they are " + prefix + "-1 to " + prefix + "-" + NUMBER_MAX;
    }
}
