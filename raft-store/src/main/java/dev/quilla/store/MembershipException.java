package dev.quilla.store;

/** Why the members stay as they are. */
public final class MembershipException extends StoreException {

    private static final long serialVersionUID = 1L;

    /** What kind of reason it is. */
    public enum Reason {
        /** No member is called so. */
        UNKNOWN,
        /** There is such a member already. */
        EXISTS,
        /** Too few members would be left to go on. */
        UNSAFE,
        /** The member does not answer, or has not caught up. */
        NOT_READY,
        /** The member votes already, or has no vote. */
        WRONG_ROLE,
        /** Another change is under way. */
        BUSY
    }

    private final Reason reason;

    /** Says what to do where something can be done. */
    public MembershipException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What kind of reason it is. */
    public Reason reason() {
        return reason;
    }
}
