package dev.quilla.store;

import java.util.Optional;

/**
 * How a member is doing.
 *
 * @param memberId its id
 * @param role {@code leader}, {@code follower} or {@code candidate}
 * @param term the current Raft term
 * @param leaderId the leader it knows
 * @param appliedIndex the last log entry it has applied
 * @param revision the revision of its state
 * @param entries how many keys it holds
 */
public record StoreStatus(
        String memberId,
        String role,
        long term,
        Optional<String> leaderId,
        long appliedIndex,
        long revision,
        long entries) {}
