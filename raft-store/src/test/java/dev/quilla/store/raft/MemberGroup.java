package dev.quilla.store.raft;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Three members as processes. */
final class MemberGroup implements AutoCloseable {

    static final List<String> IDS = List.of("m1", "m2", "m3");

    private final Path folder;
    private final String ports;
    private final Duration election;
    private final Map<String, MemberProcess> members = new HashMap<>();

    MemberGroup(Path folder) throws IOException {
        this(folder, Duration.ofMillis(300));
    }

    /** With another election time-out than most tests have. */
    MemberGroup(Path folder, Duration election) throws IOException {
        this.folder = folder;
        this.election = election;
        this.ports = String.join(",", freePorts());
    }

    private static List<String> freePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int i = 0; i < IDS.size(); i++) {
            ServerSocket socket = new ServerSocket(0);
            held.add(socket);
            found.add(Integer.toString(socket.getLocalPort()));
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return found;
    }

    MemberProcess start(String id, String... wrapper) throws IOException {
        MemberProcess process =
                new MemberProcess(List.of(wrapper), id, ports, folder.resolve(id), election);
        members.put(id, process);
        return process;
    }

    void startAll() throws IOException {
        for (String id : IDS) {
            start(id);
        }
        members.values().forEach(MemberProcess::awaitReady);
    }

    MemberProcess member(String id) {
        return members.get(id);
    }

    List<MemberProcess> all() {
        return List.copyOf(members.values());
    }

    String ports() {
        return ports;
    }

    /** Asks until somebody says that it leads. */
    MemberProcess awaitLeader() throws InterruptedException {
        return awaitLeaderBut(Optional.empty());
    }

    /** Asks all but one, which is stopped and would not answer. */
    MemberProcess awaitLeaderBut(Optional<MemberProcess> stopped) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < deadline) {
            for (MemberProcess member : members.values()) {
                if (!stopped.equals(Optional.of(member))
                        && member.isAlive()
                        && member.ask("role").join().equals("ok leader")) {
                    return member;
                }
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        throw new AssertionError("nobody leads after a minute");
    }

    @Override
    public void close() {
        members.values().forEach(MemberProcess::close);
    }
}
