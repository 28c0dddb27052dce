package dev.quilla.store.simulation;

/**
 * Mistakes that replicated stores are known to have had, planted to see that the checks find them.
 * Each names what its users see.
 */
enum Mutant {

    /** Acknowledged writes are lost when machines lose power. */
    ACKNOWLEDGES_BEFORE_SYNC,

    /** A leader that stood still or was cut off answers reads with what is old. */
    READS_WITHOUT_MAJORITY,

    /** Acknowledged writes are lost by an election. */
    ELECTS_WHOEVER_ASKS,

    /** Somebody who has lost leadership goes on writing. */
    IGNORES_FENCES,

    /** A watch misses events when it goes on elsewhere. */
    WATCHES_AHEAD,

    /** A watch is told again what it knows when it goes on elsewhere. */
    WATCHES_BEHIND,

    /** A watch that comes back after its events were compacted is not told that it missed some. */
    WATCHES_PAST_COMPACTION,

    /** An entry is applied again after a crash: the state was newer than its number. */
    APPLIES_AGAIN_AFTER_A_RESTART,

    /** Revisions go back after a crash: the state was older than its number. */
    LOSES_AN_ENTRY_BY_A_RESTART,

    /** Only part of a transaction happens. */
    APPLIES_HALF_A_TRANSACTION,

    /** A write happens although its key has changed. */
    IGNORES_CONDITIONS,

    /** Two entries change places. */
    APPLIES_OUT_OF_ORDER,

    /** One member makes something else of an entry than the others, silently. */
    DIFFERS_ON_ONE_MEMBER,

    /** A renewal that comes after its lease has ended revives it. */
    REVIVES_LEASES,

    /** A lease ends although its renewal was acknowledged. */
    ENDS_RENEWED_LEASES,

    /** A leader that stood still ends leases that were renewed meanwhile. */
    TRUSTS_A_STALLED_CLOCK,

    /** A key outlives its lease. */
    LEAVES_KEYS_OF_ENDED_LEASES
}
