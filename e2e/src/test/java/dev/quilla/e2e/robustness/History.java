package dev.quilla.e2e.robustness;

import java.util.List;

/**
 * All that clients saw in a run. The last operation is a read of everything after all faults had
 * ended.
 *
 * @param watchers what each was told, in its order; all began with the first revision
 */
record History(List<Operation> operations, List<List<Change>> watchers) {
    History {
        operations = List.copyOf(operations);
        watchers = watchers.stream().map(List::copyOf).toList();
    }
}
