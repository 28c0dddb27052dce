package dev.quilla.store;

/**
 * How a member is doing, by its own word.
 *
 * @param role {@code leader}, {@code follower}, {@code candidate}, {@code learner}, or {@code
 *     unreachable} for one that did not answer, of which the numbers are 0
 * @param term the newest term it knows of its log
 * @param appliedIndex the last log entry that is part of its state
 * @param lastIndex the last log entry that it has
 */
public record MemberStatus(
        Member member, String role, long term, long appliedIndex, long lastIndex) {

    /** The role of a member that does not answer. */
    public static final String UNREACHABLE = "unreachable";

    /** Whether it leads. */
    public boolean leads() {
        return role.equals("leader");
    }

    /** Whether it answered. */
    public boolean answers() {
        return !role.equals(UNREACHABLE);
    }
}
