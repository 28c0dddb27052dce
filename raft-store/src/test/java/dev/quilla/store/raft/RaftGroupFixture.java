package dev.quilla.store.raft;

import dev.quilla.store.Store;
import dev.quilla.store.UnavailableException;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Three real members in this process, which can be stopped and started one by one. */
final class RaftGroupFixture implements AutoCloseable {

    private final Path folder;
    private final List<RaftStoreConfig.Member> members;
    private final Map<String, Store> running = new LinkedHashMap<>();
    private final long snapshotEvery;
    private final Duration election;

    RaftGroupFixture(Path folder, long snapshotEvery) throws IOException {
        this(folder, snapshotEvery, Duration.ofMillis(500));
    }

    /** With another election time-out than most tests have. */
    RaftGroupFixture(Path folder, long snapshotEvery, Duration election) throws IOException {
        this.election = election;
        this.folder = folder;
        this.snapshotEvery = snapshotEvery;
        List<RaftStoreConfig.Member> list = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            list.add(new RaftStoreConfig.Member("m" + i, "127.0.0.1", freePort()));
        }
        this.members = List.copyOf(list);
        members.forEach(m -> start(m.id()));
    }

    Store start(String id) {
        Store store =
                RaftStore.open(
                        new RaftStoreConfig(
                                "test",
                                id,
                                members,
                                folder.resolve(id),
                                Optional.empty(),
                                election,
                                election.multipliedBy(2),
                                snapshotEvery,
                                why -> {}));
        running.put(id, store);
        return store;
    }

    void stop(String id) {
        running.remove(id).close();
    }

    Store member(String id) {
        return running.get(id);
    }

    List<String> ids() {
        return List.copyOf(running.keySet());
    }

    /** The member that leads, once one does. */
    String awaitLeader() throws InterruptedException {
        CountDownLatch found = new CountDownLatch(1);
        AtomicReference<String> leader = new AtomicReference<>("");
        List<AutoCloseable> observers = new ArrayList<>();
        running.forEach((id, store) ->
                observers.add(
                        store.leadership()
                                .observe(
                                        new dev.quilla.store.Leadership.Listener() {
                                            @Override
                                            public void leads(long term) {
                                                leader.set(id);
                                                found.countDown();
                                            }

                                            @Override
                                            public void follows() {}
                                        })));
        if (!found.await(30, TimeUnit.SECONDS)) {
            throw new UnavailableException("nobody leads after 30 s");
        }
        return leader.get();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        running.values().forEach(Store::close);
    }
}
