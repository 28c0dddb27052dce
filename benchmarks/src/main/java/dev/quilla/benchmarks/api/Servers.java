package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.cluster.LocalCluster;
import dev.quilla.client.http.TlsMaterial;
import java.io.IOException;
import java.util.List;

/** API servers on this machine, with the store behind them. */
interface Servers {

    /** Of an administrator. */
    TlsMaterial tls() throws IOException;

    /** The API servers that run now. */
    List<LocalCluster.Member> members() throws IOException, InterruptedException;

    /** The processes of the store, where they are none of the members. */
    List<Long> others();

    /** Whether they are compiled while they run, and so slower at first. */
    boolean warmUp();

    /** The masters of a cluster of Quilla's, which hold their store themselves. */
    static Servers of(LocalCluster cluster) {
        return new Servers() {
            @Override
            public TlsMaterial tls() throws IOException {
                return cluster.options().tls().get();
            }

            @Override
            public List<LocalCluster.Member> members() throws IOException, InterruptedException {
                return cluster.masters();
            }

            @Override
            public List<Long> others() {
                return List.of();
            }

            @Override
            public boolean warmUp() {
                return true;
            }
        };
    }
}
