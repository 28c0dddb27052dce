package dev.quilla.plugin;

import dev.quilla.plugin.ServiceTable.ServicePortKey;
import java.util.Set;

/**
 * What differs between the table before and the table now, for proxies that update in place.
 *
 * @param changed ports that are new or differ
 * @param removed ports that are gone
 */
public record ServiceChanges(Set<ServicePortKey> changed, Set<ServicePortKey> removed) {

    public ServiceChanges {
        changed = Set.copyOf(changed);
        removed = Set.copyOf(removed);
    }
}
