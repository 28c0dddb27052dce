package dev.quilla.server.local;

import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reads options that are one of some words, or {@code auto}. */
final class ModeChoice {

    private ModeChoice() {}

    /**
     * The constant that a word means.
     *
     * @param automatic what {@code auto} means here
     * @throws ParameterException if it means none
     */
    static <E extends Enum<E>> E of(
            CommandLine line, String option, String text, Class<E> type, E automatic) {
        if (text.equals("auto")) {
            return automatic;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw new ParameterException(
                line, "--" + option + " does not know '" + text + "': see --help");
    }
}
