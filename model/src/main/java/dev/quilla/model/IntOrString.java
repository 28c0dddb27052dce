package dev.quilla.model;

import java.util.OptionalInt;

/** A number or a text, as ports and rollout limits are. */
public sealed interface IntOrString {

    /** A number. */
    record OfInt(int value) implements IntOrString {
        @Override
        public String toString() {
            return Integer.toString(value);
        }
    }

    /** A text: a port's name, or a percentage. */
    record OfString(String value) implements IntOrString {
        @Override
        public String toString() {
            return value;
        }
    }

    /** A number. */
    static IntOrString of(int value) {
        return new OfInt(value);
    }

    /** A text. */
    static IntOrString of(String value) {
        return new OfString(value);
    }

    /** The number, if it is one. */
    default OptionalInt asInt() {
        return this instanceof OfInt(int value) ? OptionalInt.of(value) : OptionalInt.empty();
    }

    /**
     * The number itself, or a percentage of a total.
     *
     * @param roundUp which way a share of a whole is rounded
     * @throws IllegalArgumentException if it is a text other than a percentage
     */
    default int scaled(int total, boolean roundUp) {
        return switch (this) {
            case OfInt(int value) -> value;
            case OfString(String text) -> {
                if (!text.endsWith("%")) {
                    throw new IllegalArgumentException("must be a number or a percentage: " + text);
                }
                long product = Long.parseLong(text.substring(0, text.length() - 1)) * (long) total;
                yield Math.toIntExact(
                        roundUp ? Math.ceilDiv(product, 100L) : Math.floorDiv(product, 100L));
            }
        };
    }
}
