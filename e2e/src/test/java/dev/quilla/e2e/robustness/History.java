package dev.quilla.e2e.robustness;

import java.util.List;

/**
 * All that clients saw in a run, which found the store without entries. The last operation is a
 * read of everything after all faults had ended, and after the leases that nobody renewed should
 * have.
 *
 * @param start the revision of the store when it began
 * @param watchers what each was told, in its order; all began with the revision after {@code start}
 */
record History(long start, List<Operation> operations, List<List<Change>> watchers) {
    History {
        operations = List.copyOf(operations);
        watchers = watchers.stream().map(List::copyOf).toList();
    }
}
