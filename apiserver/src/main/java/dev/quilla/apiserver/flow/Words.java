package dev.quilla.apiserver.flow;

import java.util.List;
import java.util.Set;

/** Words that a rule names; {@code *} stands for all. */
record Words(boolean all, Set<String> named) {

    static Words of(List<String> words) {
        return new Words(words.contains("*"), Set.copyOf(words));
    }

    boolean have(String word) {
        return all || named.contains(word);
    }

    /** Whether they have a path: those that end in {@code *} stand for all that begin like them. */
    boolean havePath(String path) {
        return have(path)
                || named.stream()
                        .anyMatch(w ->
                                w.endsWith("*") && path.startsWith(w.substring(0, w.length() - 1)));
    }
}
