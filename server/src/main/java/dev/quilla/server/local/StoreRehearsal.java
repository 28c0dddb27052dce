package dev.quilla.server.local;

import dev.quilla.etcd.EtcdRehearsal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A store inside this one process, and clients that work with it, run once by a build while the JVM
 * records what is loaded, and what is called so often that it should be compiled well, into the
 * cache that members of a store alone start from.
 */
public final class StoreRehearsal {

    private static final int MEMBERS = 3;
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration WORK = Duration.ofSeconds(15);

    private StoreRehearsal() {}

    /** {@code StoreRehearsal DIR}: in an empty directory. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ClusterDirectory directory = new ClusterDirectory(Path.of(args[0]));
        OneProcess all = new OneProcess(directory);
        // A hook, so that nothing is left either when the build's patience ends.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(all::close));
        StoreSpec store = StoreSpec.fresh(MEMBERS, OneProcess.freePorts(), false);
        new LocalStore(directory, all, System.out).up(store, READY);
        EtcdRehearsal.run(
                store.names().stream().map(store::clientPort).toList(),
                store.clientTls(directory),
                WORK);
        System.exit(0);
    }
}
