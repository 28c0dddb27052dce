package dev.quilla.store;

import java.time.Duration;
import java.util.List;

/**
 * Who the members of a replicated store are, and how that is changed while it runs. The log itself
 * holds the list; configuration files only say with whom a store begins. Thread-safe; calls block.
 *
 * <p>A word that means a member is its name or its id. Changes go to the leader, whichever member
 * is asked, and return when they are committed; all throw {@link MembershipException} with the
 * reason if they are refused, and {@link UnavailableException} if nobody leads.
 */
public interface Members extends AutoCloseable {

    /** The members, in the order of their names. */
    List<Member> all();

    /** How each of them is doing; asks all at once. */
    List<MemberStatus> look();

    /**
     * Takes in a member that runs and waits to join, once it holds what the others hold.
     *
     * @param address host and port where it waits
     * @param learner it gets no vote
     * @param patience how long filling it may take
     */
    Member add(String address, boolean learner, Duration patience);

    /** Gives a learner that has caught up its vote. */
    void promote(String member);

    /**
     * Takes a member out, and tells it so if it runs. A leader hands leadership over first. Refuses
     * where those who are left would have no majority that answers.
     *
     * @return who it was
     */
    Member remove(String member);

    /** Makes a member the leader. */
    void transfer(String member);

    @Override
    void close();
}
