package dev.quilla.store.simulation;

/** Known mistakes of replicated stores, planted to see that the checks find them. */
enum Mutant {
    ACKNOWLEDGES_BEFORE_SYNC,
    READS_WITHOUT_MAJORITY,
    ELECTS_WHOEVER_ASKS,
    IGNORES_FENCES,
    WATCHES_AHEAD
}
