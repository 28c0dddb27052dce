package dev.quilla.apiserver.cel;

import java.util.Optional;

/** What the variables of an expression are worth, found when they are read. */
public interface Values {

    /**
     * A variable's value: a text, number, boolean, list or map, or {@link Expressions#NULL}.
     *
     * @return empty if there is no such variable
     * @throws ValueException if it can't be had
     */
    Optional<Object> find(String name);

    /** A variable that has no value, such as one whose own expression fails. */
    final class ValueException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public ValueException(String message) {
            super(message, null, false, false);
        }

        /** Never null. */
        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }
}
