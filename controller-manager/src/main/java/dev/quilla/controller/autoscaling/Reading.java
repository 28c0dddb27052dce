package dev.quilla.controller.autoscaling;

import dev.quilla.model.autoscaling.v2.MetricStatus;

/**
 * What one metric says.
 *
 * @param status as it is shown
 * @param words the metric, in words
 */
record Reading(Proposal proposal, MetricStatus status, String words) {

    /** A metric says nothing. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        /** For the reason of a condition, and its message. */
        UnreadableException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }
}
