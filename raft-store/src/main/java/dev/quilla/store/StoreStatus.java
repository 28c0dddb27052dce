package dev.quilla.store;

import java.util.Optional;

/**
 * How a member is doing.
 *
 * @param memberId its id
 * @param role {@code leader}, {@code follower}, {@code candidate} or {@code learner}
 * @param term the current Raft term
 * @param leaderId the leader it knows
 * @param appliedIndex the last log entry it has applied
 * @param revision the revision of its state
 * @param oldestRevision the oldest revision that it can read
 * @param entries how many keys it holds
 * @param space how much its entries take, and may
 * @param trouble what is wrong with it that a person should look after; empty if nothing is
 * @param digest follows from everything that was ever applied: members with the same applied index
 *     have the same
 */
public record StoreStatus(
        String memberId,
        String role,
        long term,
        Optional<String> leaderId,
        long appliedIndex,
        long revision,
        long oldestRevision,
        long entries,
        Space space,
        String trouble,
        long digest) {}
