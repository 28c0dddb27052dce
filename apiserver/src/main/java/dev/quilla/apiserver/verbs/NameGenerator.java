package dev.quilla.apiserver.verbs;

import java.util.random.RandomGenerator;

/**
 * Names with a random end. Without vowels, so that no words come out; thread-safe if its source is.
 */
public final class NameGenerator {

    private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";
    private static final int END = 5;
    private static final int BASE_MAX = 63 - END;

    private final RandomGenerator random;

    /** Chooses by that source. */
    public NameGenerator(RandomGenerator random) {
        this.random = random;
    }

    /** A name that starts with the base. */
    public String generate(String base) {
        StringBuilder name =
                new StringBuilder(base.length() > BASE_MAX ? base.substring(0, BASE_MAX) : base);
        for (int i = 0; i < END; i++) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return name.toString();
    }
}
