package dev.quilla.etcd;

import dev.quilla.store.Store;
import dev.quilla.store.View;

/** Views at the revisions that requests name. */
final class Revisions {

    private Revisions() {}

    /**
     * The state at a revision.
     *
     * @param now the state as new as asked
     * @param wanted 0 or less for now
     */
    static View at(Store store, View now, long wanted) {
        if (wanted > now.revision()) {
            throw Errors.future();
        }
        return wanted <= 0 || wanted == now.revision() ? now : store.viewAt(wanted);
    }
}
