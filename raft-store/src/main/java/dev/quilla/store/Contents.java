package dev.quilla.store;

import java.util.List;

/**
 * Everything that a store holds at one revision, without what was before; immutable.
 *
 * @param view the entries
 * @param leases all leases; which keys end with one is said by the entries
 */
public record Contents(View view, List<Lease> leases) {
    public Contents {
        leases = List.copyOf(leases);
    }
}
