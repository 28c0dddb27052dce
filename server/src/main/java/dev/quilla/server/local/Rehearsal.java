package dev.quilla.server.local;

import dev.quilla.server.config.NetworkMode;
import dev.quilla.server.config.RuntimeMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * A whole cluster inside this one process, run once by a build while the JVM records what is loaded
 * into the cache that masters, workers and {@code quilla up} start from. Three masters, so that
 * followers and their network are in it too. Where the recording fails Quilla only starts slower.
 */
public final class Rehearsal {

    private static final Duration READY = Duration.ofSeconds(60);

    private Rehearsal() {}

    /**
     * {@code Rehearsal DIR COMMAND…}: runs a cluster in an empty directory, a command while it is
     * up, and exits with that command's exit code.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        ClusterDirectory directory = new ClusterDirectory(Path.of(args[0]));
        OneProcess all = new OneProcess(directory);
        // A hook, so that nothing is left either when the build's patience ends.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(all::close));
        new LocalCluster(directory, all, System.out).up(wanted(), READY);
        new StatusReport(directory).print(System.out, true);
        List<String> command = Arrays.asList(args).subList(1, args.length);
        System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    private static LocalCluster.Wanted wanted() {
        return new LocalCluster.Wanted(
                3, 1, RuntimeMode.PROCESS, NetworkMode.LOOPBACK, OneProcess.freePorts());
    }
}
