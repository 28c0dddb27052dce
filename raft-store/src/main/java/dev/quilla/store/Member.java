package dev.quilla.store;

/**
 * One member of a replicated store.
 *
 * @param id its identity in the log: one that was removed and joins again has another
 * @param name what people call it; no two members have the same
 * @param address host and port where the other members reach it
 * @param clientAddress host and port where clients reach it; empty if nobody has said
 * @param learner whether it follows the log without a vote
 */
public record Member(
        String id, String name, String address, String clientAddress, boolean learner) {

    /** Whether a person's word means this member. */
    public boolean isCalled(String nameOrId) {
        return name.equals(nameOrId) || id.equals(nameOrId);
    }
}
