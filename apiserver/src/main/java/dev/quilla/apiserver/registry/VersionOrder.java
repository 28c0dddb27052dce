package dev.quilla.apiserver.registry;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How good versions are: stable ones before beta and alpha, higher ones before lower, and names
 * that say nothing of that last, in the order of the alphabet.
 */
public final class VersionOrder {

    private static final Pattern SPOKEN =
            Pattern.compile("v([1-9][0-9]{0,8})(?:(alpha|beta)([1-9][0-9]{0,8}))?");

    /** Of names of versions. */
    public static final Comparator<String> BEST_FIRST =
            Comparator.comparing(VersionOrder::of)
                    .reversed()
                    .thenComparing(Comparator.naturalOrder());

    private VersionOrder() {}

    private record Rank(int stability, int major, int minor) implements Comparable<Rank> {
        @Override
        public int compareTo(Rank other) {
            return Comparator.comparingInt(Rank::stability)
                    .thenComparingInt(Rank::major)
                    .thenComparingInt(Rank::minor)
                    .compare(this, other);
        }
    }

    private static Rank of(String version) {
        Matcher matcher = SPOKEN.matcher(version);
        if (!matcher.matches()) {
            return new Rank(0, 0, 0);
        }
        int major = Integer.parseInt(matcher.group(1));
        return switch (matcher.group(2)) {
            case "alpha" -> new Rank(1, major, Integer.parseInt(matcher.group(3)));
            case "beta" -> new Rank(2, major, Integer.parseInt(matcher.group(3)));
            case null, default -> new Rank(3, major, 0);
        };
    }
}
