package dev.quilla.store.backup;

import java.time.Instant;

/**
 * Where a backup comes from.
 *
 * @param kind {@link #CLUSTER} or {@link #STORE}
 * @param clusterId the cluster or store
 * @param memberId the member that wrote it
 * @param time when
 */
public record Origin(String kind, String clusterId, String memberId, Instant time) {

    /** The state of a whole cluster's API. */
    public static final String CLUSTER = "cluster";

    /** That of a store that is run alone. */
    public static final String STORE = "store";
}
