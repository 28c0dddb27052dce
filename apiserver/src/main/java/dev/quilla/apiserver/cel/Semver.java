package dev.quilla.apiserver.cel;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of semantic versioning 2.0.0.
 *
 * @param before the parts of what comes before a release; none for a release
 */
record Semver(long major, long minor, long patch, List<String> before)
        implements Comparable<Semver> {

    private static final String NUMBER = "(0|[1-9][0-9]{0,17})";
    private static final String ID = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final Pattern FORM =
            Pattern.compile(
                    NUMBER
                            + "\\."
                            + NUMBER
                            + "\\."
                            + NUMBER
                            + "(?:-("
                            + ID
                            + "(?:\\."
                            + ID
                            + ")*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");

    static Semver parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException("\"" + text + "\" is no semantic version"));
    }

    static Optional<Semver> find(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String before = matcher.group(4);
        return Optional.of(
                new Semver(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseLong(matcher.group(3)),
                        before == null ? List.of() : List.of(before.split("\\."))));
    }

    /** Lets pass a leading v, missing parts and leading zeros, as people write versions. */
    static String normalized(String text) {
        String bare = text.startsWith("v") ? text.substring(1) : text;
        Matcher matcher =
                Pattern.compile("([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?(.*)").matcher(bare);
        if (!matcher.matches()) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            String part = matcher.group(i) == null ? "0" : matcher.group(i);
            result.append(i > 1 ? "." : "").append(new BigInteger(part));
        }
        return result.append(matcher.group(4)).toString();
    }

    @Override
    public int compareTo(Semver other) {
        int numbers = Long.compare(major, other.major);
        numbers = numbers != 0 ? numbers : Long.compare(minor, other.minor);
        numbers = numbers != 0 ? numbers : Long.compare(patch, other.patch);
        if (numbers != 0) {
            return numbers;
        }
        if (before.isEmpty() || other.before.isEmpty()) {
            return Boolean.compare(before.isEmpty(), other.before.isEmpty());
        }
        for (int i = 0; i < Math.min(before.size(), other.before.size()); i++) {
            int parts = compare(before.get(i), other.before.get(i));
            if (parts != 0) {
                return parts;
            }
        }
        return Integer.compare(before.size(), other.before.size());
    }

    /** Numbers come before words. */
    private static int compare(String a, String b) {
        boolean numberA = a.chars().allMatch(Character::isDigit);
        boolean numberB = b.chars().allMatch(Character::isDigit);
        if (numberA && numberB) {
            return new BigInteger(a).compareTo(new BigInteger(b));
        }
        return numberA != numberB ? (numberA ? -1 : 1) : a.compareTo(b);
    }
}
