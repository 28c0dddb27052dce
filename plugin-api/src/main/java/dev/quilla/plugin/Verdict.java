package dev.quilla.plugin;

/** What a policy says of one node. */
public sealed interface Verdict {

    /** The node may be used. */
    record Accepted() implements Verdict {
        private static final Accepted INSTANCE = new Accepted();
    }

    /**
     * The node may not be used.
     *
     * @param reason shown to people with the number of nodes it fits, so the same words for the
     *     same cause: {@code Insufficient cpu}
     * @param removable whether evicting pods from the node could change the answer; preemption
     *     looks only at such nodes
     */
    record Rejected(String reason, boolean removable) implements Verdict {}

    /** The node may be used. */
    static Verdict accept() {
        return Accepted.INSTANCE;
    }

    /** The node lacks something that other pods hold; evicting them may help. */
    static Verdict reject(String reason) {
        return new Rejected(reason, true);
    }

    /** The node is wrong for this pod whatever else runs there. */
    static Verdict rejectForGood(String reason) {
        return new Rejected(reason, false);
    }

    /** Whether the node may be used. */
    default boolean accepted() {
        return this instanceof Accepted;
    }
}
