package dev.quilla.benchmarks.api;

import dev.quilla.benchmarks.cluster.LocalCluster;
import dev.quilla.client.http.TlsMaterial;
import dev.quilla.pki.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/** The masters under load: how to reach them, and what they cost. */
final class Masters {

    /** Of the kernel's accounts of processes, on all common machines. */
    private static final long MS_PER_TICK = 10;

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Servers servers;
    private final SSLContext tls;
    private List<LocalCluster.Member> members;

    Masters(Servers servers) throws IOException, InterruptedException {
        this.servers = servers;
        this.tls = context(servers.tls());
        this.members = servers.members();
    }

    /** Looks again who they are. */
    void refresh() throws IOException, InterruptedException {
        members = servers.members();
    }

    List<LocalCluster.Member> members() {
        return members;
    }

    /** A connection of a client, which are spread over the masters. */
    Connection connect(int client) throws IOException {
        return connect(members.get(client % members.size()));
    }

    Connection connect(LocalCluster.Member member) throws IOException {
        return new Connection(tls, URI.create(member.url()));
    }

    boolean isReady(LocalCluster.Member member, byte[] request) {
        try (Connection connection = connect(member)) {
            return connection.refused(request).isEmpty();
        } catch (IOException e) {
            return false;
        }
    }

    /** The processes of all of them and of their store. */
    List<Long> pids() {
        List<Long> pids = new ArrayList<>(servers.others());
        members.forEach(member -> pids.add(member.pid()));
        return pids;
    }

    /** Processor time that all of them and their store have taken, in milliseconds. */
    long cpuMs() throws IOException {
        long ticks = 0;
        for (long pid : pids()) {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
        return ticks * MS_PER_TICK;
    }

    /**
     * Waits until they have done what follows from what was asked of them before, which would count
     * as the next figure's: until they take less than a quarter of a processor. Not for ever.
     */
    void settle() throws IOException {
        long end = System.nanoTime() + SETTLED_WITHIN.toNanos();
        long before = cpuMs();
        long busy = Long.MAX_VALUE;
        while (busy > LOOK.toMillis() / 4 && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
            long now = cpuMs();
            busy = now - before;
            before = now;
        }
    }

    private static SSLContext context(TlsMaterial material) {
        return TlsContexts.of(material.client(), material.authorities());
    }
}
