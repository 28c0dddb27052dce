package dev.quilla.ctl;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Finds out whether wrong usage is a verb that isn't one, and what may have been meant. */
final class UnknownVerb {

    private static final int TYPOS_MAX = 2;

    private UnknownVerb() {}

    /** What to say of it; empty where the verb is not what is wrong. */
    static Optional<String> in(List<String> words, ParameterException e) {
        boolean atRoot = e.getCommandLine().getParent() == null;
        if (!atRoot || !(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return Optional.empty();
        }
        List<String> left = unmatched.getUnmatched();
        if (left.isEmpty() || left.getFirst().startsWith("-")) {
            return Optional.empty();
        }
        return Optional.of(explain(left.getFirst(), words));
    }

    private static String explain(String word, List<String> words) {
        if (isVerb(word)) {
            return "'%s' comes first: quilla %s …".formatted(word, word);
        }
        return Verbs.ALL.stream()
                .map(Verbs::name)
                .filter(name -> distance(word, name) <= TYPOS_MAX || name.startsWith(word))
                .min(Comparator.comparingInt(name -> distance(word, name)))
                .map(name -> "unknown verb '%s': did you mean %s?".formatted(word, name))
                .orElseGet(() -> "unknown verb '%s': see quilla help".formatted(words.getFirst()));
    }

    private static boolean isVerb(String word) {
        return Verbs.ALL.stream().anyMatch(v -> v.name().equals(word));
    }

    /** How many letters to change, add or drop. */
    static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
